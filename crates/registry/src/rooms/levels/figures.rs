//! Figures of levels: shares by field, trade, site, company, prefecture and age. Of few people nothing is shown (`domain::figures`).

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use domain::access::{Act, Role};
use domain::figures::{percent, shown, sum_is_shown};
use domain::{Masters, Policy, TradeCode};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Sql, values};
use web::{Encoding, Frame, Language, Page, PageError, T, csv_response};

use super::company::as_of;
use super::figure_queries as queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::level::field_name;
use crate::rooms::roster;

/// Lines of a page; companies are many.
const ROWS: u32 = 100;

/// Breakdowns: word and query.
const BREAKDOWNS: [(&str, &Sql); 6] = [
    ("field", &queries::BY_FIELD),
    ("trade", &queries::BY_TRADE),
    ("site", &queries::BY_SITE),
    ("company", &queries::BY_COMPANY),
    ("prefecture", &queries::BY_PREFECTURE),
    ("age", &queries::BY_AGE),
];

#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    /// The word of a breakdown.
    by: String,
    /// `card`: the level of the card; otherwise what the judge found.
    of: String,
    page: Option<u32>,
    /// CSV only.
    encoding: Encoding,
}

impl Asked {
    fn breakdown(&self) -> (&'static str, &'static Sql) {
        let asked = BREAKDOWNS.into_iter().find(|(word, _)| *word == self.by);
        asked.unwrap_or(BREAKDOWNS[0])
    }

    fn of_card(&self) -> bool {
        self.of == "card"
    }

    /// As it stands in addresses; ends in `&`.
    fn address(&self) -> String {
        let of = if self.of_card() { "card" } else { "guide" };
        format!("by={}&of={of}&", self.breakdown().0)
    }
}

#[derive(FromQueryResult)]
struct Columns {
    key: String,
    name: String,
    level: i32,
    people: i64,
}

/// A group that may be shown: its people, and the shares of the levels, each with its name, in percent.
struct Group {
    name: String,
    people: i64,
    shares: Vec<(String, u64)>,
}

/// A breakdown as it may be shown.
struct Figures {
    groups: Vec<Group>,
    /// Groups that are not shown.
    hidden: usize,
    /// All groups together; none if they are too few people.
    all: Option<Group>,
}

#[derive(Template)]
#[template(path = "levels/templates/figures.html")]
struct FiguresPage {
    frame: Frame,
    asked: Asked,
    /// Whose people are counted, as a sentence.
    lead: String,
    /// A prime's: it may show them to orderers.
    prime: bool,
    breakdowns: Vec<(String, String)>,
    kinds: Vec<(String, String)>,
    by: String,
    levels: [String; 4],
    as_of: String,
    lines: Paged<Group>,
    hidden: usize,
    all: Option<Group>,
    least: i64,
}

/// Whose people are counted: everybody, or those at the sites of the viewer's company, or of an orderer.
fn scope(viewer: &Viewer) -> Result<String, PageError> {
    if !viewer.may(Act::SeeFigures) {
        return Err(PageError::Forbidden);
    }
    match (viewer.role, viewer.company_id()) {
        (Role::Operator, _) => Ok(String::new()),
        (Role::Orderer, _) => Ok(viewer.account.clone()),
        (_, Some(company)) => Ok(company.to_string()),
        _ => Err(PageError::Forbidden),
    }
}

/// Shares of levels by one thing.
///
/// # Permissions
/// The operator, of all workers; administrators and tier managers of a prime, of those at its sites; an orderer, of those at sites for
/// which the prime has agreed.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame, Query(asked): Query<Asked>) -> Page {
    let scope = scope(&viewer)?;
    let least = app.masters().policies().at(Policy::FiguresLeastGroup, app.clock().today());
    let (figures, as_of) = figures(&app, &frame.t, &scope, &asked).await?;
    let number = PageNumber::new(asked.page.unwrap_or(1), ROWS);
    let total = u64::try_from(figures.groups.len()).unwrap_or(0);
    let skip = usize::try_from(number.offset()).unwrap_or(usize::MAX);
    let size = usize::try_from(number.size()).unwrap_or(usize::MAX);
    let t = &frame.t;
    web::page(&FiguresPage {
        lead: t.s(match viewer.role {
            Role::Operator => "figures-lead-all",
            Role::Orderer => "figures-lead-orderer",
            _ => "figures-lead-own",
        }),
        prime: viewer.company_id().is_some(),
        // The first of each is what nothing chosen means.
        breakdowns: BREAKDOWNS
            .iter()
            .skip(1)
            .map(|(word, _)| ((*word).to_owned(), t.s(format!("figures-by-{word}"))))
            .collect(),
        kinds: vec![("card".to_owned(), t.s("figures-of-card"))],
        by: t.s(format!("figures-by-{}", asked.breakdown().0)),
        levels: level_names(t),
        as_of,
        lines: Paged {
            rows: figures.groups.into_iter().skip(skip).take(size).collect(),
            total,
            page: number,
        },
        hidden: figures.hidden,
        all: figures.all,
        least,
        asked,
        frame: frame.title("figures-levels-title"),
    })
}

/// The same as a file, with all lines.
///
/// # Permissions
/// As the page.
pub(super) async fn csv(State(app): State<App>, viewer: Viewer, frame: Frame, Query(asked): Query<Asked>) -> Page {
    let scope = scope(&viewer)?;
    let t = &frame.t;
    let (figures, _) = figures(&app, t, &scope, &asked).await?;
    let mut head = vec![t.s(format!("figures-by-{}", asked.breakdown().0)), t.s("figures-people")];
    head.extend([1, 2, 3, 4].map(|level: i32| t.n("figures-share-of", "level", level)));
    let mut file = vec![head];
    for group in figures.groups.iter().chain(&figures.all) {
        let mut row = vec![group.name.clone(), group.people.to_string()];
        row.extend(group.shares.iter().map(|(_, share)| share.to_string()));
        file.push(row);
    }
    let name = format!("levels_by_{}.csv", asked.breakdown().0);
    Ok(csv_response(&name, file, asked.encoding)?)
}

async fn figures(app: &App, t: &T, scope: &str, asked: &Asked) -> Result<(Figures, String), PageError> {
    let (masters, today) = (app.masters(), app.clock().today());
    let (word, sql) = asked.breakdown();
    let tx = app.db().read().await?;
    let rows: Vec<Columns> = tx
        .all(sql, values![scope, today.to_number(), i32::from(asked.of_card())])
        .await?;
    let as_of = as_of(&tx, t).await?;
    drop(tx);
    let least = masters.policies().at(Policy::FiguresLeastGroup, today);
    let least = u64::try_from(least).unwrap_or(u64::MAX);
    Ok((cut(&masters, t, word, rows, least), as_of))
}

/// Puts rows together to groups, and leaves out those that may not be shown.
fn cut(masters: &Masters, t: &T, word: &str, rows: Vec<Columns>, least: u64) -> Figures {
    let mut by_key: BTreeMap<String, (String, [u64; 4])> = BTreeMap::new();
    let mut all = [0; 4];
    for row in rows {
        let level = usize::try_from(row.level.clamp(1, 4) - 1).unwrap_or(0);
        let people = u64::try_from(row.people).unwrap_or(0);
        let (_, counts) = by_key.entry(row.key).or_insert((row.name, [0; 4]));
        counts[level] += people;
        all[level] += people;
    }
    let sizes: Vec<u64> = by_key.values().map(|(_, counts)| counts.iter().sum()).collect();
    let shown = shown(&sizes, least);
    let hidden = shown.iter().filter(|shown| !**shown).count();
    let group = |name: String, counts: [u64; 4]| Group {
        name,
        people: i64::try_from(counts.iter().sum::<u64>()).unwrap_or(i64::MAX),
        shares: level_names(t).into_iter().zip(percent(counts)).collect(),
    };
    let kept = by_key.into_iter().zip(shown).filter(|(_, shown)| *shown);
    let mut groups: Vec<Group> = kept
        .map(|((key, (name, counts)), _)| group(name_of(masters, t, word, key, name), counts))
        .collect();
    // Ages in their own order, all else with the most people first.
    if word != "age" {
        groups.sort_by_key(|group| std::cmp::Reverse(group.people));
    }
    Figures {
        groups,
        hidden,
        // Somebody in two fields or at two sites is in two groups: their sum is no number of people.
        all: (!matches!(word, "field" | "site") && sum_is_shown(&sizes, least)).then(|| group(t.s("figures-all"), all)),
    }
}

fn level_names(t: &T) -> [String; 4] {
    [1, 2, 3, 4].map(|level: i32| t.n("level-name", "level", level))
}

/// What a group is called.
fn name_of(masters: &Masters, t: &T, word: &str, key: String, name: String) -> String {
    if key.is_empty() {
        return t.s("figures-unknown");
    }
    match word {
        "field" => masters.levels().field(&key).map_or(key, |field| field_name(t, field)),
        "trade" => match key.parse::<TradeCode>() {
            Ok(code) => large_name(masters, t, code),
            Err(_) => key,
        },
        "prefecture" => {
            let prefecture = masters.prefectures().iter().find(|prefecture| prefecture.code == key);
            prefecture.map_or(key, |prefecture| {
                if t.language() == Language::Ja {
                    prefecture.name_ja.clone()
                } else {
                    prefecture.name_en.clone()
                }
            })
        }
        "age" => t.with("figures-age", &[("age", key)]),
        _ => name,
    }
}

/// The large class; it has a row of its own, or is named by its small ones.
fn large_name(masters: &Masters, t: &T, code: TradeCode) -> String {
    if masters.trade(code).is_some() {
        return roster::trade_name(masters, t, code);
    }
    let small = masters.small_trades_of(code).next();
    small.map_or_else(
        || code.to_string(),
        |trade| {
            if t.language() == Language::Ja {
                trade.large_name_ja.clone()
            } else {
                trade.large_name_en.clone()
            }
        },
    )
}
