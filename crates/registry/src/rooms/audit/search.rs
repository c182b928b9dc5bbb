//! The auditor's search: by worker, company or account, in a range of days, as page and as CSV. What is asked travels in the form
//! and never in an address, since it names people; and each search is recorded like any other look.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::access::Act;
use domain::{CompanyId, WorkDay, WorkerId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Page as PageNumber, Paged, StoreError, Tx, values};
use web::{Encoding, FieldErrors, Form, FormState, Frame, Page, PageError, csv_response};

use super::rows::{AccountColumns, By, Change, ChangeColumns, Look, LookColumns};
use super::{changed, looked_many, queries, what_words};
use crate::App;
use crate::access::Viewer;

/// Rows of a page.
const ROWS: u32 = 50;
/// Rows of a file: what a spreadsheet still opens at once.
const MOST_IN_FILE: i64 = 100_000;

/// What is asked for.
#[derive(Debug, Clone, Deserialize, Serialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    /// `looks` or `changes`.
    kind: String,
    worker: String,
    company: String,
    /// Sign-in ID.
    account: String,
    from: String,
    to: String,
    page: Option<u32>,
    #[serde(skip_serializing)]
    encoding: Encoding,
}

impl Asked {
    fn changes(&self) -> bool {
        self.kind == "changes"
    }
}

/// The same, checked.
struct Wanted {
    worker: Option<WorkerId>,
    company: Option<CompanyId>,
    account: Option<AccountColumns>,
    from: WorkDay,
    to: WorkDay,
}

enum Found {
    Looks(Paged<Look>),
    Changes(Paged<Change>),
}

#[derive(Template)]
#[template(path = "audit/templates/search.html")]
struct SearchPage {
    frame: Frame,
    form: FormState<Asked>,
    found: Option<Found>,
}

impl SearchPage {
    fn what(&self, word: &str) -> String {
        what_words(&self.frame.t, word)
    }

    fn change(&self, word: &str) -> String {
        change_words(&self.frame.t, word)
    }

    fn company(&self, by: &By) -> String {
        by.company.clone().unwrap_or_else(|| self.frame.t.s("looks-operator"))
    }
}

/// What was done, as people read it; the word itself if it has no text.
fn change_words(t: &web::T, word: &str) -> String {
    t.get(&format!("change-{}", word.replace('_', "-")))
        .unwrap_or_else(|| word.to_owned())
}

fn may(viewer: &Viewer) -> Result<(), PageError> {
    viewer.may(Act::Audit).then_some(()).ok_or(PageError::Forbidden)
}

/// The empty form: this month.
///
/// # Permissions
/// The operator and his auditors.
pub(super) async fn form(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    may(&viewer)?;
    let today = app.clock().today();
    let asked = Asked {
        kind: "looks".into(),
        from: today.month().first().to_string(),
        to: today.to_string(),
        ..Asked::default()
    };
    web::page(&SearchPage {
        form: FormState::new(&frame.t, asked),
        frame: frame.title("audit-title"),
        found: None,
    })
}

/// What was found. The search itself is recorded before it is answered.
///
/// # Permissions
/// The operator and his auditors.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame, Form(asked): Form<Asked>) -> Page {
    may(&viewer)?;
    let number = PageNumber::new(asked.page.unwrap_or(1), ROWS);
    let (found, errors) = match search(&app, &viewer, &asked, number.limit(), number).await? {
        Ok((_, found)) => (Some(found), FieldErrors::new()),
        Err(errors) => (None, errors),
    };
    let form = FormState::wrong(&frame.t, asked, errors);
    let status = form.status();
    let body = web::page(&SearchPage {
        frame: frame.title("audit-title"),
        form,
        found,
    })?;
    Ok((status, body).into_response())
}

/// All of it as a file.
///
/// # Permissions
/// The operator and his auditors.
pub(super) async fn csv(State(app): State<App>, viewer: Viewer, frame: Frame, Form(asked): Form<Asked>) -> Page {
    may(&viewer)?;
    let mut outcome = search(&app, &viewer, &asked, MOST_IN_FILE, PageNumber::default()).await?;
    let total = match &outcome {
        Ok((_, Found::Looks(looks))) => looks.total,
        Ok((_, Found::Changes(changes))) => changes.total,
        Err(_) => 0,
    };
    if total > MOST_IN_FILE.unsigned_abs() {
        let mut errors = FieldErrors::new();
        errors.add_with("to", "audit-too-many", vec![("most", MOST_IN_FILE.into())]);
        outcome = Err(errors);
    }
    match outcome {
        Ok((wanted, found)) => {
            let name = format!("audit_{}_{}.csv", wanted.from, wanted.to);
            Ok(csv_response(&name, lines(&frame.t, &found), asked.encoding)?)
        }
        Err(errors) => {
            let form = FormState::wrong(&frame.t, asked, errors);
            let status = form.status();
            let body = web::page(&SearchPage {
                frame: frame.title("audit-title"),
                form,
                found: None,
            })?;
            Ok((status, body).into_response())
        }
    }
}

/// Searches, and records the search before anything of it is shown. Reading comes first, so that a long search holds up no writer.
async fn search(
    app: &App,
    viewer: &Viewer,
    asked: &Asked,
    limit: i64,
    page: PageNumber,
) -> Result<Result<(Wanted, Found), FieldErrors>, StoreError> {
    let tx = app.db().read().await?;
    let wanted = match check(&tx, asked).await? {
        Ok(wanted) => wanted,
        Err(errors) => return Ok(Err(errors)),
    };
    let found = find(&tx, asked, &wanted, limit, page).await?;
    drop(tx);
    let tx = app.db().write().await?;
    note(app, &tx, viewer, asked, &wanted, &found).await?;
    tx.commit().await?;
    Ok(Ok((wanted, found)))
}

async fn check(tx: &Tx, asked: &Asked) -> Result<Result<Wanted, FieldErrors>, StoreError> {
    let mut errors = FieldErrors::new();
    let worker = match asked.worker.trim() {
        "" => None,
        typed => errors.take("worker", typed.parse(), |_| "audit-no-worker-id".into()),
    };
    let company = match asked.company.trim() {
        "" => None,
        typed => errors.take("company", typed.parse(), |_| "audit-no-company-id".into()),
    };
    let typed: String = asked.account.chars().filter(|c| !c.is_whitespace()).collect();
    let account: Option<AccountColumns> = match typed.as_str() {
        "" => None,
        typed => tx.one(&queries::ACCOUNT, values![typed]).await?,
    };
    if !typed.is_empty() && account.is_none() {
        errors.add("account", "audit-no-account");
    }
    let from = errors.take("from", asked.from.parse::<WorkDay>(), |_| "audit-no-day".into());
    let to = errors.take("to", asked.to.parse::<WorkDay>(), |_| "audit-no-day".into());
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        errors.add("to", "audit-days-turned");
    }
    if errors.is_empty() && worker.is_none() && company.is_none() && account.is_none() {
        errors.add("worker", "audit-ask-something");
    }
    Ok(match (from, to) {
        (Some(from), Some(to)) if errors.is_empty() => Ok(Wanted {
            worker,
            company,
            account,
            from,
            to,
        }),
        _ => Err(errors),
    })
}

async fn find(tx: &Tx, asked: &Asked, wanted: &Wanted, limit: i64, page: PageNumber) -> Result<Found, StoreError> {
    let offset = page.offset();
    let worker = wanted.worker.map(|w| w.to_string()).unwrap_or_default();
    let company = wanted.company.map(|c| c.to_string());
    let account = wanted.account.as_ref().map_or("", |a| a.id.as_str());
    if asked.changes() {
        let sql = match (wanted.worker, &company) {
            (Some(_), _) => &queries::CHANGES_BY_SUBJECT,
            (None, Some(_)) => &queries::CHANGES_BY_COMPANY,
            (None, None) => &queries::CHANGES_BY_ACCOUNT,
        };
        let values = values![
            worker,
            midnight(wanted.from),
            midnight(wanted.to.plus(1)),
            company.unwrap_or_default(),
            account,
            limit,
            offset
        ];
        let rows: Vec<ChangeColumns> = tx.all(sql, values).await?;
        let total = rows.first().map_or(0, |r| u64::try_from(r.total).unwrap_or(0));
        let rows = rows.into_iter().map(Change::try_from).collect::<Result<_, _>>()?;
        return Ok(Found::Changes(Paged { rows, total, page }));
    }
    let sql = if wanted.worker.is_some() {
        &queries::LOOKS_BY_WORKER
    } else {
        &queries::LOOKS_BY_COMPANY
    };
    // An account looks for the company it belongs to; the operator's people for none.
    let company = company
        .or_else(|| wanted.account.as_ref().map(|a| a.company_id.clone()))
        .unwrap_or_default();
    let values = values![
        worker,
        wanted.from.to_number(),
        wanted.to.to_number(),
        company,
        account,
        limit,
        offset
    ];
    let rows: Vec<LookColumns> = tx.all(sql, values).await?;
    let total = rows.first().map_or(0, |r| u64::try_from(r.total).unwrap_or(0));
    let rows = rows.into_iter().map(Look::try_from).collect::<Result<_, _>>()?;
    Ok(Found::Looks(Paged { rows, total, page }))
}

/// The first instant of a day in Japan.
fn midnight(day: WorkDay) -> i64 {
    let zoned = day.date().to_zoned(domain::time::japan());
    zoned.map_or(Timestamp::UNIX_EPOCH, |z| z.timestamp()).as_millisecond()
}

/// The auditor's own search is a change event of whom it was about, and a look at each worker shown.
async fn note(app: &App, tx: &Tx, viewer: &Viewer, asked: &Asked, wanted: &Wanted, found: &Found) -> Result<(), StoreError> {
    let mut shown: Vec<WorkerId> = wanted.worker.into_iter().collect();
    match found {
        Found::Looks(looks) => shown.extend(looks.rows.iter().map(|l| l.worker)),
        Found::Changes(changes) => shown.extend(changes.rows.iter().filter_map(|c| c.subject.parse::<WorkerId>().ok())),
    }
    looked_many(app, tx, viewer, &shown, "audit").await?;
    let subject = wanted
        .worker
        .map(|w| w.to_string())
        .or_else(|| wanted.company.map(|c| c.to_string()))
        .or_else(|| wanted.account.as_ref().map(|a| a.id.clone()))
        .unwrap_or_default();
    let details = serde_json::json!({
        "kind": if asked.changes() { "changes" } else { "looks" },
        "from": wanted.from.to_string(),
        "to": wanted.to.to_string(),
        "page": asked.page.unwrap_or(1),
    });
    changed(app, tx, viewer, &subject, "audit_search", &details).await
}

fn lines(t: &web::T, found: &Found) -> Vec<Vec<String>> {
    let company = |by: &By| by.company.clone().unwrap_or_else(|| t.s("looks-operator"));
    let head = |keys: &[&str]| keys.iter().map(|key| t.s(key)).collect::<Vec<String>>();
    match found {
        Found::Looks(looks) => {
            let mut lines = vec![head(&[
                "looks-day",
                "audit-worker",
                "audit-worker-name",
                "looks-what",
                "looks-company",
                "audit-account",
                "audit-account-name",
                "audit-first",
                "audit-last",
                "looks-times",
            ])];
            lines.extend(looks.rows.iter().map(|l| {
                vec![
                    l.day.to_string(),
                    l.worker.to_string(),
                    l.worker_name.clone(),
                    what_words(t, &l.what),
                    company(&l.by),
                    l.by.sign_in_id.clone(),
                    l.by.name.clone(),
                    t.time(l.first),
                    t.time(l.last),
                    l.times.to_string(),
                ]
            }));
            lines
        }
        Found::Changes(changes) => {
            let mut lines = vec![head(&[
                "audit-at",
                "audit-subject",
                "audit-subject-name",
                "audit-what",
                "looks-company",
                "audit-account",
                "audit-account-name",
                "audit-details",
            ])];
            lines.extend(changes.rows.iter().map(|c| {
                vec![
                    t.date_time(c.at),
                    c.subject.clone(),
                    c.subject_name.clone(),
                    change_words(t, &c.what),
                    company(&c.by),
                    c.by.sign_in_id.clone(),
                    c.by.name.clone(),
                    c.details.clone(),
                ]
            }));
            lines
        }
    }
}
