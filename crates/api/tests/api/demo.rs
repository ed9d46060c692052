//! The demo organization.

use api::platform::demo;
use serde_json::json;

use crate::{helpers::TestApp, on_both_databases};

on_both_databases!(the_demo_organization_is_made_once_and_lets_each_role_in);

async fn the_demo_organization_is_made_once_and_lets_each_role_in(app: TestApp) {
    assert!(demo::seed(&app.state).await.unwrap());
    assert!(!demo::seed(&app.state).await.unwrap());
    for (role, _, _, email) in demo::SIGN_INS {
        let body = json!({"email": email, "password": demo::PASSWORD, "tokenDelivery": "body"});
        let stranger = app.stranger();
        let answer = stranger.post("/api/v1/auth/login", &body).await.expect(200);
        let caller = stranger.with(answer);
        let deals = caller.get("/api/v1/deals?limit=100").await.expect(200);
        assert!(
            !deals.data().as_array().unwrap().is_empty(),
            "{role:?} sees deals"
        );
        let companies = caller.get("/api/v1/companies").await.expect(200);
        assert!(!companies.data().as_array().unwrap().is_empty());
        let events = caller
            .get("/api/v1/deals?status=open&limit=1")
            .await
            .expect(200);
        assert_eq!(events.data().as_array().unwrap().len(), 1);
    }
}
