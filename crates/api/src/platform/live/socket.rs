//! One WebSocket: messages out, and what the client has open in.

use std::time::Duration;

use actix_web::web::Data;
use actix_ws::{CloseCode, CloseReason, Message, MessageStream, ProtocolError, Session};
use shared_types::platform::{
    RealtimeReason, RealtimeRequest, RealtimeRequestKind, RealtimeSubject, SignalKind,
};

use super::{
    access::ways,
    feed::{Feed, Next},
    hub::Outgoing,
};
use crate::core::state::AppState;

/// Bytes of a message of a client.
pub const LARGEST: usize = 4096;
/// How long a message may take on its way into a connection that is not read.
const PATIENCE: Duration = Duration::from_secs(20);
/// Signs of life that may stay without an answer.
const UNANSWERED: u32 = 2;
/// Messages that a client may send within [`WINDOW`].
const MESSAGES: u32 = 60;
const WINDOW: Duration = Duration::from_secs(10);

/// Why a connection closes, as the client is told it.
fn closing(reason: RealtimeReason) -> CloseReason {
    let code = match reason {
        RealtimeReason::GoingAway => CloseCode::Away,
        RealtimeReason::TooManyMessages => CloseCode::Policy,
        RealtimeReason::SessionEnded => CloseCode::Other(4401),
        _ => CloseCode::Other(4408),
    };
    CloseReason {
        code,
        description: Some(reason.as_str().to_owned()),
    }
}

/// What is left of what a client may send.
struct Allowance {
    since: tokio::time::Instant,
    used: u32,
}

impl Allowance {
    fn take(&mut self) -> bool {
        if self.since.elapsed() > WINDOW {
            self.since = tokio::time::Instant::now();
            self.used = 0;
        }
        self.used += 1;
        self.used <= MESSAGES
    }
}

/// Speaks with a client until one of both ends it.
pub async fn speak(
    state: Data<AppState>,
    mut feed: Feed,
    mut session: Session,
    mut incoming: MessageStream,
) {
    let mut unanswered = 0;
    let mut allowance = Allowance {
        since: tokio::time::Instant::now(),
        used: 0,
    };
    let reason = loop {
        tokio::select! {
            next = feed.next() => match next {
                Next::Message(message) => {
                    if !send(&mut session, message).await {
                        return;
                    }
                }
                Next::Heartbeat(message) => {
                    unanswered += 1;
                    let gone = unanswered > UNANSWERED
                        || !send(&mut session, message).await
                        || session.ping(b"").await.is_err();
                    if gone {
                        return;
                    }
                }
                Next::End(reason) => break Some(closing(reason)),
            },
            message = incoming.recv() => {
                unanswered = 0;
                let Some(message) = message else { return };
                if !allowance.take() {
                    break Some(closing(RealtimeReason::TooManyMessages));
                }
                match message {
                    Ok(Message::Text(text)) => {
                        let refused = opened(&state, &feed, &text).await;
                        if let Some(reason) = refused {
                            let refusal = feed.signal(SignalKind::Refused, None, reason.into());
                            if !send(&mut session, refusal).await {
                                return;
                            }
                        }
                    }
                    Ok(Message::Ping(bytes)) => {
                        if session.pong(&bytes).await.is_err() {
                            return;
                        }
                    }
                    Ok(Message::Close(reason)) => break reason,
                    Ok(Message::Pong(_) | Message::Nop) => {}
                    Ok(Message::Binary(_) | Message::Continuation(_)) => break Some(CloseCode::Unsupported.into()),
                    Err(ProtocolError::Overflow) => break Some(CloseCode::Size.into()),
                    Err(_) => break Some(CloseCode::Protocol.into()),
                }
            }
        }
    };
    // Whoever was too slow is told so before: not every client reads codes.
    if let Some(reason) = *feed.joined().ended.borrow()
        && reason == RealtimeReason::TooSlow
    {
        let resync = feed.signal(SignalKind::Resync, None, reason.into());
        if !send(&mut session, resync).await {
            return;
        }
    }
    drop(feed);
    let _ = tokio::time::timeout(PATIENCE, session.close(reason)).await;
}

async fn send(session: &mut Session, message: Outgoing) -> bool {
    matches!(
        tokio::time::timeout(PATIENCE, session.text(message.text)).await,
        Ok(Ok(()))
    )
}

/// Takes note of the record that a client has open; says why not, where it may not.
async fn opened(state: &AppState, feed: &Feed, text: &str) -> Option<RealtimeReason> {
    let Ok(RealtimeRequest {
        kind: RealtimeRequestKind::Presence,
        subject,
    }) = serde_json::from_str(text)
    else {
        return Some(RealtimeReason::NotUnderstood);
    };
    let me = feed.me()?;
    if let Some(subject) = subject {
        let read = state.store.read(me.organization_id);
        match ways(&read, [subject]).await {
            Ok(ways) if ways.open(subject, &me) => {}
            Ok(_) => return Some(RealtimeReason::NotFound),
            Err(error) => {
                tracing::warn!(%error, "who may read a record cannot be looked up");
                return Some(RealtimeReason::NotFound);
            }
        }
    }
    let before = replace(feed, subject);
    let changed = [before, subject].into_iter().flatten();
    for record in changed.filter(|_| before != subject) {
        state.live.announce(&feed.joined().tenant, record);
    }
    None
}

/// Puts the record that a client has open in the place of the one before, which is answered.
fn replace(feed: &Feed, subject: Option<RealtimeSubject>) -> Option<RealtimeSubject> {
    let joined = feed.joined();
    let mut inner = joined.tenant.lock();
    let connection = inner.connections.get_mut(&joined.number)?;
    std::mem::replace(&mut connection.open, subject)
}
