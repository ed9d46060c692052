//! `/api/v1/imports`: what files may be like, and what becomes of their rows.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Answer, Caller, TestApp, column},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    what_is_no_table_is_refused_and_leaves_nothing,
    a_file_is_understood_and_can_be_corrected,
    rows_that_are_wrong_are_refused_and_the_rest_imported,
    near_names_wait_to_be_confirmed,
    what_matches_is_updated_or_skipped_or_added,
    those_who_are_mentioned_come_once,
    a_mapping_is_remembered,
    an_import_carries_on_where_it_was_cut_off,
    a_cancelled_import_stops,
    roles_and_tenants_keep_to_their_own,
);

/// A file on its way through the API.
pub struct File<'a> {
    app: &'a TestApp,
    caller: &'a Caller,
    pub path: String,
}

impl<'a> File<'a> {
    pub async fn bring(app: &'a TestApp, caller: &'a Caller, kind: &str, text: &str) -> File<'a> {
        let made = caller.upload(kind, "file.csv", text.as_bytes()).await;
        let id = made.expect(201).data()["id"].as_str().unwrap().to_owned();
        File {
            app,
            caller,
            path: format!("/api/v1/imports/{id}"),
        }
    }

    pub async fn get(&self) -> Value {
        self.caller.get(&self.path).await.expect(200).data().clone()
    }

    async fn step(&self, step: &str) -> Answer {
        self.caller
            .post(&format!("{}/{step}", self.path), &json!({}))
            .await
    }

    pub async fn change(&self, change: Value) -> Value {
        let changed = self.caller.patch(&self.path, &change).await;
        changed.expect(200).data().clone()
    }

    pub async fn check(&self) -> Value {
        self.step("check").await.expect(200);
        self.app.settle().await;
        self.get().await
    }

    /// Checks and runs, whatever the dry run counts.
    pub async fn run_to_end(&self) -> Value {
        self.check().await;
        self.step("start").await.expect(200);
        self.app.settle().await;
        self.get().await
    }

    /// Checks and runs; the counts are those of the dry run.
    pub async fn run(&self) -> Value {
        let checked = self.check().await;
        self.step("start").await.expect(200);
        self.app.settle().await;
        let done = self.get().await;
        assert_eq!(done["state"], "done", "{done}");
        assert_eq!(done["counts"], checked["counts"], "the dry run was right");
        done
    }

    pub async fn rejects(&self) -> String {
        let answer = self.caller.get(&format!("{}/rejects", self.path)).await;
        assert!(answer.header("content-type").starts_with("text/csv"));
        answer.body.as_str().unwrap().to_owned()
    }
}

pub fn counts(created: u64, updated: u64, skipped: u64, refused: u64) -> Value {
    json!({"created": created, "updated": updated, "skipped": skipped, "refused": refused})
}

async fn names(caller: &Caller, kind: &str) -> Vec<String> {
    let sort = if kind == "deals" { "title" } else { "name" };
    column(caller, &format!("{kind}?limit=100&sort={sort}"), sort).await
}

async fn what_is_no_table_is_refused_and_leaves_nothing(app: TestApp) {
    let ada = app.register("engines").await;
    for (bytes, reason) in [
        (&b""[..], "empty"),
        (b"PK\x03\x04 a zip named csv", "spreadsheet or an archive"),
        (b"\x00\x01\x02\x03\x04\x05binary", "not text"),
        (b"\n\n  \n", "no rows"),
    ] {
        let answer = ada.upload("companies", "accounts.csv", bytes).await;
        let answer = answer.expect(422);
        let message = answer.body["error"]["fields"]["file"][0].to_string();
        assert!(message.contains(reason), "{message}");
    }
    let answer = ada
        .upload("moons", "moons.csv", b"a\n1\n")
        .await
        .expect(422);
    assert_eq!(answer.fields(), ["kind"]);
    let form = reqwest::multipart::Form::new().text("other", "x");
    let request = ada.request(reqwest::Method::POST, "/api/v1/imports");
    let answer = ada.send(request.multipart(form)).await.expect(422);
    assert_eq!(answer.fields(), ["other"]);
    let form = reqwest::multipart::Form::new().text("kind", "deals");
    let request = ada.request(reqwest::Method::POST, "/api/v1/imports");
    let answer = ada.send(request.multipart(form)).await.expect(422);
    assert_eq!(answer.fields(), ["file"]);
    ada.post("/api/v1/imports", &json!({})).await.expect(415);
    let request = ada.request(reqwest::Method::POST, "/api/v1/imports");
    let request = request
        .header("content-type", "multipart/form-data; boundary=x")
        .body("--x\r\nbroken");
    ada.send(request).await.expect(400);
    let list = ada.get("/api/v1/imports").await.expect(200);
    assert_eq!(list.data().as_array().unwrap().len(), 0);
}

async fn a_file_is_understood_and_can_be_corrected(app: TestApp) {
    let ada = app.register("engines").await;
    let text = "\u{FEFF}sep=;\r\nKunde;Umsatz (Mio);Straße\r\nMüller & Söhne;1,5;Hof 1\r\n";
    let file = File::bring(&app, &ada, "companies", text).await;
    let import = file.get().await;
    assert_eq!(import["encoding"], "utf8");
    assert_eq!(import["delimiter"], "semicolon");
    assert_eq!(import["numberFormat"], "comma");
    assert_eq!(import["columns"][0]["samples"], json!(["Müller & Söhne"]));
    let western: Vec<u8> = "name,stadt\nM\u{FC}ller,x\n"
        .chars()
        .map(|c| c as u8)
        .collect();
    let made = ada
        .upload("companies", "west.csv", &western)
        .await
        .expect(201);
    assert_eq!(made.data()["encoding"], "windows1252");
    let path = format!("/api/v1/imports/{}", made.data()["id"].as_str().unwrap());
    let changed = ada.patch(&path, &json!({"encoding": "windows1251"})).await;
    assert_eq!(changed.data()["columns"][0]["samples"], json!(["Mьller"]));

    // Deals are closed on days in one order or the other.
    let text = "title,status,close date\nA,won,01/02/2016\n";
    let file = File::bring(&app, &ada, "deals", text).await;
    let import = file.get().await;
    assert_eq!(import["dateFormatIsSure"], false);
    let changed = file.change(json!({"dateFormat": "dayMonthYear"})).await;
    assert_eq!(changed["dateFormatIsSure"], true);
    file.run().await;
    let deals = ada.get("/api/v1/deals").await.expect(200);
    assert_eq!(deals.data()[0]["closedOn"], "2016-02-01");

    let wrong = json!({"mapping": [{"column": 9, "field": "title"}]});
    let file = File::bring(&app, &ada, "deals", text).await;
    let answer = ada.patch(&file.path, &wrong).await.expect(422);
    assert_eq!(answer.fields(), ["mapping.0.column"]);
    let answer = ada
        .patch(&file.path, &json!({"mapping": []}))
        .await
        .expect(422);
    assert_eq!(answer.fields(), ["mapping"]);
    file.step("start").await.expect(409);
}

async fn rows_that_are_wrong_are_refused_and_the_rest_imported(app: TestApp) {
    let ada = app.register("engines").await;
    let text = "Name,Employees,Website\n\
        Acme,12,acme.example\n\
        \n\
        Too,many,cells,here\n\
        \"Quoted, \"\"Inc\"\"\nof two lines\",7,\n\
        Number,twelve,\n\
        ,3,\n\
        =HYPERLINK(1),x,\n";
    let file = File::bring(&app, &ada, "companies", text).await;
    let done = file.run().await;
    assert_eq!(done["counts"], counts(2, 0, 0, 4));
    assert_eq!(done["rows"], 6);
    let lines: Vec<u64> = done["firstReasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reason| reason["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [4, 7, 8, 9]);
    assert_eq!(done["firstReasons"][1]["column"], "Employees");
    assert_eq!(
        names(&ada, "companies").await,
        ["Acme", "Quoted, \"Inc\" of two lines"]
    );
    let rejects = file.rejects().await;
    let lines: Vec<&str> = rejects.lines().collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[0], "\u{FEFF}Name,Employees,Website,Reason");
    assert!(lines[2].starts_with("Number,twelve,,"), "{}", lines[2]);
    assert!(lines[4].starts_with("'=HYPERLINK(1),x"), "{}", lines[4]);

    // A quotation mark that is never closed ends the import with the line it is on.
    let open = format!("Name\nBolt\n\"{}", "x".repeat(1_100_000));
    let file = File::bring(&app, &ada, "companies", &open).await;
    let failed = file.check().await;
    assert_eq!(failed["state"], "failed");
    assert!(failed["failure"].as_str().unwrap().contains("line 3"));
}

async fn near_names_wait_to_be_confirmed(app: TestApp) {
    let ada = app.register("engines").await;
    let pro = ada
        .post("/api/v1/products", &json!({"name": "GTX Pro"}))
        .await
        .expect(201)
        .data()["id"]
        .clone();
    let text = "Deal,Product,Stage,Value\nFirst,GTXPro,Engaging,100\nSecond,GTXPro,Nowhere,\n";
    let file = File::bring(&app, &ada, "deals", text).await;
    let checked = file.check().await;
    assert_eq!(checked["counts"], counts(0, 0, 0, 2));
    let near = &checked["valueMatches"][0];
    assert_eq!(near["value"], "GTXPro");
    assert_eq!(near["rows"], 2);
    assert_eq!(near["candidates"][0]["name"], "GTX Pro");
    assert_eq!(near["confirmed"], false);
    let eve = app.register("rivals").await;
    let theirs = eve
        .post("/api/v1/products", &json!({"name": "GTX Pro"}))
        .await
        .expect(201)
        .data()["id"]
        .clone();
    let choice = |id: &Value| json!({"valueChoices": [{"field": "product", "value": "GTXPro", "action": "use", "recordId": id}]});
    let answer = ada.patch(&file.path, &choice(&theirs)).await.expect(422);
    assert_eq!(answer.fields(), ["valueChoices.0.recordId"]);
    file.change(choice(&pro)).await;
    let done = file.run().await;
    assert_eq!(done["counts"], counts(1, 0, 0, 1));
    let deals = ada.get("/api/v1/deals").await.expect(200);
    let line = &deals.data()[0]["lines"][0];
    assert_eq!(line["productName"], "GTX Pro");
    assert_eq!(line["total"]["amount"], 10_000);
    // What is only a name is made where that was decided.
    let text = "Deal,Product,Account\nThird,Quantum,Globex\n";
    let file = File::bring(&app, &ada, "deals", text).await;
    let checked = file.check().await;
    assert_eq!(checked["valueMatches"][0]["action"], "create");
    assert_eq!(file.run().await["counts"], counts(1, 0, 0, 0));
    assert_eq!(names(&ada, "companies").await, ["Globex"]);
    assert_eq!(names(&ada, "products").await, ["GTX Pro", "Quantum"]);
}

async fn what_matches_is_updated_or_skipped_or_added(app: TestApp) {
    let ada = app.register("engines").await;
    let text = "Name,Industry\nAcme,Toys\nacme ,Tools\nBolt,\n";
    let file = File::bring(&app, &ada, "companies", text).await;
    assert_eq!(file.run().await["counts"], counts(2, 1, 0, 0));
    let list = ada.get("/api/v1/companies?sort=name").await.expect(200);
    assert_eq!(list.data()[0]["industry"], "Tools");
    let file = File::bring(&app, &ada, "companies", "Name,Industry\nBOLT,Metal\n").await;
    file.change(json!({"matchRule": "skip"})).await;
    assert_eq!(file.run().await["counts"], counts(0, 0, 1, 0));
    let file = File::bring(&app, &ada, "companies", "Name,Industry\nBolt,Metal\n").await;
    file.change(json!({"matchRule": "create"})).await;
    assert_eq!(file.run().await["counts"], counts(1, 0, 0, 0));
    // Two companies of a name: nobody knows which is meant.
    let file = File::bring(&app, &ada, "companies", "Name,Industry\nBolt,Air\n").await;
    assert_eq!(file.run().await["counts"], counts(0, 0, 0, 1));

    let text =
        "Deal,Deal ID,Stage,Amount,Close date\nOne,x1,Prospecting,10,\nTwo,x2,Won,20,2026-01-05\n";
    let file = File::bring(&app, &ada, "deals", text).await;
    assert_eq!(file.run().await["counts"], counts(2, 0, 0, 0));
    let text = "Deal,Deal ID,Stage,Amount,Close date\nOne,x1,Won,15,2026-02-01\nTwo,x2,Won,20,2026-01-05\n";
    let file = File::bring(&app, &ada, "deals", text).await;
    file.step("check").await.expect(200);
    app.settle().await;
    file.step("start").await.expect(200);
    app.settle().await;
    assert_eq!(file.get().await["counts"], counts(0, 1, 1, 0));
    let won = ada
        .get("/api/v1/deals?status=won&sort=title")
        .await
        .expect(200);
    assert_eq!(won.data().as_array().unwrap().len(), 2);
    assert_eq!(won.data()[0]["closedOn"], "2026-02-01");
    assert_eq!(won.data()[0]["amount"]["amount"], 1_500);
    let id = won.data()[0]["id"].as_str().unwrap();
    let stays = ada.get(&format!("/api/v1/deals/{id}/stage-history")).await;
    assert_eq!(stays.data().as_array().unwrap().len(), 1);
    assert!(stays.data()[0]["leftAt"].is_string());
    let timeline = ada.get(&format!("/api/v1/deals/{id}/timeline")).await;
    assert_eq!(timeline.data()[0]["kind"], "deal.won");
    assert_eq!(timeline.data()[1]["kind"], "created");
}

async fn those_who_are_mentioned_come_once(app: TestApp) {
    let ada = app.register("engines").await;
    let text = "Name,Manager,Team\nAnna,Mia,North\nBen,Mia,North\nMia,Olga,South\n";
    let file = File::bring(&app, &ada, "members", text).await;
    let done = file.run().await;
    assert_eq!(done["counts"], counts(3, 0, 0, 0), "{done}");
    let members = ada.get("/api/v1/members").await.expect(200);
    let members = members.data().as_array().unwrap();
    let named = |name: &str| {
        let mut found = members.iter().filter(|member| member["name"] == name);
        let member = found.next().unwrap().clone();
        assert!(found.next().is_none(), "{name} is there once");
        member
    };
    let (anna, mia, olga) = (named("Anna"), named("Mia"), named("Olga"));
    assert_eq!(anna["managerId"], mia["id"]);
    assert_eq!(mia["managerId"], olga["id"]);
    assert_eq!(
        (&anna["role"], &mia["role"], &olga["role"]),
        (&json!("agent"), &json!("manager"), &json!("manager"))
    );
    // Nobody comes to report to himself.
    let file = File::bring(&app, &ada, "members", "Name,Manager\nOlga,Anna\n").await;
    file.step("check").await.expect(200);
    app.settle().await;
    file.step("start").await.expect(200);
    app.settle().await;
    assert_eq!(file.get().await["counts"], counts(0, 0, 0, 1));
}

async fn a_mapping_is_remembered(app: TestApp) {
    let ada = app.register("engines").await;
    let text = "Bezeichnung,Zahl\nAcme,12\n";
    let file = File::bring(&app, &ada, "companies", text).await;
    let mapping = json!([{"column": 0, "field": "name"}, {"column": 1, "field": "employees"}]);
    file.change(json!({"mapping": mapping})).await;
    file.run().await;
    let again = File::bring(&app, &ada, "companies", "Zahl,Bezeichnung\n1,Bolt\n").await;
    let import = again.get().await;
    assert_eq!(
        import["mapping"],
        json!([{"column": 0, "field": "employees"}, {"column": 1, "field": "name"}])
    );
}

async fn an_import_carries_on_where_it_was_cut_off(app: TestApp) {
    let ada = app.register("engines").await;
    let mut text = "Title,Deal ID\n".to_owned();
    for number in 0..900 {
        text.push_str(&format!("Deal {number},id-{number}\n"));
    }
    let file = File::bring(&app, &ada, "deals", &text).await;
    file.check().await;
    file.step("start").await.expect(200);
    // The server is asked to stop: the job in hand ends after its batch.
    app.state.draining.store(true, Ordering::Relaxed);
    api::platform::worker::step(&app.state).await.unwrap();
    let cut = file.get().await;
    assert_eq!(
        (&cut["state"], &cut["processed"]),
        (&json!("running"), &json!(250))
    );
    app.state.draining.store(false, Ordering::Relaxed);
    app.advance(TimeDelta::minutes(1));
    app.settle().await;
    let done = file.get().await;
    assert_eq!(done["state"], "done");
    assert_eq!(done["counts"], counts(900, 0, 0, 0));
    let list = ada
        .get("/api/v1/deals?limit=1&count=true")
        .await
        .expect(200);
    assert_eq!(list.body["pagination"]["total"], 900);
}

async fn a_cancelled_import_stops(app: TestApp) {
    let ada = app.register("engines").await;
    let file = File::bring(&app, &ada, "companies", "Name\nAcme\n").await;
    file.check().await;
    file.step("start").await.expect(200);
    file.step("cancel").await.expect(200);
    app.settle().await;
    let import = file.get().await;
    assert_eq!(
        (&import["state"], &import["processed"]),
        (&json!("cancelled"), &json!(0))
    );
    assert!(names(&ada, "companies").await.is_empty());
    let answer = file.step("start").await.expect(409);
    let message = answer.body["error"]["message"].as_str().unwrap();
    assert!(message.contains("cancelled"), "{message}");
    let answer = ada.patch(&file.path, &json!({"matchRule": "skip"})).await;
    answer.expect(409);
}

async fn roles_and_tenants_keep_to_their_own(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    let (manager, _) = somebody(&app, &ada, Role::Manager).await;
    let answer = agent.upload("deals", "x.csv", b"Title\nA\n").await;
    answer.expect(403);
    let answer = manager.upload("members", "x.csv", b"Name\nA\n").await;
    answer.expect(403);
    manager
        .upload("deals", "x.csv", b"Title\nA\n")
        .await
        .expect(201);
    let file = File::bring(&app, &ada, "members", "Name\nAnna\n").await;
    file.check().await;
    let theirs = manager
        .post(&format!("{}/start", file.path), &json!({}))
        .await;
    theirs.expect(403);
    let eve = app.register("rivals").await;
    let list = eve.get("/api/v1/imports").await.expect(200);
    assert_eq!(list.data().as_array().unwrap().len(), 0);
    // The same names in another organization are others.
    let text = "Title,Account,Owner\nA,Acme,Ada rivals\n";
    ada.post("/api/v1/companies", &json!({"name": "Acme"}))
        .await
        .expect(201);
    let file = File::bring(&app, &eve, "deals", text).await;
    let done = file.run().await;
    assert_eq!(done["counts"], counts(1, 0, 0, 0), "{done}");
    assert_eq!(names(&eve, "companies").await, ["Acme"]);
    assert_eq!(names(&ada, "companies").await, ["Acme"]);
}
