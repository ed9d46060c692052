//! How leads are scored, and who gets them.

use leptos::{ev, prelude::*};
use shared_types::{
    crm::{LeadAssignment, LeadSettings, ScoreField, ScoreRule, UpdateLeadSettings},
    identity::Member,
};

use super::lead_api::{self, LEADS, SETTINGS, score_field_name};
use crate::{
    core::{
        components::{
            combobox::{Choice, Combobox},
            field::{SelectField, TextField, choices},
            form::{Form, FormError, Submit, filled},
            icons::{Icon, icon},
            states::{Skeleton, failure},
        },
        errors::ApiError,
        page,
        query::{self, Load},
        toast,
    },
    identity::api::find_members,
    tr,
};

crate::lazy_page!(LeadRulesPage for LeadsManage => view! { <Rules/> });

#[component]
fn Rules() -> impl IntoView {
    page::title(|| tr!(lead.rules).to_owned());
    let settings = query::record::<LeadSettings>(|| Some(SETTINGS.to_owned()));
    let members =
        query::page::<Member>(|| Some("/members?limit=200&active=true&sort=name".to_owned()));
    let body = move || match (settings.load.get(), members.load.get()) {
        (Load::Failed(error), _) | (_, Load::Failed(error)) => {
            failure(&error, move || settings.retry())
        }
        (Load::Ready(settings), Load::Ready(members)) => {
            view! { <Edit settings=settings members=members.data/> }.into_any()
        }
        _ => view! { <Skeleton lines=8/> }.into_any(),
    };
    view! {
        <div class="page page-narrow">
            <header class="page-head"><h1 class="page-title">{tr!(lead.rules)}</h1></header>
            {body}
        </div>
    }
}

#[derive(Clone, Copy, PartialEq)]
struct Draft {
    key: usize,
    field: RwSignal<String>,
    value: RwSignal<String>,
    points: RwSignal<String>,
}

impl Draft {
    fn new(key: usize, rule: &ScoreRule) -> Self {
        Self {
            key,
            field: RwSignal::new(rule.field.to_string()),
            value: RwSignal::new(rule.value.clone().unwrap_or_default()),
            points: RwSignal::new(rule.points.to_string()),
        }
    }

    fn read(self, place: usize) -> Result<ScoreRule, ApiError> {
        let points = self.points.get_untracked().replace('−', "-");
        let points = points.trim().trim_start_matches('+').parse();
        let points = points.map_err(|_| {
            let path = format!("rules.{place}.points");
            ApiError::invalid([(path, vec![tr!(record.not_a_number).to_owned()])].into())
        })?;
        Ok(ScoreRule {
            field: self
                .field
                .get_untracked()
                .parse()
                .unwrap_or(ScoreField::Email),
            value: filled(&self.value.get_untracked()),
            points,
        })
    }
}

fn assignment_name(assignment: LeadAssignment) -> &'static str {
    match assignment {
        LeadAssignment::Creator => tr!(lead.assign.creator),
        LeadAssignment::RoundRobin => tr!(lead.assign.round_robin),
        LeadAssignment::Nobody => tr!(lead.assign.nobody),
    }
}

#[component]
fn Edit(settings: LeadSettings, members: Vec<Member>) -> impl IntoView {
    let cache = query::cache();
    let form = Form::new();
    let version = settings.version;
    let next = StoredValue::new(settings.rules.len());
    let drafts = RwSignal::new(
        settings
            .rules
            .iter()
            .enumerate()
            .map(|(key, rule)| Draft::new(key, rule))
            .collect::<Vec<_>>(),
    );
    let assignment = RwSignal::new(settings.assignment.to_string());
    let chosen = RwSignal::new(
        settings
            .member_ids
            .iter()
            .filter_map(|id| members.iter().find(|member| member.id == *id))
            .map(|member| Choice {
                id: member.id.to_string(),
                label: member.name.clone(),
                detail: None,
            })
            .collect::<Vec<_>>(),
    );
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let rules = drafts
            .get_untracked()
            .into_iter()
            .enumerate()
            .map(|(place, draft)| draft.read(place))
            .collect::<Result<Vec<_>, _>>();
        let rules = match rules {
            Ok(rules) => rules,
            Err(error) => return form.fail(error),
        };
        let member_ids = chosen.get_untracked();
        let patch = UpdateLeadSettings {
            rules: Some(rules),
            assignment: assignment.get_untracked().parse().ok(),
            member_ids: Some(
                member_ids
                    .iter()
                    .filter_map(|choice| choice.id.parse().ok())
                    .collect(),
            ),
        };
        form.submit(
            patch,
            move |patch| async move { lead_api::save_settings(version, &patch).await },
            move |saved: LeadSettings| {
                cache.put(SETTINGS, &saved);
                cache.stale(LEADS);
                toast::good(tr!(lead.rules_saved));
            },
        );
    };
    let fields: Vec<(String, String)> = choices(ScoreField::ALL, score_field_name);
    let row = move |draft: Draft| {
        let fault = move |what: &'static str| {
            Signal::derive(move || {
                let place =
                    drafts.with(|all| all.iter().position(|other| other.key == draft.key))?;
                let path = format!("rules.{place}{what}");
                form.error
                    .with(|error| error.as_ref().and_then(|error| error.field(&path)))
            })
        };
        view! {
            <div class="rule-row">
                <SelectField label=tr!(lead.rule_field) value=draft.field options=fields.clone() error=fault("")/>
                <TextField label=tr!(lead.rule_value) value=draft.value error=fault(".value") optional=true/>
                <TextField label=tr!(lead.rule_points) value=draft.points error=fault(".points") mode="numeric"/>
                <button type="button" class="btn-icon" aria-label=tr!(lead.rule_remove) on:click=move |_| drafts.update(|all| all.retain(|other| other.key != draft.key))>
                    {icon(Icon::Trash)}
                </button>
            </div>
        }
    };
    let add = move |_| {
        let key = next.get_value();
        next.set_value(key + 1);
        let rule = ScoreRule {
            field: ScoreField::JobTitle,
            value: None,
            points: 10,
        };
        drafts.update(|all| all.push(Draft::new(key, &rule)));
    };
    let assignments: Vec<(String, String)> = choices(LeadAssignment::ALL, assignment_name);
    let in_turn = move || assignment.with(|it| *it == LeadAssignment::RoundRobin.to_string());
    view! {
        <form class="stack" on:submit=submit novalidate>
            <FormError form=form/>
            <section class="card stack" aria-labelledby="scoring">
                <h2 id="scoring" class="card-title">{tr!(lead.scoring)}</h2>
                <p class="text-muted">{tr!(lead.scoring_text)}</p>
                <For each=move || drafts.get() key=|draft| draft.key children=row/>
                <div><button type="button" class="btn btn-sm" on:click=add>{icon(Icon::Add)}{tr!(lead.rule_add)}</button></div>
            </section>
            <section class="card stack" aria-labelledby="assignment">
                <h2 id="assignment" class="card-title">{tr!(lead.assignment)}</h2>
                <SelectField label=tr!(lead.assign_to) value=assignment options=assignments/>
                <Show when=in_turn>
                    <p class="text-muted">{tr!(lead.assign_text)}</p>
                    <ul class="related">
                        <For each=move || chosen.get() key=|choice| choice.id.clone() let:choice>
                            {
                                let (id, name) = (choice.id.clone(), choice.label.clone());
                                view! {
                                    <li class="related-row">
                                        <span class="grow truncate">{choice.label}</span>
                                        <button type="button" class="btn-icon" aria-label=tr!(lead.assign_remove, name = name) on:click=move |_| chosen.update(|all| all.retain(|other| other.id != id))>
                                            {icon(Icon::Trash)}
                                        </button>
                                    </li>
                                }
                            }
                        </For>
                    </ul>
                    <Combobox
                        label=tr!(lead.assign_add)
                        value=Signal::stored(None)
                        find=find_members
                        on_change=Callback::new(move |choice: Option<Choice>| {
                            if let Some(choice) = choice {
                                chosen.update(|all| if all.iter().all(|other| other.id != choice.id) { all.push(choice) });
                            }
                        })
                    />
                </Show>
            </section>
            <div class="page-actions"><Submit form=form label=tr!(settings.save)/></div>
        </form>
    }
}
