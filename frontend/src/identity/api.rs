//! What pages about people ask of the server.

use futures_util::future::LocalBoxFuture;
use leptos::prelude::Get;
use shared_types::{
    Language, MemberId, OrganizationId, SessionId,
    identity::{
        ChangePassword, CreateMember, DeactivateMember, Done, Flags, ForgotPassword, Login, Me,
        Member, MemberDeactivated, Reauthenticate, Register, ResetPassword, SignedIn,
        SwitchOrganization, UpdateMe, UpdateMember, VerifyEmail,
    },
};

use crate::core::{
    auth,
    components::combobox::{Choice, find_in},
    http::{self, Answer},
    query::{self, Cache, Query},
};

pub const SESSIONS: &str = "/auth/sessions";
pub const MEMBERS: &str = "/members";

#[must_use]
pub fn member_path(id: impl std::fmt::Display) -> String {
    format!("{MEMBERS}/{id}")
}

/// What this installation offers, to be followed.
pub fn flags() -> Query<Flags> {
    query::record(|| Some("/public/flags".to_owned()))
}

/// Whether people may sign up by themselves; they may until the server says otherwise.
#[must_use]
pub fn offers_sign_up(flags: Query<Flags>) -> bool {
    flags.load.get().ready().is_none_or(|flags| flags.sign_up)
}

pub async fn create_member(member: &CreateMember) -> Answer<Member> {
    http::post(MEMBERS, member).await
}

pub async fn update_member(id: MemberId, version: i64, change: &UpdateMember) -> Answer<Member> {
    http::patch(&member_path(id), change, Some(version)).await
}

pub async fn deactivate(id: MemberId, how: &DeactivateMember) -> Answer<MemberDeactivated> {
    http::post(&format!("{}/deactivate", member_path(id)), how).await
}

pub async fn reactivate(id: MemberId) -> Answer<Member> {
    http::act(&format!("{}/reactivate", member_path(id))).await
}

pub async fn sign_in(login: &Login) -> Answer<SignedIn> {
    http::post("/auth/login", login).await
}

pub async fn register(register: &Register) -> Answer<SignedIn> {
    http::post("/auth/register", register).await
}

pub async fn sign_out() -> Answer<()> {
    http::act::<Done>("/auth/logout").await.map(drop)
}

pub async fn sign_out_everywhere() -> Answer<()> {
    http::act::<Done>("/auth/logout-all").await.map(drop)
}

pub async fn speak(language: Language) -> Answer<Me> {
    let change = UpdateMe {
        language: Some(language),
    };
    http::patch("/auth/me", &change, None).await
}

pub async fn switch(organization_id: OrganizationId) -> Answer<Me> {
    http::post("/auth/switch", &SwitchOrganization { organization_id }).await
}

pub async fn forgot(forgot: &ForgotPassword) -> Answer<Done> {
    http::post("/auth/password/forgot", forgot).await
}

pub async fn reset(reset: &ResetPassword) -> Answer<Done> {
    http::post("/auth/password/reset", reset).await
}

pub async fn change_password(change: &ChangePassword) -> Answer<Done> {
    http::post("/auth/password/change", change).await
}

pub async fn reauthenticate(again: &Reauthenticate) -> Answer<SignedIn> {
    http::post("/auth/reauthenticate", again).await
}

pub async fn verify(verify: &VerifyEmail) -> Answer<Done> {
    http::post("/auth/email/verify", verify).await
}

pub async fn revoke(id: SessionId) -> Answer<()> {
    http::delete(&format!("{SESSIONS}/{id}")).await
}

/// Oneself, for fields that name a member.
#[must_use]
pub fn myself() -> Option<Choice> {
    let me = auth::me()?;
    Some(Choice {
        id: me.member_id.to_string(),
        label: format!("{} {}", me.user.first_name, me.user.last_name),
        detail: None,
    })
}

/// Finds members who work here, for fields that name one.
pub fn find_members(cache: Cache, text: String) -> LocalBoxFuture<'static, Answer<Vec<Choice>>> {
    find_in(
        cache,
        "/members?active=true&sort=name",
        &text,
        |member: Member| Choice {
            id: member.id.to_string(),
            label: member.name,
            detail: member.department,
        },
    )
}
