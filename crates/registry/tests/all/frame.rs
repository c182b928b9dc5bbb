//! What holds for the registry as a whole: texts, SQL, schema, API document, access.

use registry::testing::TestApp;
use registry::{MIGRATIONS, app};
use testkit::{Backend, TestDb, on_both};

#[test]
fn every_text_is_there_in_japanese_and_english() {
    let problems = web::Texts::new(app::texts()).check();
    assert!(problems.is_empty(), "{problems:#?}");
}

/// Words in the code that name a text: a key that no language has would show itself to people.
#[test]
fn every_key_that_templates_and_code_name_has_a_text() {
    let t = web::Texts::new(app::texts()).t(web::Language::Ja);
    let mut missing = Vec::new();
    let mut files = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for opening in [
            "t.s(\"",
            "t.n(\"",
            "t.with(\"",
            ".title(\"",
            "PageError::refused(StatusCode::FORBIDDEN, \"",
        ] {
            for (at, _) in text.match_indices(opening) {
                let key: String = text[at + opening.len()..].chars().take_while(|c| *c != '"').collect();
                if t.get(&key).is_none() {
                    missing.push(format!("{}: {key}", path.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_reason_and_refusal_has_its_sentence() {
    let texts = web::Texts::new(app::texts());
    let keys = [
        "reason-entry-missing",
        "reason-employer-not-linked",
        "reason-company-not-in-organisation",
        "reason-company-not-approved",
        "reason-upper-not-approved",
        "reason-not-on-roster",
        "reason-not-tied-to-roster-company",
        "reason-trade-missing",
        "reason-trade-not-held",
        "touch-unknown-worker",
        "touch-wrong-kind",
        "touch-unknown-site",
        "touch-outside-period",
        "touch-site-suspended",
        "touch-too-old",
        "touch-in-future",
        "touch-registration-ended",
        "touch-dead-card",
        "touch-malformed",
        "cause-touch",
        "cause-roster",
        "cause-approval",
        "cause-registration",
        "cause-asked",
        "cause-tie",
        "cause-correction",
        "cause-void",
        "method-card",
        "method-number",
        "method-number-code",
        "method-qr",
        "method-qr-plain",
        "method-import",
        "method-prime",
        "method-direct-worker",
        "method-direct-company",
        "id-kind-worker",
        "id-kind-company",
        "id-kind-site",
    ];
    for language in [web::Language::Ja, web::Language::En] {
        for key in keys {
            assert!(texts.t(language).get(key).is_some(), "{language:?} {key}");
        }
    }
    // At the gate the worker is told in his own language.
    for language in [web::Language::Vi, web::Language::Id] {
        let (own, japanese) = (texts.t(language), texts.t(web::Language::Ja));
        for key in keys.iter().filter(|k| k.starts_with("reason-")) {
            assert_ne!(own.s(key), japanese.s(key), "{language:?} {key}");
        }
    }
}

on_both!(every_sql_text_is_understood, |backend| async move {
    let test = TestApp::new(backend).await;
    let texts: Vec<&store::Sql> = registry::sql_texts().collect();
    assert!(texts.len() > 60, "{}", texts.len());
    let problems = store::testing::prepare_all(test.app.db(), &texts).await;
    assert!(problems.is_empty(), "{problems:#?}");
});

#[tokio::test]
async fn both_databases_have_the_same_schema() {
    if !testkit::postgres_or_skip("both_databases_have_the_same_schema") {
        return;
    }
    let (sqlite, postgres) = (
        TestDb::new(Backend::Sqlite, MIGRATIONS).await,
        TestDb::new(Backend::Postgres, MIGRATIONS).await,
    );
    let left = store::schema::describe(&sqlite).await.unwrap();
    let right = store::schema::describe(&postgres).await.unwrap();
    assert_eq!(left.diff(&right), "");
    assert_eq!(left, right);
}

/// The document of the API is part of the promise: a change of it is seen in review.
#[test]
fn the_api_document() {
    insta::assert_snapshot!(registry::rooms::history::api_document());
}

/// What the document says there is, is there, and the other way round.
#[test]
fn the_api_document_names_every_route() {
    let document: serde_json::Value = serde_json::from_str(&registry::rooms::history::api_document()).unwrap();
    let documented: std::collections::BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .unwrap()
                .keys()
                .map(move |m| format!("{} {path}", m.to_uppercase()))
        })
        .collect();
    let live: std::collections::BTreeSet<String> = app::routes()
        .list()
        .iter()
        .filter(|(_, path)| path.starts_with("/api/") && *path != "/api/v1/openapi.json")
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert_eq!(documented, live);
}
