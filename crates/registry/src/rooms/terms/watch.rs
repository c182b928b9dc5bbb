//! Job: tells what runs out, and lets run out what has. Safe to repeat at any time, and on several servers: each notice is a row that is
//! written once, in the transaction that tells it.

use domain::access::Role;
use domain::term::{Term, renewed_until};
use domain::{CompanyId, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};
use web::Language;

use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::mail::{self, Mail};
use crate::rooms::notices::{Whom, tell};
use crate::rows::{day, id};

/// Rows looked at in one transaction.
const AT_ONCE: i64 = 200;
/// Cards that ended longer ago are no news: they were taken over from elsewhere.
const NEWS_DAYS: i32 = 31;

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// Companies told that their registration ends.
    pub companies: usize,
    /// Companies whose registration ran out.
    pub expired: usize,
    /// Workers told that their card ends, or has ended.
    pub workers: usize,
}

#[derive(FromQueryResult)]
struct Row {
    /// Company, or key of the card.
    subject: String,
    whom: String,
    name: String,
    email: String,
    language: String,
    valid_until: i32,
}

/// One round: notices before the end, the end itself.
///
/// # Errors
/// If the database fails; what was done stays, and the rest is done next time.
pub async fn keep(app: &App) -> Result<Told, StoreError> {
    let told = Told {
        companies: ahead(app, Term::Company).await?,
        expired: expire(app).await?,
        workers: ahead(app, Term::Card).await? + passed(app).await?,
    };
    if told != Told::default() {
        tracing::info!(
            companies = told.companies,
            expired = told.expired,
            workers = told.workers,
            "terms: who was told that a term ends, registrations that ran out"
        );
    }
    Ok(told)
}

/// Tells those whose end comes. The latest notice that stands is told, an earlier one that was missed is not.
async fn ahead(app: &App, term: Term) -> Result<usize, StoreError> {
    let (masters, today) = (app.masters(), app.clock().today());
    let mut stages = term.notices(masters.policies(), today);
    stages.reverse();
    let (mut told, mut from) = (0, today);
    for months in stages {
        let until = term.reaches(today, months);
        let mut reached = String::new();
        loop {
            let tx = app.db().write().await?;
            let values = values![
                from.to_number(),
                until.to_number(),
                i32::try_from(months).unwrap_or(i32::MAX),
                reached.as_str(),
                AT_ONCE
            ];
            let sql = match term {
                Term::Company => &queries::ENDING_COMPANIES,
                Term::Card => &queries::ENDING_CARDS,
            };
            let rows: Vec<Row> = tx.all(sql, values).await?;
            let Some(last) = rows.last() else { break };
            reached.clone_from(&last.subject);
            for row in &rows {
                if noted(app, &tx, row, months).await? {
                    tell_ahead(app, &tx, term, row).await?;
                    told += 1;
                }
            }
            tx.commit().await?;
        }
        from = until.plus(1);
    }
    Ok(told)
}

async fn noted(app: &App, tx: &Tx, row: &Row, months: i64) -> Result<bool, StoreError> {
    let values = values![
        row.subject.as_str(),
        row.valid_until,
        i32::try_from(months).unwrap_or(i32::MAX),
        app.clock().now().as_millisecond()
    ];
    Ok(tx.run(&queries::NOTE, values).await? == 1)
}

async fn tell_ahead(app: &App, tx: &Tx, term: Term, row: &Row) -> Result<(), StoreError> {
    let key = match term {
        Term::Company => "notice-company-ends",
        Term::Card => "notice-card-ends",
    };
    say(app, tx, term, row, key).await
}

/// A notice on the home page, and a mail where there is an address; neither holds personal data beyond the day.
async fn say(app: &App, tx: &Tx, term: Term, row: &Row, key: &str) -> Result<(), StoreError> {
    let whom = match term {
        Term::Company => Whom::Company(id::<CompanyId>(&row.whom, "company.id")?),
        Term::Card => Whom::Worker(id::<WorkerId>(&row.whom, "worker.id")?),
    };
    let last: WorkDay = day(row.valid_until, "valid_until")?;
    let text = last.to_string();
    tell(app, tx, &whom, key, &[("day", text.as_str())], Some("/applications")).await?;
    if row.email.is_empty() {
        return Ok(());
    }
    let t = app.texts().t(Language::from_code(&row.language).unwrap_or(Language::Ja));
    let args = [("day", t.day(last)), ("name", row.name.clone())];
    let mail = Mail {
        to: &row.email,
        subject: t.with(format!("{key}-subject"), &args),
        body: t.with(format!("{key}-mail"), &args),
    };
    mail::send(app, tx, mail).await
}

/// Companies whose last day has passed: from now on they read, and renew.
async fn expire(app: &App) -> Result<usize, StoreError> {
    let today = app.clock().today();
    let by = Viewer::without_session("registry".to_owned(), "", Role::Operator, None);
    let (mut reached, mut expired) = (String::new(), 0);
    loop {
        let tx = app.db().write().await?;
        let values = values![today.to_number(), reached.as_str(), AT_ONCE];
        let rows: Vec<Row> = tx.all(&queries::PASSED_COMPANIES, values).await?;
        let Some(last) = rows.last() else { break };
        reached.clone_from(&last.subject);
        for row in &rows {
            let values = values![row.subject.as_str(), row.valid_until];
            if tx.run(&queries::EXPIRE, values).await? == 1 {
                say(app, &tx, Term::Company, row, "notice-company-ended").await?;
                let last: WorkDay = day(row.valid_until, "company.valid_until")?;
                let renewed = renewed_until(app.masters().policies(), last, today);
                let details = serde_json::json!({ "last": last, "renewed_today_until": renewed });
                audit::changed(app, &tx, &by, &row.subject, "company_expired", &details).await?;
                expired += 1;
            }
        }
        tx.commit().await?;
    }
    Ok(expired)
}

/// Workers whose card has ended lately.
async fn passed(app: &App) -> Result<usize, StoreError> {
    let today = app.clock().today();
    let (mut reached, mut told) = (String::new(), 0);
    loop {
        let tx = app.db().write().await?;
        let values = values![
            today.plus(-NEWS_DAYS).to_number(),
            today.to_number(),
            reached.as_str(),
            AT_ONCE
        ];
        let rows: Vec<Row> = tx.all(&queries::PASSED_CARDS, values).await?;
        let Some(last) = rows.last() else { break };
        reached.clone_from(&last.subject);
        for row in &rows {
            if noted(app, &tx, row, 0).await? {
                say(app, &tx, Term::Card, row, "notice-card-ended").await?;
                told += 1;
            }
        }
        tx.commit().await?;
    }
    Ok(told)
}
