//! Who may open what: every route × every kind of actor. A route that is missing here fails the test.

mod table;

use axum::http::StatusCode;
use domain::Direction::{In, Out};
use domain::access::Role;
use domain::agreement::AgreementMove;
use domain::registration::Purpose;
use registry::app;
use registry::rooms::card::{CardReason, issue};
use registry::rooms::direct::{self, AskForm};
use registry::rooms::organisation::{InviteForm, invite};
use registry::rooms::papers::{PaperKind, Upload, take};
use registry::rooms::ties::{MoveForm, ask};
use registry::rooms::{agreement, application, fees};
use registry::testing::{Person, World, account};
use store::{Sql, values};
use testkit::on_both;

use self::table::{ACTORS, MACHINES, OPEN_TO_ORDERERS, TABLE};

fn sign(status: StatusCode, location: Option<&str>) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "-",
        StatusCode::FORBIDDEN => "x",
        StatusCode::GONE => "o",
        s if s.is_redirection() && location.is_some_and(|l| l.starts_with("/sign-in?")) => ">",
        s if s.is_success() || s.is_redirection() || matches!(s, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT) => "+",
        _ => "?",
    }
}

/// Keys that stand in addresses.
struct Concrete {
    request: String,
    moving: String,
    consent: String,
    row: String,
    paper: String,
    invoice: String,
    card: String,
    application: String,
    bulk: String,
    agreement: String,
}

fn concrete(path: &str, world: &World, rows: &Concrete) -> String {
    let (hash, file) = web::asset("app.css")
        .trim_start_matches("/static/")
        .split_once('/')
        .map(|(h, f)| (h.to_owned(), f.to_owned()))
        .unwrap();
    path.replace("{site}", &world.site.to_string())
        .replace("{worker}", &world.ann.handle)
        .replace("{day}", "2026-11-20")
        .replace("/nodes/{node}/{move}", "/nodes/{node}/describe")
        .replace("{node}", &world.second_node.0)
        .replace("{reader}", "nobody")
        .replace("{notice}", "nobody")
        .replace("{account}", &world.spare.viewer.account)
        .replace("{session}", "nobody")
        .replace("{passkey}", "nobody")
        .replace("{tier}", "nobody")
        .replace("{token}", "nobody")
        .replace("{job}", "nobody")
        .replace("{row}", &rows.row)
        .replace("{key}", &rows.paper)
        .replace("{paper}", &rows.paper)
        .replace("{invoice}", &rows.invoice)
        .replace("{application}", &rows.application)
        .replace("{bulk}", &rows.bulk)
        .replace("/edit/{step}", "/edit/works")
        .replace("{place}", "nobody")
        .replace("{agreement}", &rows.agreement)
        .replace("{pattern}", "nobody")
        .replace("{draft}", "nobody")
        .replace("{move}", &rows.moving)
        .replace("{request}", &rows.request)
        .replace("{consent}", &rows.consent)
        .replace("{step}", "kind")
        .replace("{payment}", "nobody")
        .replace("/capability/{field}", "/capability/scaffolding_tobi")
        .replace(
            "/published/{company}/{field}",
            &format!(
                "/published/{}/scaffolding_tobi",
                world.second.viewer.company.as_ref().unwrap().0
            ),
        )
        .replace("{field}", "glazing")
        .replace("{card}", &rows.card)
        .replace("{hash}", &hash)
        .replace("{file}", &file)
}

/// A paper that this person sent in.
async fn paper_of(world: &World, person: &Person) -> String {
    let upload = Upload {
        file_name: "同意書.pdf".into(),
        bytes: "%PDF-1.7\n%%EOF\n".into(),
    };
    let tx = world.test.app.db().write().await.unwrap();
    let key = take(&world.test.app, &tx, &person.viewer.account, PaperKind::Consent, &upload)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    key
}

/// A file with many applications that this person sent.
async fn bulk_of(world: &World, person: &Person) -> String {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write_string(0, 0, "#field").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let answer = world.test.post_file(person, "/bulk", ("sheet", "a.xlsx", &bytes)).await;
    answer.location.unwrap().trim_start_matches("/bulk/").to_owned()
}

/// A move of bob's to the stranger, which waits.
async fn move_of(world: &World) -> String {
    let form = MoveForm {
        company: world.stranger.viewer.company_id().unwrap().to_string(),
        from: "2026-11-21".into(),
        leave: world.second.viewer.company_id().unwrap().to_string(),
    };
    let tx = world.test.app.db().write().await.unwrap();
    let key = ask(&world.test.app, &tx, &world.bob_self.viewer, &form).await.unwrap();
    tx.commit().await.unwrap();
    key
}

/// A day that ann entered directly for the site.
async fn request_of(world: &World) -> String {
    let form = AskForm {
        day: vec!["2026-11-19".into()],
        from: "08:00".into(),
        site: world.site.to_string(),
        ..AskForm::default()
    };
    let tx = world.test.app.db().write().await.unwrap();
    direct::ask(&world.test.app, &tx, &world.ann_self.viewer, &form)
        .await
        .map_err(|_| ())
        .unwrap();
    tx.commit().await.unwrap();
    let list = world.page(&world.ann_self, "/my/direct").await;
    let mut keys = list.split("/direct/").filter_map(|s| s.get(..26));
    keys.find(|s| s.chars().all(|c| c.is_ascii_alphanumeric()))
        .unwrap()
        .to_owned()
}

/// A consent that ann is asked for by second, to a change of her registration: written as a row, since she has no record to fill in.
async fn consent_of(world: &World) -> String {
    const INSERT: Sql = Sql::new(
        "test.consent",
        "insert into consent (id, application_id, party, subject_id, content, state, asked_at, asked_by, reason)
         values ($1, $2, 'worker', $3, 'x', 'asked', 0, 'x', '')",
    );
    let (app, second) = (&world.test.app, &world.second.viewer);
    let tx = app.db().write().await.unwrap();
    let filed = application::begin_for(app, &tx, second, Purpose::WorkerChange, &world.ann.handle)
        .await
        .unwrap();
    let key = app.new_key();
    let values = values![key.as_str(), filed, world.ann.id.to_string()];
    tx.run(&INSERT, values).await.unwrap();
    tx.commit().await.unwrap();
    key
}

on_both!(every_route_and_every_actor, |backend| async move {
    let world = World::new(backend).await;
    world
        .send(vec![
            world.touch(&world.ann, "2026-11-20T07:30:00", In),
            world.touch(&world.ann, "2026-11-20T07:40:00", Out),
        ])
        .await;
    let roster = world.page(&world.second, &world.path("/roster")).await;
    let row = roster
        .split("/roster/")
        .filter_map(|s| s.get(..26))
        .find(|s| s.chars().all(|c| c.is_ascii_alphanumeric()))
        .unwrap()
        .to_owned();
    let paper = paper_of(&world, &world.ann_self).await;
    let invoice = {
        let prime = world.prime.viewer.company_id().unwrap();
        let tx = world.test.app.db().write().await.unwrap();
        let invoices = fees::bill_administrator_ids(&world.test.app, &tx, prime).await.unwrap();
        tx.commit().await.unwrap();
        invoices[0].clone()
    };
    let tx = world.test.app.db().write().await.unwrap();
    let card = issue(&world.test.app, &tx, world.ann.id, None, CardReason::First)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let application = {
        let tx = world.test.app.db().write().await.unwrap();
        let id = application::begin(&world.test.app, &tx, &world.prime.viewer, Purpose::WorkerNew)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id
    };
    let agreement = {
        let tx = world.test.app.db().write().await.unwrap();
        let second = world.second.viewer.company_id().unwrap().to_string();
        let key = agreement::ask(&world.test.app, &tx, &world.first.viewer, &second)
            .await
            .unwrap();
        agreement::change(&world.test.app, &tx, &world.second.viewer, &key, AgreementMove::Agree)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        key
    };
    let request = request_of(&world).await;
    let moving = move_of(&world).await;
    let consent = consent_of(&world).await;
    let rows = Concrete {
        request,
        agreement,
        moving,
        consent,
        row,
        paper,
        invoice,
        card,
        application,
        bulk: bulk_of(&world, &world.prime).await,
    };
    let actors: [Option<&Person>; 13] = [
        Some(&world.ann_self),
        Some(&world.bob_self),
        Some(&world.second),
        Some(&world.past),
        Some(&world.prime),
        Some(&world.manager),
        Some(&world.other_manager),
        Some(&world.first),
        Some(&world.third),
        Some(&world.sibling),
        Some(&world.stranger),
        Some(&world.operator),
        None,
    ];
    let mut wrong = Vec::new();
    for (method, path, expected) in TABLE {
        let concrete = concrete(path, &world, &rows);
        let mut seen = Vec::new();
        for actor in actors {
            let answer = match *method {
                "GET" => world.test.get(actor, &concrete).await,
                _ => {
                    world
                        .test
                        .post(actor, &concrete, &[("lang", "ja"), ("answer", "approve"), ("version", "0")])
                        .await
                }
            };
            assert!(!answer.status.is_server_error(), "{method} {concrete}: {}", answer.body);
            // A form that nobody signed in sends has no token: led to sign in or refused for the token, never let through.
            let sign = if actor.is_none() && *method == "POST" && answer.status == StatusCode::FORBIDDEN {
                ">"
            } else {
                sign(answer.status, answer.location.as_deref())
            };
            seen.push(sign);
        }
        let seen = seen.join(" ");
        if seen != *expected {
            wrong.push(format!("{method} {path}\n  expected {expected}\n  seen     {seen}"));
        }
    }
    assert!(wrong.is_empty(), "columns: {ACTORS:?}\n{}", wrong.join("\n"));

    // An orderer opens what everybody opens, what is his own, and figures.
    let orderer = account(&world.test, "access-orderer", Role::Orderer, None, None, &[]).await;
    let mut open = Vec::new();
    for (method, path, expected) in TABLE.iter().filter(|(_, _, expected)| expected.ends_with('>')) {
        let concrete = concrete(path, &world, &rows);
        let answer = match *method {
            "GET" => world.test.get(Some(&orderer), &concrete).await,
            _ => world.test.post(Some(&orderer), &concrete, &[("answer", "approve")]).await,
        };
        assert!(!answer.status.is_server_error(), "{method} {concrete}: {}", answer.body);
        let everybody = expected.matches('+').count() == ACTORS.len() - 1;
        if sign(answer.status, answer.location.as_deref()) == "+" && !everybody {
            open.push(*path);
        }
    }
    assert_eq!(open, OPEN_TO_ORDERERS);

    for (method, path, expected) in MACHINES {
        let world_key = world.reader.clone();
        let person = world.prime.cookie();
        let with = |key: Option<&str>, cookie: Option<&str>| {
            let mut request = axum::http::Request::builder()
                .method(*method)
                .uri(*path)
                .header("content-type", "application/json");
            if let Some(key) = key {
                request = request.header("authorization", format!("Bearer {key}"));
            }
            if let Some(cookie) = cookie {
                request = request.header("cookie", cookie);
            }
            request.body(axum::body::Body::from("{}")).unwrap()
        };
        let got = [
            world.test.send(with(Some(&world_key), None)).await.status.as_u16(),
            world.test.send(with(Some("ashiba_wrong"), None)).await.status.as_u16(),
            world.test.send(with(None, Some(&person))).await.status.as_u16(),
        ];
        assert_eq!(got, *expected, "{method} {path}");
        // A page is not opened by a reader's key.
        let page = axum::http::Request::builder()
            .uri("/sites")
            .header("authorization", format!("Bearer {world_key}"))
            .body(axum::body::Body::empty())
            .unwrap();
        assert_eq!(world.test.send(page).await.status, StatusCode::SEE_OTHER);
    }
});

#[test]
fn no_route_is_missing_from_the_table() {
    let mut live: Vec<String> = app::routes().list().iter().map(|(m, p)| format!("{m} {p}")).collect();
    let mut listed: Vec<String> = TABLE
        .iter()
        .map(|(m, p, _)| format!("{m} {p}"))
        .chain(MACHINES.iter().map(|(m, p, _)| format!("{m} {p}")))
        .collect();
    live.sort();
    listed.sort();
    assert_eq!(live, listed);
}

// What opens at the place of `employer` and beneath it, while `employer` and `upper` have no agreement, while they have one, and when it
// has been ended: only `upper` sees a difference, and only what the agreement is about.
on_both!(an_agreement_opens_to_the_proxy_what_it_says, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    let second = world.second.viewer.company_id().unwrap().to_string();
    // A second place of `employer` that waits for the answer.
    let waiting = {
        let tx = app.db().write().await.unwrap();
        let open = registry::rooms::site::open(&tx, &world.prime.viewer, &world.site.to_string())
            .await
            .unwrap();
        let form = InviteForm {
            company: second.clone(),
            ..InviteForm::default()
        };
        let node = invite(app, &tx, &world.prime.viewer, &open, &form).await.unwrap();
        tx.commit().await.unwrap();
        node
    };
    let beneath = world.invite(&world.second, world.stranger.viewer.company_id().unwrap()).await;
    let answered = format!("/approvals/{}", world.second_node);
    let (of_prime, of_lower) = (format!("/approvals/{waiting}"), format!("/approvals/{beneath}"));
    let ending = world.path(&format!("/organisation/nodes/{}/end", world.second_node));
    let actors = [
        &world.second,
        &world.prime,
        &world.manager,
        &world.first,
        &world.third,
        &world.sibling,
        &world.stranger,
    ];
    // emp pri mgr upp low sib str
    let before = [
        (answered.as_str(), "+ - x - - - -"),
        (of_prime.as_str(), "+ - x - - - -"),
        (of_lower.as_str(), "- - x - - - +"),
        (ending.as_str(), "x + + + x - x"),
    ];
    let agreed = [
        (answered.as_str(), "+ - x + - - -"),
        // The prime stands right above that one.
        (of_prime.as_str(), "+ - x - - - -"),
        (of_lower.as_str(), "- - x - - - +"),
        (ending.as_str(), "x + + + x - x"),
    ];
    let look = async |expected: &[(&str, &str)], when: &str| {
        for (path, signs) in expected {
            let mut seen = Vec::new();
            for actor in actors {
                let answer = world.test.get(Some(actor), path).await;
                seen.push(sign(answer.status, answer.location.as_deref()));
            }
            assert_eq!(seen.join(" "), *signs, "{when}: {path}");
        }
    };
    look(&before, "before").await;
    let tx = app.db().write().await.unwrap();
    let key = agreement::ask(app, &tx, &world.first.viewer, &second).await.unwrap();
    tx.commit().await.unwrap();
    look(&before, "asked").await;
    for (who, what, expected) in [
        (&world.second, AgreementMove::Agree, &agreed),
        (&world.second, AgreementMove::Revoke, &before),
    ] {
        let tx = app.db().write().await.unwrap();
        agreement::change(app, &tx, &who.viewer, &key, what).await.unwrap();
        tx.commit().await.unwrap();
        look(expected, what.word()).await;
    }
});

on_both!(a_calendar_shows_each_just_what_is_his, |backend| async move {
    let world = World::new(backend).await;
    world
        .send(vec![
            world.touch(&world.ann, "2026-11-20T07:30:00", In),
            world.touch(&world.bob, "2026-11-20T07:31:00", In),
            world.touch(&world.dora, "2026-11-20T07:32:00", In),
        ])
        .await;
    // (viewer, ann, bob — of second, not on the roster —, dora of the other branch)
    let cases = [
        ("prime", &world.prime, [true, true, true]),
        ("manager", &world.manager, [true, true, true]),
        ("employer", &world.second, [true, true, false]),
        ("upper", &world.first, [true, true, false]),
        ("lower", &world.third, [false, false, false]),
        ("sibling", &world.sibling, [false, false, true]),
    ];
    for page in [
        "/calendar?month=2026-11",
        "/calendar.csv?month=2026-11",
        "/gate",
        "/mend?month=2026-11",
    ] {
        for (name, viewer, [ann, bob, dora]) in &cases {
            let body = world.page(viewer, &world.path(page)).await;
            let mend = page.starts_with("/mend");
            assert_eq!(body.contains(&world.ann.name), *ann && !mend, "{page} {name} ann");
            assert_eq!(body.contains(&world.bob.name), *bob, "{page} {name} bob");
            assert_eq!(body.contains(&world.dora.name), *dora && !mend, "{page} {name} dora");
        }
    }
    // The worker sees his own days; the past employer sees nothing of them, nor the new employer anything of before.
    assert!(
        world
            .page(&world.ann_self, "/my/calendar?month=2026-11")
            .await
            .contains("架空の現場")
    );
    let own = format!("/workers/{}/calendar?month=2026-11", world.ann.handle);
    assert_eq!(world.test.get(Some(&world.past), &own).await.status, StatusCode::NOT_FOUND);
});

on_both!(
    a_past_employer_keeps_its_own_days_and_sees_no_later_one,
    |backend| async move {
        let world = World::new(backend).await;
        world
            .send(vec![
                world.touch(&world.ann, "2026-10-20T07:30:00", In),
                world.touch(&world.ann, "2026-11-20T07:30:00", In),
            ])
            .await;
        let month = |m: &str| format!("/workers/{}/calendar?month={m}", world.ann.handle);
        // October: employed by past, whose company is not in the organisation.
        let october = world.page(&world.past, &month("2026-10")).await;
        assert!(october.contains("架空の現場"));
        assert_eq!(
            world.test.get(Some(&world.past), &month("2026-11")).await.status,
            StatusCode::NOT_FOUND
        );
        // The present employer sees November, and nothing of October: that would tell the past employer.
        assert!(world.page(&world.second, &month("2026-11")).await.contains("架空の現場"));
        let before = world.page(&world.second, &month("2026-10")).await;
        assert!(!before.contains("架空の現場") && !before.contains("past建設"));
    }
);
