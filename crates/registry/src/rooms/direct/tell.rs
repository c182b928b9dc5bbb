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
    /// About corrections.
    fix: bool,
    site: &'a str,
    name: &'a str,
    request: &'a str,
    first: WorkDay,
    days: usize,
}

/// Adds a day to the line of its reader, site and kind.
fn add<'a>(lines: &mut Vec<Line<'a>>, new: Line<'a>) {
    let same = |line: &&mut Line<'_>| line.whom == new.whom && line.site == new.site && line.fix == new.fix;
    match lines.iter_mut().find(same) {
        Some(line) => {
            line.days += new.days;
            line.first = line.first.min(new.first);
        }
        None => lines.push(new),
    }
}

fn line(whom: Whom, request: &Request) -> Line<'_> {
    Line {
        whom,
        fix: request.is_correction(),
        site: &request.site_name,
        name: &request.worker_name,
        request: &request.id,
        first: request.day,
        days: 1,
    }
}

/// Sends the lines: the sentence `what` where it is about one day, `<what>-many` where it is about several; corrections have sentences
/// of their own.
async fn send(app: &App, tx: &Tx, lines: &[Line<'_>], what: &str, more: &[(&str, &str)], list: &str) -> Result<(), StoreError> {
    for line in lines {
        let key = format!("notice-direct-{}{what}", if line.fix { "fix-" } else { "" });
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
            tell(app, tx, &line.whom, &key, &args, Some(&link)).await?;
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
        let new = Line {
            whom: Whom::Worker(*worker),
            fix: false,
            site,
            name: "",
            request,
            first: *day,
            days: 1,
        };
        add(&mut lines, new);
    }
    send(app, tx, &lines, "entered", &[("company", company)], "/my/direct").await
}

/// Workers hear what became of their days.
pub(super) async fn workers(
    app: &App,
    tx: &Tx,
    requests: &[Request],
    what: &str,
    more: &[(&str, &str)],
) -> Result<(), StoreError> {
    let mut lines = Vec::new();
    for r in requests {
        add(&mut lines, line(Whom::Worker(r.worker), r));
    }
    send(app, tx, &lines, what, more, "/my/direct").await
}

/// Companies that asked, or whose people did, hear it too.
pub(super) async fn companies(
    app: &App,
    tx: &Tx,
    requests: &[Request],
    what: &str,
    more: &[(&str, &str)],
) -> Result<(), StoreError> {
    let mut lines = Vec::new();
    for r in requests {
        if let Some(company) = r.company {
            add(&mut lines, line(Whom::Company(company), r));
        }
    }
    send(app, tx, &lines, what, more, "/direct").await
}

/// A company to which a correction has given a day hears it.
pub(super) async fn new_employers(app: &App, tx: &Tx, corrected: &[Request]) -> Result<(), StoreError> {
    for r in corrected {
        if let (Some(employer), Some(site)) = (&r.change.employer, r.site) {
            let day = r.day.to_string();
            let args = [
                ("site", r.site_name.as_str()),
                ("day", day.as_str()),
                ("name", r.worker_name.as_str()),
            ];
            let link = format!("/sites/{site}/days/{day}/{}", r.handle);
            tell(
                app,
                tx,
                &Whom::Company(employer.company),
                "notice-direct-fix-employer",
                &args,
                Some(&link),
            )
            .await?;
        }
    }
    Ok(())
}

/// Primes hear it with the number of days, new ones and corrections together.
pub(super) async fn primes(
    app: &App,
    tx: &Tx,
    requests: &[Request],
    what: &str,
    more: &[(&str, &str)],
) -> Result<(), StoreError> {
    let mut lines = Vec::new();
    for r in requests {
        if let Some(prime) = r.prime {
            let line = line(Whom::Company(prime), r);
            add(&mut lines, Line { fix: false, ..line });
        }
    }
    for line in &lines {
        let days = line.days.to_string();
        let mut args = vec![("site", line.site), ("days", days.as_str())];
        args.extend(more.iter().copied());
        let key = format!("notice-direct-{what}-prime");
        tell(app, tx, &line.whom, &key, &args, Some("/direct/waiting")).await?;
    }
    Ok(())
}
