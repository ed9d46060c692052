//! A list as a CSV file.

use actix_web::{HttpResponse, http::header, web::Bytes};
use domain::platform::{csv::write_row, export};
use futures_util::{StreamExt, stream};
use persistence::platform::event::NewEvent;
use shared_types::{
    ListQuery,
    platform::{EventKind, ImportKind},
};

use super::{
    rows::{Exported, rows},
    taker::Taker,
};
use crate::core::{
    context::Ctx,
    error::{ApiError, ApiResult},
    permit::ExportsCreate,
};

/// What a file begins with: what tells spreadsheets that it is UTF-8, and the header.
pub(super) fn head(kind: ImportKind) -> String {
    let mut text = String::from('\u{FEFF}');
    write_row(&mut text, ',', export::header(kind));
    text
}

/// The text of rows.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    for row in rows {
        write_row(&mut text, ',', row.iter().map(String::as_str));
    }
    text
}

/// Notes the export, and streams it: a header, then page after page.
///
/// # Errors
/// 403 without the permission of the list; 422 when the query cannot be answered.
pub(super) async fn answer<E: Exported>(
    ctx: &Ctx<ExportsCreate>,
    list: E::List,
) -> ApiResult<HttpResponse> {
    let (kind, taker) = (E::KIND, Taker::of(ctx));
    // The first page shows whether the query can be answered at all.
    let first = rows::<E>(&taker, &list, None).await?;
    let filters = serde_urlencoded::to_string(list.without_page()).unwrap_or_default();
    ctx.write(async |tx| {
        tx.record(NewEvent::new(
            EventKind::Exported,
            E::SUBJECT,
            ctx.me().organization_id,
            &format!("{kind} {filters}"),
        ));
        Ok(())
    })
    .await?;
    let head = stream::once(async move { Ok::<_, ApiError>(Bytes::from(head(kind))) });
    let pages = stream::try_unfold(
        (Some(Ok(first)), taker, list),
        |(ready, taker, list)| async move {
            let page = match ready {
                None => return Ok(None),
                Some(Ok(page)) => page,
                Some(Err(position)) => rows::<E>(&taker, &list, Some(position)).await?,
            };
            let bytes = Bytes::from(table(&page.cells));
            Ok::<_, ApiError>(Some((bytes, (page.next.map(Err), taker, list))))
        },
    );
    let day = ctx.now().format("%Y-%m-%d");
    let filename = format!("{kind}-{day}.csv");
    Ok(download(CSV, &filename).streaming(head.chain(pages)))
}

/// The type of a table.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";

/// An answer that browsers save as a file, and nobody keeps besides.
pub(crate) fn download(content_type: &str, filename: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(content_type)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{filename}\""),
        ));
    answer
}
