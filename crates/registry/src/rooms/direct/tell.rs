//! Who is told what: the prime that something waits, the worker and his company what became of it. Each reader gets one line per site,
//! however many days.

use domain::{CompanyId, SiteId, WorkDay, WorkerId};
use store::{StoreError, Tx, values};

use super::queries;
use super::request::Request;
use crate::App;
use crate::rooms::notices::{Whom, tell};

/// How many requests wait at a site.
pub(super) async fn waiting_at(tx: &Tx, prime: CompanyId, site: SiteId) -> Result<i64, StoreError> {
    let values = values![prime.to_string(), site.to_string()];
    Ok(tx.value(&queries::WAITING_AT_SITE, values).await?.unwrap_or(0))
}

/// The prime hears that something waits at a site where nothing did; what comes after is seen by the count in the menu.
pub(super) async fn prime_asked(app: &App, tx: &Tx, prime: CompanyId, site: &str) -> Result<(), StoreError> {
    let link = Some("/direct/waiting");
    tell(app, tx, &Whom::Company(prime), "notice-direct-asked", &[("site", site)], link).await
}

/// One line.
struct Line<'a> {
    whom: Whom,
    site: &'a str,
    name: &'a str,
    request: &'a str,
    first: WorkDay,
    days: usize,
}

fn add<'a>(lines: &mut Vec<Line<'a>>, whom: Whom, site: &'a str, name: &'a str, request: &'a str, day: WorkDay) {
    match lines.iter_mut().find(|line| line.whom == whom && line.site == site) {
        Some(line) => {
            line.days += 1;
            line.first = line.first.min(day);
        }
        None => lines.push(Line {
            whom,
            site,
            name,
            request,
            first: day,
            days: 1,
        }),
    }
}

/// Sends the lines: `key` where it is about one day, `<key>-many` where it is about several.
async fn send(app: &App, tx: &Tx, lines: &[Line<'_>], key: &str, more: &[(&str, &str)], list: &str) -> Result<(), StoreError> {
    for line in lines {
        let (day, days) = (line.first.to_string(), line.days.to_string());
        let mut args = vec![
            ("site", line.site),
            ("day", day.as_str()),
            ("days", days.as_str()),
            ("name", line.name),
        ];
        args.extend(more.iter().copied());
        if line.days == 1 {
            let link = format!("/direct/{}", line.request);
            tell(app, tx, &line.whom, key, &args, Some(&link)).await?;
        } else {
            tell(app, tx, &line.whom, &format!("{key}-many"), &args, Some(list)).await?;
        }
    }
    Ok(())
}

/// Workers hear that their company has entered days of theirs.
pub(super) async fn workers_entered(
    app: &App,
    tx: &Tx,
    days: &[(WorkerId, WorkDay, &str)],
    company: &str,
    site: &str,
) -> Result<(), StoreError> {
    let mut lines = Vec::new();
    for (worker, day, request) in days {
        add(&mut lines, Whom::Worker(*worker), site, "", request, *day);
    }
    send(
        app,
        tx,
        &lines,
        "notice-direct-entered",
        &[("company", company)],
        "/my/direct",
    )
    .await
}

/// Workers hear `<key>`.
pub(super) async fn workers(
    app: &App,
    tx: &Tx,
    requests: &[Request],
    key: &str,
    more: &[(&str, &str)],
) -> Result<(), StoreError> {
    let mut lines = Vec::new();
    for r in requests {
        add(&mut lines, Whom::Worker(r.worker), &r.site_name, &r.worker_name, &r.id, r.day);
    }
    send(app, tx, &lines, key, more, "/my/direct").await
}

/// Companies that asked, or whose people did, hear `<key>`.
pub(super) async fn companies(
    app: &App,
    tx: &Tx,
    requests: &[Request],
    key: &str,
    more: &[(&str, &str)],
) -> Result<(), StoreError> {
    let mut lines = Vec::new();
    for r in requests {
        if let Some(company) = r.company {
            add(&mut lines, Whom::Company(company), &r.site_name, &r.worker_name, &r.id, r.day);
        }
    }
    send(app, tx, &lines, key, more, "/direct").await
}

/// Primes hear `<key>`, with the number of days.
pub(super) async fn primes(app: &App, tx: &Tx, requests: &[Request], key: &str, more: &[(&str, &str)]) -> Result<(), StoreError> {
    let mut lines = Vec::new();
    for r in requests {
        if let Some(prime) = r.prime {
            add(&mut lines, Whom::Company(prime), &r.site_name, "", &r.id, r.day);
        }
    }
    for line in &lines {
        let days = line.days.to_string();
        let mut args = vec![("site", line.site), ("days", days.as_str())];
        args.extend(more.iter().copied());
        tell(app, tx, &line.whom, key, &args, Some("/direct/waiting")).await?;
    }
    Ok(())
}
