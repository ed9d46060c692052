//! What happens elsewhere, while a page is open: one connection for each tab, which goes on where it broke off.
//!
//! A message says which record changed; the answers that hold it are asked for anew, if they are on the screen. What a
//! page shows it always reads over the same way, so that it never shows more than the person may read.

use std::{cell::RefCell, collections::BTreeSet, time::Duration};

use futures_channel::mpsc;
use futures_util::{FutureExt, SinkExt, StreamExt};
use gloo_net::websocket::{Message, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use shared_types::{
    MemberId,
    platform::{
        PresentMember, RealtimeKind, RealtimeMessage, RealtimeRequest, RealtimeRequestKind,
        RealtimeSubject, SignalKind, SubjectKind,
    },
};

use crate::core::{auth, http, query::Cache};

/// Milliseconds without a sign of life after which the connection is given up: the server gives one every 20 s.
const SILENCE: u32 = 45_000;
/// Milliseconds before the first attempt to come back, and the most there will be between two.
const SOON: f64 = 500.0;
const LATE: f64 = 30_000.0;
/// How long changes gather before what they touch is asked for anew.
const GATHERING: Duration = Duration::from_millis(150);

/// How the connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is being made for the first time.
    Connecting,
    /// What is shown follows what happens.
    Live,
    /// It broke off, and is being made again.
    Broken,
}

thread_local! {
    static STATUS: ArcRwSignal<Status> = ArcRwSignal::new(Status::Connecting);
    static OPEN: RefCell<Option<RealtimeSubject>> = const { RefCell::new(None) };
    static OTHERS: ArcRwSignal<Vec<PresentMember>> = ArcRwSignal::new(Vec::new());
    static SAYS: RefCell<Option<mpsc::UnboundedSender<String>>> = const { RefCell::new(None) };
    static STALE: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// How the connection stands, to be followed.
#[must_use]
pub fn status() -> ArcRwSignal<Status> {
    STATUS.with(Clone::clone)
}

/// Who else has the record open that this tab has open, to be followed.
#[must_use]
pub fn others() -> ArcRwSignal<Vec<PresentMember>> {
    OTHERS.with(Clone::clone)
}

/// The record on a page of a list, where its kind is one that people have open.
#[must_use]
pub fn subject(resource: &str, id: &str) -> Option<RealtimeSubject> {
    let kind = match resource {
        "/companies" => SubjectKind::Company,
        "/contacts" => SubjectKind::Contact,
        "/leads" => SubjectKind::Lead,
        "/deals" => SubjectKind::Deal,
        "/products" => SubjectKind::Product,
        _ => return None,
    };
    let id = id.parse().ok()?;
    Some(RealtimeSubject { kind, id })
}

/// Says that a record is open here, until the page that says so is gone.
pub fn opened(subject: RealtimeSubject) {
    OPEN.with_borrow_mut(|open| *open = Some(subject));
    others().set(Vec::new());
    say();
    on_cleanup(move || {
        let mine = OPEN.with_borrow_mut(|open| {
            let mine = *open == Some(subject);
            if mine {
                *open = None;
            }
            mine
        });
        if mine {
            others().set(Vec::new());
            say();
        }
    });
}

/// Says which record is open, if there is somebody to say it to.
fn say() {
    let request = RealtimeRequest {
        kind: RealtimeRequestKind::Presence,
        subject: OPEN.with_borrow(|open| *open),
    };
    SAYS.with_borrow(|says| {
        if let (Some(says), Ok(text)) = (says, serde_json::to_string(&request)) {
            // Where the connection has just broken off, it is said when there is another.
            let _ = says.unbounded_send(text);
        }
    });
}

/// Follows what happens until the owner of this scope is gone.
pub fn follow(cache: Cache) {
    let (stop, stopped) = futures_util::future::abortable(run(cache));
    spawn_local(async move {
        let _ = stop.await;
    });
    on_cleanup(move || {
        stopped.abort();
        SAYS.with_borrow_mut(Option::take);
        status().set(Status::Connecting);
    });
}

async fn run(cache: Cache) {
    let mut last: Option<String> = None;
    let mut wait = SOON;
    loop {
        let heard = listen(cache, &mut last).await;
        SAYS.with_borrow_mut(Option::take);
        others().set(Vec::new());
        if status().get_untracked() != Status::Connecting || wait > SOON {
            status().set(Status::Broken);
        }
        wait = if heard { SOON } else { (wait * 2.0).min(LATE) };
        // Not all at once, when a server ends.
        let pause = wait * (0.5 + js_sys::Math::random());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "some thousand milliseconds"
        )]
        TimeoutFuture::new(pause as u32).await;
        if !heard {
            // The session may have to be renewed, which an ordinary request does.
            let _ = http::get_text("/auth/me").await;
        }
    }
}

/// Hears one connection to its end; whether there was one.
async fn listen(cache: Cache, last: &mut Option<String>) -> bool {
    let Some(url) = address(last.as_deref()) else {
        return false;
    };
    let Ok(socket) = WebSocket::open(&url) else {
        return false;
    };
    let (mut out, mut messages) = socket.split();
    let (says, mut said) = mpsc::unbounded();
    let mut heard = false;
    loop {
        let text = futures_util::select! {
            message = messages.next().fuse() => match message {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Bytes(_))) => continue,
                Some(Err(_)) | None => return heard,
            },
            text = said.next() => {
                if let Some(text) = text && out.send(Message::Text(text)).await.is_err() {
                    return heard;
                }
                continue;
            }
            () = TimeoutFuture::new(SILENCE).fuse() => return heard,
        };
        let Ok(message) = serde_json::from_str::<RealtimeMessage>(&text) else {
            // A later version of the server may say more.
            continue;
        };
        if let Some(id) = &message.id {
            *last = Some(id.clone());
        }
        if !heard {
            heard = true;
            SAYS.with_borrow_mut(|kept| *kept = Some(says.clone()));
            if OPEN.with_borrow(Option::is_some) {
                say();
            }
            status().set(Status::Live);
        }
        take(cache, message);
    }
}

fn address(last: Option<&str>) -> Option<String> {
    let location = window().location();
    let scheme = if location.protocol().ok()? == "https:" {
        "wss"
    } else {
        "ws"
    };
    let path = http::address("/realtime");
    let since = last
        .map(|id| format!("?lastEventId={id}"))
        .unwrap_or_default();
    Some(format!("{scheme}://{}{path}{since}", location.host().ok()?))
}

fn take(cache: Cache, message: RealtimeMessage) {
    let RealtimeMessage {
        kind,
        subject,
        actor,
        data,
        ..
    } = message;
    match kind {
        RealtimeKind::Signal(SignalKind::Resync) => {
            forget(cache, ["/".to_owned()]);
        }
        RealtimeKind::Signal(SignalKind::Presence) => {
            if subject == OPEN.with_borrow(|open| *open) {
                others().set(data.members.unwrap_or_default());
            }
        }
        RealtimeKind::Signal(SignalKind::Hello | SignalKind::Heartbeat | SignalKind::Refused) => {}
        RealtimeKind::Signal(SignalKind::ImportProgress) | RealtimeKind::Event(_) => {
            if let Some(subject) = subject {
                forget(cache, touched(subject));
                about_me(subject, actor);
            }
        }
    }
}

/// Asks who is signed in anew, where what somebody else did is about them.
fn about_me(subject: RealtimeSubject, actor: Option<MemberId>) {
    let Some(me) = auth::me() else { return };
    let mine = subject.kind == SubjectKind::Member && subject.id == me.member_id.0;
    if mine && actor != Some(me.member_id) {
        spawn_local(auth::load());
    }
}

/// Forgets answers a moment later, those of several changes together.
fn forget(cache: Cache, paths: impl IntoIterator<Item = String>) {
    let first = STALE.with_borrow_mut(|stale| {
        let first = stale.is_empty();
        stale.extend(paths);
        first
    });
    if first {
        set_timeout(
            move || {
                for path in STALE.with_borrow_mut(std::mem::take) {
                    cache.stale(&path);
                }
            },
            GATHERING,
        );
    }
}

/// The beginnings of the paths whose answers a record is part of.
fn touched(subject: RealtimeSubject) -> Vec<String> {
    let whole = |list: &str| vec![list.to_owned()];
    // A record, its lists and boards, but not all other records of its kind.
    let record = |list: &str, also: &[&str]| {
        let own = [
            format!("{list}/{}", subject.id),
            format!("{list}?"),
            format!("{list}/board"),
        ];
        own.into_iter()
            .chain(also.iter().map(|path| (*path).to_owned()))
            .collect()
    };
    match subject.kind {
        SubjectKind::Company => record("/companies", &[]),
        SubjectKind::Contact => record("/contacts", &[]),
        SubjectKind::Lead => record("/leads", &["/dashboards"]),
        SubjectKind::Deal => record("/deals", &["/dashboards", "/reports"]),
        SubjectKind::Activity => record("/activities", &["/dashboards"]),
        SubjectKind::Note => whole("/notes"),
        SubjectKind::Organization => whole("/organization"),
        SubjectKind::User => whole("/auth/"),
        SubjectKind::Member => whole("/members"),
        SubjectKind::Team => whole("/teams"),
        SubjectKind::Absence => whole("/absences"),
        SubjectKind::Invitation => whole("/invitations"),
        SubjectKind::LeadSettings => whole("/lead-settings"),
        SubjectKind::Pipeline => vec!["/pipelines".to_owned(), "/deals/board".to_owned()],
        SubjectKind::LostReason => whole("/lost-reasons"),
        SubjectKind::Product => whole("/products"),
        SubjectKind::ProductCategory => whole("/product-categories"),
        SubjectKind::SavedView => whole("/saved-views"),
        SubjectKind::Tag => whole("/tags"),
        SubjectKind::Import => whole("/imports"),
        SubjectKind::ImportArchive => {
            vec!["/import-archives".to_owned(), "/imports".to_owned()]
        }
        SubjectKind::Export => whole("/exports"),
        SubjectKind::Job => whole("/jobs"),
        SubjectKind::ApiKey => whole("/api-keys"),
        SubjectKind::CoachingAccess => whole("/coaching-access"),
        SubjectKind::CoachingSession => whole("/coaching-sessions"),
        SubjectKind::CoachingTemplate => whole("/coaching-templates"),
        SubjectKind::Rubric => whole("/rubrics"),
        SubjectKind::QuickNote => whole("/quick-notes"),
        SubjectKind::ActionPlan => whole("/action-plans"),
        SubjectKind::ActionItem => {
            vec!["/action-items".to_owned(), "/action-plans".to_owned()]
        }
        SubjectKind::Metric | SubjectKind::MetricValue => {
            vec!["/metrics".to_owned(), "/metric-values".to_owned()]
        }
        SubjectKind::CoachingRule => whole("/coaching-rules"),
        SubjectKind::CoachingProposal => whole("/coaching-proposals"),
    }
}
