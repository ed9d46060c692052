//! The handlers of lists that an organization makes itself, where a thing is no more than its name.

/// Makes a row a [`NamedThing`](super::named::NamedThing), with the handlers of its list.
macro_rules! named_routes {
    (
        $row:ty => $view:ident, $kind:ident, $words:tt, $id:ident $described:tt;
        $tag:tt, $list:tt, $path:tt, $path_of_one:tt;
        $read:ident $read_scope:tt, $manage:ident $manage_scope:tt;
        $create:ident = $made:tt, $update:ident = $changed:tt;
        $(#[$list_doc:meta])* list = $list_operation:tt;
        $(#[$get_doc:meta])* get = $get_operation:tt;
        $(#[$create_doc:meta])* create = $create_operation:tt;
        $(#[$update_doc:meta])* update = $update_operation:tt;
        $(#[$remove_doc:meta])* remove = $remove_operation:tt;
    ) => {
        /// The routes of this aggregate.
        pub fn routes(config: &mut impl Services) {
            config
                .service(list)
                .service(create)
                .service(get_one)
                .service(update)
                .service(remove);
        }

        impl named::NamedThing for $row {
            type View = $view;
            const KIND: SubjectKind = SubjectKind::$kind;
            const LIST: &'static str = $list;
            const WORDS: &'static str = $words;
        }

        $(#[$list_doc])*
        #[utoipa::path(tag = $tag, operation_id = $list_operation, params(ListNamed),
            responses((status = 200, description = "A page of them.", body = [$view])), security(("bearer" = [$read_scope])))]
        #[get($path)]
        async fn list(ctx: Ctx<$read>, query: Params<ListNamed>) -> ApiResult<Reply<Vec<$view>>> {
            named::list::<$row, _>(&ctx, &query.0).await
        }

        $(#[$get_doc])*
        #[utoipa::path(tag = $tag, operation_id = $get_operation, params(("id" = $id, Path, description = $described)),
            responses((status = 200, description = $made, body = $view)), security(("bearer" = [$read_scope])))]
        #[get($path_of_one)]
        async fn get_one(ctx: Ctx<$read>, id: Id<$id>) -> ApiResult<Reply<$view>> {
            named::get::<$row, _>(&ctx, id.0).await
        }

        $(#[$create_doc])*
        #[utoipa::path(tag = $tag, operation_id = $create_operation, request_body = $create,
            responses((status = 201, description = $made, body = $view)), security(("bearer" = [$manage_scope])))]
        #[post($path)]
        async fn create(ctx: Ctx<$manage>, body: Valid<$create>) -> ApiResult<Once<$view>> {
            named::create(&ctx, &body.0.name, |_: &mut $row| ()).await
        }

        $(#[$update_doc])*
        #[utoipa::path(tag = $tag, operation_id = $update_operation, params(("id" = $id, Path, description = $described)), request_body = $update,
            responses((status = 200, description = $changed, body = $view)), security(("bearer" = [$manage_scope])))]
        #[patch($path_of_one)]
        async fn update(
            ctx: Ctx<$manage>,
            id: Id<$id>,
            body: Valid<$update>,
        ) -> ApiResult<Reply<$view>> {
            named::update(&ctx, id.0, body.0.name.as_deref(), |_: &mut $row| ()).await
        }

        $(#[$remove_doc])*
        #[doc = ""]
        #[doc = " Refused while records refer to it."]
        #[utoipa::path(tag = $tag, operation_id = $remove_operation, params(("id" = $id, Path, description = $described)),
            responses((status = 200, description = "It is gone.", body = Done)), security(("bearer" = [$manage_scope])))]
        #[delete($path_of_one)]
        async fn remove(ctx: Ctx<$manage>, id: Id<$id>) -> ApiResult<Reply<Done>> {
            named::remove::<$row, _>(&ctx, id.0).await
        }
    };
}
pub(crate) use named_routes;
