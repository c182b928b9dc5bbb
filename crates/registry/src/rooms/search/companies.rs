//! The page that searches companies.

use askama::Template;
use axum::extract::{Query, State};
use domain::access::Act;
use serde::Deserialize;
use store::{Page as PageNumber, Paged};
use web::{Frame, Language, Page, PageError};

use super::find::{FoundCompany, companies};
use super::{MOST, words::Words};
use crate::App;
use crate::access::Viewer;
use crate::rooms::site::percent;

/// Rows of a page.
const ROWS: u32 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    prefecture: String,
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "search/templates/companies.html")]
struct CompaniesPage {
    frame: Frame,
    q: String,
    prefecture: String,
    prefectures: Vec<(String, String)>,
    base: String,
    /// None before anything was searched for.
    found: Option<Paged<FoundCompany>>,
}

impl CompaniesPage {
    fn place(&self, code: &str) -> &str {
        let found = self.prefectures.iter().find(|(known, _)| known == code);
        found.map_or("–", |(_, name)| name.as_str())
    }

    fn state(&self, word: &str) -> String {
        self.frame.t.s(format!("company-state-{word}"))
    }
}

/// Companies by name, kana, ID, telephone, licence or corporate number.
///
/// # Permissions
/// Everybody who acts for a company, and the operator's people.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame, Query(asked): Query<Asked>) -> Page {
    if !viewer.may(Act::FindCompanies) {
        return Err(PageError::Forbidden);
    }
    let masters = app.masters();
    let japanese = frame.t.language() == Language::Ja;
    let prefectures: Vec<(String, String)> = masters
        .prefectures()
        .iter()
        .map(|p| (p.code.clone(), if japanese { p.name_ja.clone() } else { p.name_en.clone() }))
        .collect();
    let known = prefectures.iter().any(|(code, _)| *code == asked.prefecture);
    let prefecture = if known { asked.prefecture } else { String::new() };
    let q: String = asked.q.trim().chars().take(100).collect();
    let number = PageNumber::new(asked.page.unwrap_or(1), ROWS);
    let found = match Words::new(&q) {
        Words::Nothing => None,
        _ => {
            let tx = app.db().read().await?;
            Some(companies(&tx, &viewer, &q, &prefecture, number).await?)
        }
    };
    web::page(&CompaniesPage {
        frame: frame.title("search-companies-title"),
        base: format!("/search/companies?q={}&prefecture={prefecture}&", percent(&q)),
        q,
        prefecture,
        prefectures,
        found,
    })
}

/// More were found than are counted.
fn many(total: u64) -> bool {
    total >= MOST.unsigned_abs()
}
