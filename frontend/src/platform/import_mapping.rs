//! How a file is written, and what its columns mean.

use domain::platform::import::{
    fields::{MULTIPLIERS, check_unowned, fields, has_owners, is_amount},
    kinds::describe,
};
use leptos::prelude::*;
use shared_types::{
    Currency, NumberFormat, Role,
    platform::{
        ColumnMapping, DateFormat, Delimiter, Import, ImportColumn, ImportEncoding, ImportField,
        ImportKind, MatchRule, Unowned, UpdateImport,
    },
};

use super::{import::Work, import_fields::field_name};
use crate::{
    core::components::{
        field::{SelectField, currencies},
        icons::{Icon, icon},
    },
    crm::deal_api,
    identity::role_name,
    tr,
};

fn pairs<T: ToString + Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> Vec<(String, String)> {
    all.iter()
        .map(|&value| (value.to_string(), name(value).to_owned()))
        .collect()
}

fn encodings() -> Vec<(String, String)> {
    pairs(ImportEncoding::ALL, |encoding| match encoding {
        ImportEncoding::Utf8 => "UTF-8",
        ImportEncoding::Utf16Le => "UTF-16 LE",
        ImportEncoding::Utf16Be => "UTF-16 BE",
        ImportEncoding::Windows1252 => tr!(import.western),
        ImportEncoding::Windows1250 => tr!(import.central),
        ImportEncoding::Windows1251 => tr!(import.cyrillic),
    })
}

fn delimiters() -> Vec<(String, String)> {
    pairs(Delimiter::ALL, |delimiter| match delimiter {
        Delimiter::Comma => tr!(import.comma),
        Delimiter::Semicolon => tr!(import.semicolon),
        Delimiter::Tab => tr!(import.tab),
        Delimiter::Pipe => tr!(import.pipe),
    })
}

fn date_formats() -> Vec<(String, String)> {
    pairs(DateFormat::ALL, |format| match format {
        DateFormat::Iso => "2026-10-20",
        DateFormat::MonthDayYear => "10/20/2026",
        DateFormat::DayMonthYear => "20/10/2026",
    })
}

fn number_formats() -> Vec<(String, String)> {
    pairs(NumberFormat::ALL, |format| match format {
        NumberFormat::Point => "1,234.50",
        NumberFormat::Comma => "1.234,50",
    })
}

fn rules() -> Vec<(String, String)> {
    pairs(MatchRule::ALL, |rule| match rule {
        MatchRule::Create => tr!(import.rule.create),
        MatchRule::Update => tr!(import.rule.update),
        MatchRule::Skip => tr!(import.rule.skip),
    })
}

/// Who may look after records whose row names nobody.
fn unowned(kind: ImportKind) -> Vec<(String, String)> {
    let all = Unowned::ALL.iter().copied();
    let may: Vec<Unowned> = all
        .filter(|&one| check_unowned(kind, one).is_ok())
        .collect();
    let mut options = pairs(&may, |one| match one {
        Unowned::Importer => tr!(import.unowned.importer),
        Unowned::LeadSettings => tr!(import.unowned.lead_settings),
        Unowned::Nobody => tr!(import.unowned.nobody),
    });
    options.insert(0, (String::new(), tr!(import.unowned.unsaid).to_owned()));
    options
}

/// A column, with what is chosen for it.
#[derive(Clone)]
struct Chosen {
    column: ImportColumn,
    field: RwSignal<String>,
    multiplier: RwSignal<String>,
    /// Fields it serves beside the first.
    more: Vec<ColumnMapping>,
}

fn chosen(import: &Import) -> Vec<Chosen> {
    import
        .columns
        .iter()
        .map(|column| {
            let mut of = import
                .mapping
                .iter()
                .filter(|entry| entry.column == column.index);
            let first = of.next();
            Chosen {
                field: RwSignal::new(
                    first
                        .map(|entry| entry.field.to_string())
                        .unwrap_or_default(),
                ),
                multiplier: RwSignal::new(
                    first
                        .and_then(|entry| entry.multiplier)
                        .unwrap_or(1)
                        .to_string(),
                ),
                more: of.cloned().collect(),
                column: column.clone(),
            }
        })
        .collect()
}

fn mapping(columns: &[Chosen]) -> Vec<ColumnMapping> {
    let mut mapping: Vec<ColumnMapping> = Vec::new();
    for column in columns {
        let Ok(field) = column.field.get_untracked().parse::<ImportField>() else {
            continue;
        };
        let multiplier = column.multiplier.get_untracked().parse::<i64>().ok();
        mapping.push(ColumnMapping {
            column: column.column.index,
            field,
            multiplier: multiplier.filter(|&times| times != 1 && is_amount(field)),
        });
        mapping.extend(column.more.iter().cloned());
    }
    // A field that was given to another column by hand is that column's.
    let mut taken = Vec::new();
    mapping.retain(|entry| {
        let free = !taken.contains(&entry.field);
        taken.push(entry.field);
        free
    });
    mapping
}

/// The step in which people say what a file means.
#[component]
pub fn Mapping(work: Work, import: Import) -> impl IntoView {
    let kind = import.kind;
    let columns = chosen(&import);
    let rule = RwSignal::new(import.match_rule.to_string());
    let pipeline = RwSignal::new(
        import
            .pipeline_id
            .map(|id| id.to_string())
            .unwrap_or_default(),
    );
    let role = RwSignal::new(import.default_role.unwrap_or(Role::Agent).to_string());
    let no_owner = RwSignal::new(import.unowned.map(|it| it.to_string()).unwrap_or_default());
    let picked = StoredValue::new(columns.clone());
    let check = move |_| {
        let change = UpdateImport {
            mapping: Some(picked.with_value(|columns| mapping(columns))),
            match_rule: rule.get_untracked().parse().ok(),
            pipeline_id: pipeline.get_untracked().parse().ok(),
            default_role: (kind == ImportKind::Members)
                .then(|| role.get_untracked().parse().ok())
                .flatten(),
            unowned: no_owner.get_untracked().parse().ok(),
            ..UpdateImport::default()
        };
        work.change(change, Some("check"));
    };
    let fault = work.form.field("mapping");
    let has_keys = !describe(kind).keys.is_empty();
    view! {
        <div class="stack">
            <Written work=work import=import/>
            <section class="card card-flush" aria-labelledby="columns">
                <h2 id="columns" class="card-title card-title-inset">{tr!(import.columns)}</h2>
                {move || fault.get().map(|fault| view! { <p class="fault inset" role="alert">{fault}</p> })}
                <div class="table-scroll">
                    <table class="table mapping">
                        <thead><tr><th scope="col">{tr!(import.column)}</th><th scope="col" class="wide-only">{tr!(import.samples)}</th><th scope="col">{tr!(import.means)}</th></tr></thead>
                        <tbody>{columns.into_iter().map(|column| column_row(kind, column)).collect_view()}</tbody>
                    </table>
                </div>
            </section>
            <section class="card" aria-labelledby="matching">
                <h2 id="matching" class="card-title">{tr!(import.matching)}</h2>
                <div class="pair">
                    {has_keys.then(|| view! { <SelectField label=tr!(import.rule.label) value=rule options=rules()/> })}
                    {has_owners(kind).then(|| view! { <SelectField label=tr!(import.unowned.label) value=no_owner options=unowned(kind)/> })}
                    {(kind == ImportKind::Deals).then(|| view! { <Pipeline value=pipeline/> })}
                    {(kind == ImportKind::Members).then(|| {
                        let roles = pairs(Role::ALL, role_name);
                        view! { <SelectField label=tr!(import.default_role) value=role options=roles hint=tr!(import.default_role_text)/> }
                    })}
                </div>
                <div class="actions">
                    <button type="button" class="btn btn-primary" aria-disabled=move || work.form.busy.get().to_string() on:click=check>{icon(Icon::Check)}{tr!(import.check)}</button>
                    <button type="button" class="btn btn-quiet" on:click=move |_| work.step("cancel")>{tr!(import.cancel)}</button>
                </div>
            </section>
        </div>
    }
}

#[component]
fn Pipeline(value: RwSignal<String>) -> impl IntoView {
    let pipelines = deal_api::pipelines();
    let options = Signal::derive(move || {
        let all = pipelines.load.get().ready().map(|page| page.data);
        let mut options: Vec<(String, String)> = all
            .unwrap_or_default()
            .into_iter()
            .map(|pipeline| (pipeline.id.to_string(), pipeline.name))
            .collect();
        options.insert(0, (String::new(), tr!(import.default_pipeline).to_owned()));
        options
    });
    view! { <SelectField label=tr!(import.pipeline) value=value options=options/> }
}

/// How the file is written, as it was recognised; what is changed is read anew at once.
#[component]
fn Written(work: Work, import: Import) -> impl IntoView {
    let choice = |word: String| RwSignal::new(word);
    let encoding = choice(import.encoding.to_string());
    let delimiter = choice(import.delimiter.to_string());
    let dates = choice(import.date_format.to_string());
    let numbers = choice(import.number_format.to_string());
    let currency = choice(import.currency.to_string());
    let follow = move |signal: RwSignal<String>, change: fn(&str) -> UpdateImport| {
        Effect::new(move |before: Option<String>| {
            let now = signal.get();
            if before.is_some_and(|before| before != now) {
                work.change(change(&now), None);
            }
            now
        });
    };
    follow(encoding, |word| UpdateImport {
        encoding: word.parse().ok(),
        ..UpdateImport::default()
    });
    follow(delimiter, |word| UpdateImport {
        delimiter: word.parse().ok(),
        ..UpdateImport::default()
    });
    follow(dates, |word| UpdateImport {
        date_format: word.parse().ok(),
        ..UpdateImport::default()
    });
    follow(numbers, |word| UpdateImport {
        number_format: word.parse().ok(),
        ..UpdateImport::default()
    });
    follow(currency, |word| UpdateImport {
        currency: word.parse::<Currency>().ok(),
        ..UpdateImport::default()
    });
    let doubt = if import.date_format_is_sure {
        String::new()
    } else {
        tr!(import.date_doubt).to_owned()
    };
    view! {
        <section class="card" aria-labelledby="written">
            <h2 id="written" class="card-title">{tr!(import.written)}</h2>
            <div class="fields-row">
                <SelectField label=tr!(import.encoding) value=encoding options=encodings()/>
                <SelectField label=tr!(import.delimiter) value=delimiter options=delimiters()/>
                <SelectField label=tr!(import.dates) value=dates options=date_formats() hint=doubt/>
                <SelectField label=tr!(import.numbers) value=numbers options=number_formats()/>
                <SelectField label=tr!(settings.currency) value=currency options=currencies()/>
            </div>
        </section>
    }
}

fn column_row(kind: ImportKind, chosen: Chosen) -> impl IntoView {
    let Chosen {
        column,
        field,
        multiplier,
        more: _,
    } = chosen;
    let label = tr!(import.meaning_of, name = column.name.as_str());
    let times = tr!(import.multiple_of, name = column.name.as_str());
    let samples = column.samples.join(" · ");
    let amount = move || field.get().parse::<ImportField>().is_ok_and(is_amount);
    let multiple = |times: i64| match times {
        1 => tr!(import.ones),
        1_000 => tr!(import.thousands),
        1_000_000 => tr!(import.millions),
        _ => tr!(import.billions),
    };
    view! {
        <tr>
            <th scope="row">{column.name}<span class="narrow-only samples-below text-muted">{samples.clone()}</span></th>
            <td class="samples wide-only text-muted">{samples}</td>
            <td>
                <div class="meaning">
                    <select class="input" aria-label=label on:change=move |event| field.set(event_target_value(&event))>
                        <option value="" selected=move || field.with(String::is_empty)>{tr!(import.leave_out)}</option>
                        {fields(kind).iter().map(|&one| {
                            let word = one.to_string();
                            let this = word.clone();
                            view! { <option value=word selected=move || field.with(|field| *field == this)>{field_name(one)}</option> }
                        }).collect_view()}
                    </select>
                    <Show when=amount>
                        <select class="input" aria-label=times.clone() on:change=move |event| multiplier.set(event_target_value(&event))>
                            {MULTIPLIERS.iter().map(|&times| {
                                let word = times.to_string();
                                let this = word.clone();
                                view! { <option value=word selected=move || multiplier.with(|times| *times == this)>{multiple(times)}</option> }
                            }).collect_view()}
                        </select>
                    </Show>
                </div>
            </td>
        </tr>
    }
}
