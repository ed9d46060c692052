//! `/api/v1/imports` of contacts, leads, activities and notes.

use serde_json::json;
use shared_types::Role;

use crate::{
    helpers::{TestApp, rows},
    imports::{File, counts},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    contacts_come_with_all_that_reaches_them,
    contacts_are_found_by_any_of_their_addresses,
    leads_are_scored_and_given_to_members,
    activities_find_what_they_are_about,
);

async fn contacts_come_with_all_that_reaches_them(app: TestApp) {
    let ada = app.register("engines").await;
    ada.post(
        "/api/v1/companies",
        &json!({"name": "Acme", "domain": "acme.example", "externalId": "a-1"}),
    )
    .await
    .expect(201);
    let text = "First Name,Last Name,Email,Other email,Mobile Phone Number,Phone Number,Associated Company,Contact owner,Marketing consent,Job Title,Record ID\n\
        Grace,Hopper,Grace@Acme.example; g@navy.example (private),gh@cobol.example,+1 555 0100,+1 555 0101,acme.example,admin@engines.example,yes,Admiral,7\n\
        ,Turing,,,,12,a-1,,,,8\n\
        Alan,,alan@,,,,New Co,,no,,9\n\
        Kurt,Goedel,,,,,,Nobody,,,10\n\
        Emmy,Noether,,,,,New Co,,no,,11\n";
    let text = text.replace("12,a-1", ",a-1");
    let file = File::bring(&app, &ada, "contacts", &text).await;
    let import = file.get().await;
    let fields: Vec<&str> = import["mapping"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        [
            "firstName",
            "lastName",
            "email",
            "email2",
            "mobilePhone",
            "phone",
            "company",
            "owner",
            "consent",
            "jobTitle",
            "externalId"
        ]
    );
    let checked = file.check().await;
    assert_eq!(checked["counts"], counts(3, 0, 0, 2), "{checked}");
    assert_eq!(checked["firstReasons"][0]["column"], "Email");
    assert_eq!(checked["firstReasons"][1]["column"], "Contact owner");
    let done = file.run().await;
    assert_eq!(done["counts"], counts(3, 0, 0, 2));
    let contacts = rows(&ada, "contacts?sort=name").await;
    let grace = &contacts[1];
    assert_eq!(grace["name"], "Grace Hopper");
    assert_eq!(grace["companyName"], "Acme");
    assert_eq!(grace["ownerName"], "Ada engines");
    assert_eq!(grace["consent"], "granted");
    assert_eq!(
        grace["emails"],
        json!([
            {"address": "grace@acme.example", "label": "work"},
            {"address": "g@navy.example", "label": "private"},
            {"address": "gh@cobol.example", "label": "work"}])
    );
    assert_eq!(
        grace["phones"],
        json!([{"number": "+1 555 0101", "label": "work"}, {"number": "+1 555 0100", "label": "mobile"}])
    );
    assert_eq!(contacts[0]["companyName"], "New Co");
    assert_eq!(contacts[0]["consent"], "withdrawn");
    assert_eq!(contacts[2]["companyName"], "Acme", "by its id elsewhere");
    assert!(contacts[2].get("ownerId").is_none());
    assert_eq!(rows(&ada, "companies").await.len(), 2);
    let rejects = file.rejects().await;
    assert!(rejects.contains("`Nobody` was not found"), "{rejects}");
}

async fn contacts_are_found_by_any_of_their_addresses(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    for caller in [&ada, &eve] {
        let emails = json!([{"address": "a@x.example", "label": "work"}, {"address": "b@x.example", "label": "work"}]);
        caller
            .post(
                "/api/v1/contacts",
                &json!({"lastName": "Hopper", "emails": emails}),
            )
            .await
            .expect(201);
    }
    let text = "Last name,E-mail,Phone\nHopper,B@x.example,+49 30 1234\nHopper,c@x.example; b@x.example,\n";
    let file = File::bring(&app, &ada, "contacts", text).await;
    assert_eq!(file.run().await["counts"], counts(0, 2, 0, 0));
    let contacts = rows(&ada, "contacts").await;
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0]["emails"].as_array().unwrap().len(), 3);
    assert_eq!(contacts[0]["phones"][0]["number"], "+49 30 1234");
    assert_eq!(rows(&eve, "contacts").await[0]["version"], 1);
    let file = File::bring(&app, &ada, "contacts", text).await;
    file.change(json!({"matchRule": "skip"})).await;
    assert_eq!(file.run().await["counts"], counts(0, 0, 2, 0));
    let file = File::bring(
        &app,
        &ada,
        "contacts",
        "Last name,E-mail\nNew,b@x.example\n",
    )
    .await;
    file.change(json!({"matchRule": "create"})).await;
    assert_eq!(file.run().await["counts"], counts(1, 0, 0, 0));
    // Nobody knows now who is meant.
    let file = File::bring(&app, &ada, "contacts", "Last name,E-mail\nX,b@x.example\n").await;
    assert_eq!(file.run().await["counts"], counts(0, 0, 0, 1));
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    let refused = agent.upload("contacts", "x.csv", text.as_bytes()).await;
    refused.expect(403);
}

async fn leads_are_scored_and_given_to_members(app: TestApp) {
    let ada = app.register("engines").await;
    let (_, anna) = somebody(&app, &ada, Role::Agent).await;
    let (_, ben) = somebody(&app, &ada, Role::Agent).await;
    let settings = json!({"assignment": "roundRobin", "memberIds": [anna["id"], ben["id"]]});
    ada.patch("/api/v1/lead-settings", &settings)
        .await
        .expect(200);
    let text = "Name,Company,E-mail,Lead Source,Lead Status,Value,Lead score,ID\n\
        Katherine Johnson,Acme,k@acme.example,Employee Referral,Open - Not Contacted,1000,,1\n\
        Mary Jackson,Acme,m@acme.example,Purchased List,Working - Contacted,,77,2\n\
        Dorothy Vaughan,,d@gmail.com,,,,,3\n\
        Lost Soul,,,,Closed - Converted,,,4\n\
        Odd One,,,,Sleeping,,,5\n";
    let file = File::bring(&app, &ada, "leads", text).await;
    let wrong = ada.patch(&file.path, &json!({"unowned": "somebody"})).await;
    wrong.expect(422);
    file.change(json!({"unowned": "leadSettings"})).await;
    let mails = app.mails().await.len();
    let done = file.run().await;
    assert_eq!(done["counts"], counts(3, 0, 0, 2), "{done}");
    let leads = rows(&ada, "leads?sort=name").await;
    let of = |name: &str| leads.iter().find(|lead| lead["name"] == name).unwrap();
    let katherine = of("Katherine Johnson");
    assert_eq!(
        (&katherine["source"], &katherine["status"]),
        (&json!("referral"), &json!("new"))
    );
    assert!(katherine["score"].as_i64().unwrap() >= 50, "{katherine}");
    assert_eq!(katherine["scoreByHand"], false);
    assert_eq!(katherine["amount"]["amount"], 100_000);
    let mary = of("Mary Jackson");
    assert_eq!(
        (&mary["score"], &mary["scoreByHand"]),
        (&json!(77), &json!(true))
    );
    assert_eq!(
        (&mary["source"], &mary["status"]),
        (&json!("import"), &json!("working"))
    );
    assert_eq!(katherine["ownerId"], anna["id"]);
    assert_eq!(mary["ownerId"], ben["id"]);
    assert_eq!(of("Dorothy Vaughan")["ownerId"], anna["id"]);
    assert_eq!(app.mails().await.len(), mails, "nobody is written to");
    // The turn goes on where the file ended.
    let next = ada
        .post("/api/v1/leads", &json!({"lastName": "Next"}))
        .await;
    assert_eq!(next.expect(201).data()["ownerId"], ben["id"]);
    let text = "Name,Owner,E-mail\nNew Name,,k@acme.example\nNo One,,n@acme.example\n";
    let file = File::bring(&app, &ada, "leads", text).await;
    file.change(json!({"unowned": "nobody"})).await;
    assert_eq!(file.run().await["counts"], counts(1, 1, 0, 0));
    let leads = rows(&ada, "leads?email=k@acme.example").await;
    assert_eq!(
        (&leads[0]["name"], &leads[0]["ownerId"]),
        (&json!("New Name"), &anna["id"])
    );
    let leads = rows(&ada, "leads?email=n@acme.example").await;
    assert!(leads[0].get("ownerId").is_none());
    let file = File::bring(&app, &ada, "contacts", "Last name\nX\n").await;
    let refused = ada
        .patch(&file.path, &json!({"unowned": "leadSettings"}))
        .await;
    assert_eq!(refused.expect(422).fields(), ["unowned"]);
}

async fn activities_find_what_they_are_about(app: TestApp) {
    let ada = app.register("engines").await;
    ada.patch(
        "/api/v1/organization",
        &json!({"timeZone": "Europe/Berlin"}),
    )
    .await
    .expect(200);
    let contact = ada
        .post(
            "/api/v1/contacts",
            &json!({"lastName": "Hopper", "emails": [{"address": "g@x.example", "label": "work"}]}),
        )
        .await
        .expect(201);
    let deal = ada
        .post(
            "/api/v1/deals",
            &json!({"title": "Compiler", "externalId": "d-1"}),
        )
        .await
        .expect(201);
    ada.post(
        "/api/v1/leads",
        &json!({"lastName": "Johnson", "email": "k@x.example"}),
    )
    .await
    .expect(201);
    let text = "Type,Subject,Due date,Status,Contact,Opportunity,Lead,Account\n\
        Call,Ask,2026-07-01 14:30,Planned,g@x.example,,,\n\
        Rendez-vous,Meet,2020-01-05,Held,,d-1,,Acme\n\
        To-do,Note,,no,,,Johnson,\n\
        Task,Lost,,,,Nothing,,\n\
        Dance,Odd,,,,,,\n";
    let file = File::bring(&app, &ada, "activities", text).await;
    let done = file.run().await;
    assert_eq!(done["counts"], counts(3, 0, 0, 2), "{done}");
    let all = rows(&ada, "activities?sort=createdAt").await;
    let of = |subject: &str| all.iter().find(|it| it["subject"] == subject).unwrap();
    let ask = of("Ask");
    assert_eq!(ask["kind"], "call");
    assert_eq!(ask["dueAt"], "2026-07-01T12:30:00Z");
    assert_eq!(ask["contactId"], contact.data()["id"]);
    assert!(ask.get("doneAt").is_none());
    let meet = of("Meet");
    assert_eq!(meet["dealId"], deal.data()["id"]);
    assert_eq!(
        (&meet["kind"], &meet["companyName"]),
        (&json!("meeting"), &json!("Acme"))
    );
    assert_eq!(meet["doneAt"], meet["dueAt"], "it was done when it was due");
    assert_eq!(of("Note")["leadName"], "Johnson");
    let path = format!(
        "/api/v1/deals/{}/timeline",
        deal.data()["id"].as_str().unwrap()
    );
    let timeline = ada.get(&path).await.expect(200);
    assert_eq!(timeline.data()[0]["kind"], "activity.done");
}
