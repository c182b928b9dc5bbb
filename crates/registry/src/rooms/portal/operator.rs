//! Home of the operator's people, of orderers, and of those who have no ID yet: notices, and ways on. The operator's own also has figures.

use askama::Template;
use domain::access::{Act, Role};
use sea_orm::FromQueryResult;
use store::{Page as PageNumber, values};
use web::{Frame, Page};

use super::{NOTICES, queries};
use crate::App;
use crate::access::Viewer;
use crate::rooms::notices::{Notice, newest};

/// Where one can go from here: who may, key of the text, address.
const WAYS: &[(Act, &str, &str)] = &[
    (Act::Apply, "applications-title", "/applications"),
    (Act::Review, "review-title", "/review"),
    (Act::Review, "level-register-title", "/level-register"),
    (Act::Review, "applications-own-filed", "/applications"),
    (Act::FindCompanies, "search-companies-title", "/search/companies"),
    (Act::FindWorkers, "search-workers-title", "/search/workers"),
    (Act::Audit, "portal-audit", "/audit"),
    (Act::KeepTraining, "training-title", "/training"),
    (Act::SeeMasters, "portal-masters", "/masters"),
    (Act::SeeFigures, "figures-levels-title", "/figures/levels"),
];

#[derive(FromQueryResult)]
struct Figures {
    companies: i64,
    workers: i64,
    sites: i64,
    refused: i64,
}

#[derive(Template)]
#[template(path = "portal/templates/operator.html")]
struct OperatorPage {
    frame: Frame,
    figures: Option<Figures>,
    ways: Vec<(&'static str, &'static str)>,
    notices: Vec<Notice>,
}

pub(super) async fn home(app: &App, viewer: &Viewer, frame: Frame) -> Page {
    let tx = app.db().read().await?;
    let figures: Option<Figures> = if viewer.role == Role::Operator {
        tx.one(&queries::OPERATOR, values![app.clock().today().to_number()]).await?
    } else {
        None
    };
    let notices = newest(&tx, viewer, &frame.t, PageNumber::new(1, NOTICES)).await?.rows;
    let ways = WAYS.iter().filter(|(act, ..)| viewer.may(*act));
    web::page(&OperatorPage {
        frame: frame.title("portal-home"),
        figures,
        ways: ways.map(|(_, key, href)| (*key, *href)).collect(),
        notices,
    })
}
