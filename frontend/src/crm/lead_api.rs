//! What pages about leads ask of the server, and what their words are.

use futures_util::future::LocalBoxFuture;
use leptos::prelude::*;
use shared_types::{
    LeadId,
    crm::{
        ConvertLead, CreateLead, Lead, LeadConverted, LeadSettings, LeadSource, LeadStatus,
        ScoreField, UpdateLead, UpdateLeadSettings,
    },
};

use crate::{
    core::{
        components::{
            badge::{Colour, badge},
            combobox::{Choice, find_in},
            field::choices,
        },
        http::{self, Answer},
        query::Cache,
    },
    tr,
};

pub const LEADS: &str = "/leads";
pub const BOARD: &str = "/leads/board";
pub const SETTINGS: &str = "/lead-settings";

#[must_use]
pub fn lead_path(id: impl std::fmt::Display) -> String {
    format!("{LEADS}/{id}")
}

pub async fn create_lead(lead: &CreateLead) -> Answer<Lead> {
    http::post(LEADS, lead).await
}

pub async fn set_status(id: LeadId, status: LeadStatus) -> Answer<Lead> {
    let patch = UpdateLead {
        status: Some(status),
        ..UpdateLead::default()
    };
    http::patch(&lead_path(id), &patch, None).await
}

pub async fn convert(id: LeadId, how: &ConvertLead) -> Answer<LeadConverted> {
    http::post(&format!("{}/convert", lead_path(id)), how).await
}

pub async fn save_settings(version: i64, patch: &UpdateLeadSettings) -> Answer<LeadSettings> {
    http::patch(SETTINGS, patch, Some(version)).await
}

/// What a state is called.
#[must_use]
pub fn status_name(status: LeadStatus) -> &'static str {
    match status {
        LeadStatus::New => tr!(lead.statuses.new),
        LeadStatus::Working => tr!(lead.statuses.working),
        LeadStatus::Qualified => tr!(lead.statuses.qualified),
        LeadStatus::Unqualified => tr!(lead.statuses.unqualified),
        LeadStatus::Converted => tr!(lead.statuses.converted),
    }
}

/// A state with its colour.
pub fn status_badge(status: LeadStatus) -> AnyView {
    let colour = match status {
        LeadStatus::New => Colour::Accent,
        LeadStatus::Working => Colour::Warn,
        LeadStatus::Qualified | LeadStatus::Converted => Colour::Good,
        LeadStatus::Unqualified => Colour::Plain,
    };
    badge(colour, status_name(status)).into_any()
}

/// A score with its colour.
pub fn score_badge(score: i32) -> AnyView {
    let colour = match score {
        60.. => Colour::Good,
        30..60 => Colour::Warn,
        _ => Colour::Plain,
    };
    badge(colour, score.to_string()).into_any()
}

/// What a source is called.
#[must_use]
pub fn source_name(source: LeadSource) -> &'static str {
    match source {
        LeadSource::Website => tr!(lead.sources.website),
        LeadSource::Referral => tr!(lead.sources.referral),
        LeadSource::Event => tr!(lead.sources.event),
        LeadSource::ColdCall => tr!(lead.sources.cold_call),
        LeadSource::Advertisement => tr!(lead.sources.advertisement),
        LeadSource::Partner => tr!(lead.sources.partner),
        LeadSource::Import => tr!(lead.sources.import),
        LeadSource::Other => tr!(lead.sources.other),
    }
}

/// What a rule looks at.
#[must_use]
pub fn score_field_name(field: ScoreField) -> &'static str {
    match field {
        ScoreField::Email => tr!(lead.email),
        ScoreField::BusinessEmail => tr!(lead.business_email),
        ScoreField::Phone => tr!(lead.phone),
        ScoreField::CompanyName => tr!(lead.company),
        ScoreField::Website => tr!(lead.website),
        ScoreField::JobTitle => tr!(lead.job_title),
        ScoreField::Industry => tr!(lead.industry),
        ScoreField::Country => tr!(lead.country),
        ScoreField::Source => tr!(lead.source),
        ScoreField::Amount => tr!(lead.amount),
    }
}

/// Sources for a choice.
#[must_use]
pub fn sources() -> Vec<(String, String)> {
    choices(LeadSource::ALL, source_name)
}

/// Finds leads, for fields that name one.
pub fn find_leads(cache: Cache, text: String) -> LocalBoxFuture<'static, Answer<Vec<Choice>>> {
    find_in(cache, "/leads?sort=name", &text, |lead: Lead| Choice {
        id: lead.id.to_string(),
        label: lead.name,
        detail: lead.company_name,
    })
}
