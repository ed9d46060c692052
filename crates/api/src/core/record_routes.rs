//! Handlers that all kinds of records have alike.

/// The handlers by which a [`Record`](super::record::Record) goes to the trash and comes back, and where
/// its kind has one, that of its timeline.
macro_rules! record_routes {
    (
        $found:ident, $id:ident => $view:ident, $tag:tt, $described:tt, $permit:ident $scope:tt;
        $(#[$trash_doc:meta])* $trash:ident: $trash_operation:tt, $path:tt, $trashed:tt;
        $(#[$restore_doc:meta])* $restore:ident: $restore_operation:tt, $restore_path:tt, $restored:tt;
        $(
            $(#[$timeline_doc:meta])*
            $timeline:ident: $timeline_operation:tt, $timeline_path:tt, $read:ident $read_scope:tt;
        )?
    ) => {
        $(#[$trash_doc])*
        #[utoipa::path(tag = $tag, operation_id = $trash_operation, params(("id" = $id, Path, description = $described)),
            responses((status = 200, description = $trashed, body = $view)), security(("bearer" = [$scope])))]
        #[delete($path)]
        async fn $trash(ctx: Ctx<$permit>, id: Id<$id>) -> ApiResult<Reply<$view>> {
            $crate::core::record::trash::<$found, _>(&ctx, id.0).await
        }

        $(#[$restore_doc])*
        #[utoipa::path(tag = $tag, operation_id = $restore_operation, params(("id" = $id, Path, description = $described)),
            responses((status = 200, description = $restored, body = $view)), security(("bearer" = [$scope])))]
        #[post($restore_path)]
        async fn $restore(ctx: Ctx<$permit>, id: Id<$id>) -> ApiResult<Once<$view>> {
            $crate::core::record::restore::<$found, _>(&ctx, id.0).await
        }

        $(
            $(#[$timeline_doc])*
            #[utoipa::path(tag = $tag, operation_id = $timeline_operation, params(("id" = $id, Path, description = $described), ListEvents),
                responses((status = 200, description = "A page of events.", body = [Event])), security(("bearer" = [$read_scope])))]
            #[get($timeline_path)]
            async fn $timeline(
                ctx: Ctx<$read>,
                id: Id<$id>,
                query: Params<ListEvents>,
            ) -> ApiResult<Reply<Vec<Event>>> {
                $crate::core::record::timeline::<$found, _>(&ctx, id.0, query.0).await
            }
        )?
    };
}
pub(crate) use record_routes;
