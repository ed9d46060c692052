//! What leaves of each kind of record.

use std::collections::HashMap;

use domain::platform::export::{self, Names};
use persistence::{
    Page,
    coaching::{metric, metric_value},
    crm::{
        activity::{self, Seen},
        company, contact, deal_list, lead, note, product,
    },
    identity::member,
};
use shared_types::{
    Currency, Permission,
    coaching::{ListMetricValues, MetricUnit, MetricValue},
    crm::{
        Activity, Company, Contact, Deal, Lead, ListActivities, ListCompanies, ListContacts,
        ListDeals, ListLeads, ListNotes, ListProducts, Note, Product,
    },
    identity::{ListMembers, Member},
    platform::{ImportKind, SubjectKind},
};

use super::{
    rows::{Asked, Exported, Mentioned, ids},
    taker::Taker,
};
use crate::{
    core::error::ApiResult,
    crm::{
        contact_private,
        note::{reader, shown},
    },
};

/// Makes records [`Exported`]: how a page of them is read, and what their rows mention.
macro_rules! exported {
    ($record:ident, $list:ident => $kind:ident;
     page($taker:ident, $asked:ident) = $page:expr;
     $(called($called:ident) = [$($called_kind:ident: $called_id:expr),+];)?
     $(known($known:ident) = [$($known_kind:ident: $known_id:expr),+];)?
     row($row:ident, $names:ident) = $cells:expr;) => {
        impl Exported for $record {
            const KIND: ImportKind = ImportKind::$kind;
            const SUBJECT: SubjectKind = SubjectKind::$record;
            type List = $list;

            async fn page($taker: &Taker, $asked: &Asked<'_, $list>) -> ApiResult<Page<Self>> {
                Ok($page)
            }

            fn called(_rows: &[Self]) -> Mentioned {
                vec![$($((SubjectKind::$called_kind, ids(_rows, |$called| $called_id))),+)?]
            }

            fn known(_rows: &[Self]) -> Mentioned {
                vec![$($((SubjectKind::$known_kind, ids(_rows, |$known| $known_id))),+)?]
            }

            fn row(&self, $names: &Names) -> Vec<String> {
                let $row = self;
                $cells
            }
        }
    };
}

exported! {
    Company, ListCompanies => Companies;
    page(_taker, asked) = company::list(&asked.read, asked.list, &asked.owners, &asked.page).await?.map(Company::from);
    called(row) = [Company: row.parent_id];
    known(row) = [Company: row.parent_id, Member: row.owner_id];
    row(row, names) = export::company(row, names);
}

exported! {
    Product, ListProducts => Products;
    page(_taker, asked) = product::list(&asked.read, asked.list, &asked.page).await?.map(Product::from);
    row(row, _names) = export::product(row);
}

exported! {
    Deal, ListDeals => Deals;
    page(taker, asked) = deal_list::list(&asked.read, asked.list, &asked.owners, taker.now, &asked.page).await?;
    called(row) = [Pipeline: Some(row.stage_id), Pipeline: Some(row.pipeline_id), LostReason: row.lost_reason_id];
    known(row) = [Company: row.company_id, Contact: row.contact_id, Member: row.owner_id];
    row(row, names) = export::deal(row, names);
}

exported! {
    Member, ListMembers => Members;
    page(_taker, asked) = {
        let mut page = member::list(&asked.read, asked.list, &asked.page).await?;
        // A member is within reach as a record it owns would be.
        page.rows.retain(|row| asked.owners.holds(row.id));
        page.map(Member::from)
    };
    called(row) = [Member: row.manager_id, Member: row.team_leader_id, Team: row.team_id];
    row(row, names) = export::member(row, names);
}

exported! {
    Contact, ListContacts => Contacts;
    page(taker, asked) = {
        let private = taker.me.owners(Permission::ContactsReadPrivate).ok();
        let page = contact::list(&asked.read, asked.list, &asked.owners, &asked.page).await?;
        page.try_map(|found| {
            let mut contact = Contact::from(found.clone());
            if private.as_ref().is_some_and(|of| of.reach(contact.owner_id)) {
                contact_private::open(&taker.state.seal, &found.row, &mut contact)?;
            }
            ApiResult::Ok(contact)
        })?
    };
    known(row) = [Company: row.company_id, Member: row.owner_id];
    row(row, names) = export::contact(row, names);
}

exported! {
    Lead, ListLeads => Leads;
    page(_taker, asked) = lead::list(&asked.read, asked.list, &asked.owners, &asked.page).await?.map(Lead::from);
    known(row) = [Contact: row.contact_id, Company: row.company_id, Deal: row.deal_id, Member: row.owner_id];
    row(row, names) = export::lead(row, names);
}

exported! {
    Activity, ListActivities => Activities;
    page(_taker, asked) = activity::list(&asked.read, asked.list, &Seen::of(asked.owners.clone()), &asked.page).await?.map(Activity::from);
    known(row) = [Company: row.company_id, Contact: row.contact_id, Lead: row.lead_id, Deal: row.deal_id, Member: row.owner_id];
    row(row, names) = export::activity(row, names);
}

exported! {
    Note, ListNotes => Notes;
    page(taker, asked) = {
        let mut page = note::list(&asked.read, asked.list, &reader(&taker.me), &asked.page).await?;
        page.rows.retain(|found| asked.owners.holds(found.row.author_id));
        page.try_map(|found| shown(&taker.me, &taker.state.seal, found))?
    };
    known(row) = [Company: row.company_id, Contact: row.contact_id, Lead: row.lead_id, Deal: row.deal_id, Member: Some(row.author_id)];
    row(row, names) = export::note(row, names);
}

/// A value of a metric with what it counts in.
pub(super) struct MetricRow {
    value: MetricValue,
    unit: (MetricUnit, Option<Currency>),
}

impl Exported for MetricRow {
    const KIND: ImportKind = ImportKind::MetricValues;
    const SUBJECT: SubjectKind = SubjectKind::MetricValue;
    type List = ListMetricValues;

    async fn page(_: &Taker, asked: &Asked<'_, ListMetricValues>) -> ApiResult<Page<Self>> {
        let (read, list) = (&asked.read, asked.list);
        let page = metric_value::list(read, list, &asked.owners, &asked.page).await?;
        let ids: Vec<_> = page.rows.iter().map(|found| found.row.metric_id).collect();
        let units: HashMap<_, _> = metric::some(read, &ids)
            .await?
            .into_iter()
            .map(|row| (row.id, (row.unit, row.currency)))
            .collect();
        Ok(page.map(|found| MetricRow {
            unit: units
                .get(&found.row.metric_id)
                .copied()
                .unwrap_or((MetricUnit::Count, None)),
            value: found.into(),
        }))
    }

    fn called(_: &[Self]) -> Mentioned {
        Vec::new()
    }

    fn known(rows: &[Self]) -> Mentioned {
        vec![(
            SubjectKind::Member,
            ids(rows, |row| Some(row.value.member_id)),
        )]
    }

    fn row(&self, names: &Names) -> Vec<String> {
        export::metric_value(&self.value, self.unit, names)
    }
}
