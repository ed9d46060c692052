//! Records of any kind as rows of a table, page by page.

use domain::platform::export::Names;
use persistence::{Owners, Page, PageRequest, Position, Read, platform::name};
use shared_types::{
    ListQuery,
    platform::{ImportKind, SubjectKind},
};
use uuid::Uuid;

use super::taker::Taker;
use crate::core::error::ApiResult;

/// Records of a page.
const PAGE: u16 = 200;

/// What is asked of a list.
pub(super) struct Asked<'a, L> {
    pub(super) read: Read,
    pub(super) list: &'a L,
    /// Those whose records may leave.
    pub(super) owners: Owners,
    pub(super) page: PageRequest,
}

/// What is mentioned, by kind.
pub(super) type Mentioned = Vec<(SubjectKind, Vec<Uuid>)>;

/// Records that leave as rows of a table.
pub(super) trait Exported: Sized + 'static {
    /// What a file of them holds.
    const KIND: ImportKind;
    /// What events say one is.
    const SUBJECT: SubjectKind;
    /// What they are chosen by.
    type List: ListQuery + Clone + Default + 'static;

    /// A page of those within reach.
    async fn page(taker: &Taker, asked: &Asked<'_, Self::List>) -> ApiResult<Page<Self>>;
    /// The records whose names stand in their rows.
    fn called(rows: &[Self]) -> Mentioned;
    /// The records by whose keys another organization finds what they refer to.
    fn known(rows: &[Self]) -> Mentioned;
    /// The row of one.
    fn row(&self, names: &Names) -> Vec<String>;
}

/// Rows of a page, and where the next one begins.
pub(super) struct Rows {
    pub(super) cells: Vec<Vec<String>>,
    pub(super) next: Option<Position>,
}

/// A page of rows.
///
/// # Errors
/// 403 without the permission; those of the list.
pub(super) async fn rows<E: Exported>(
    taker: &Taker,
    list: &E::List,
    position: Option<Position>,
) -> ApiResult<Rows> {
    let asked = Asked {
        read: taker.read(),
        list,
        owners: taker.owners(E::KIND)?,
        page: PageRequest {
            limit: PAGE,
            position,
            count: false,
        },
    };
    let page = E::page(taker, &asked).await?;
    let mut names = Names::default();
    for (kind, ids) in E::called(&page.rows) {
        let called = name::of_ids(&asked.read, kind, ids).await?;
        names.names.extend(called);
    }
    for (kind, ids) in E::known(&page.rows) {
        let known = name::keys_of_ids(&asked.read, kind, ids).await?;
        names.keys.extend(known);
    }
    Ok(Rows {
        cells: page.rows.iter().map(|row| row.row(&names)).collect(),
        next: page.next,
    })
}

/// The ids that rows mention.
pub(super) fn ids<T, I: Into<Uuid>>(rows: &[T], id: impl Fn(&T) -> Option<I>) -> Vec<Uuid> {
    rows.iter()
        .filter_map(|row| id(row).map(Into::into))
        .collect()
}
