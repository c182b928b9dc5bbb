//! The page of the master data.

use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::master::MasterKind;
use jiff::Timestamp;
use web::{Frame, Page, PageError, page};

use super::load::versions;
use crate::App;
use crate::access::Viewer;
use crate::rows::millisecond;

struct Row {
    kind: MasterKind,
    rows: usize,
    /// None: the table that ships in the program.
    loaded: Option<(i32, Timestamp, String)>,
}

#[derive(Template)]
#[template(path = "masters/templates/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    provisional_trades: usize,
    may_edit: bool,
}

/// Which tables are in force.
///
/// # Permissions
/// Companies and the operator.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    if !viewer.may(Act::SeeMasters) {
        return Err(PageError::Forbidden);
    }
    let tx = app.db().read().await?;
    let versions = versions(&tx).await?;
    let masters = app.masters();
    let mut rows = Vec::new();
    for kind in MasterKind::ALL {
        let newest = versions.iter().find(|v| v.kind == kind.word());
        let loaded = newest
            .map(|v| millisecond(v.loaded_at, "master_set.loaded_at").map(|at| (v.version, at, v.source.clone())))
            .transpose();
        let count = match kind {
            MasterKind::Trades => masters.trades().len(),
            MasterKind::Positions => masters.positions().len(),
            MasterKind::Qualifications => masters.qualifications().len(),
            MasterKind::Policies => masters.policies().rows(),
            MasterKind::Prefectures => masters.prefectures().len(),
            MasterKind::Fees => masters.fees().rows(),
            MasterKind::PermitTrades => masters.choices("permit_trade").count(),
            MasterKind::SiteChoices => masters.site_choices(),
            MasterKind::SiteItems => masters.site_items().len(),
            MasterKind::Hazards => masters.hazards().len(),
            MasterKind::InsuranceKinds => masters.insurance_kinds().len(),
            MasterKind::Levels => masters.levels().fields.len(),
            MasterKind::LevelWages => masters.level_wages().len(),
            MasterKind::CapabilityPoints => masters.capability_points().rows(),
        };
        rows.push(Row {
            kind,
            rows: count,
            loaded: loaded?,
        });
    }
    let provisional_trades = masters.trades().iter().filter(|t| t.provisional()).count();
    page(&ListPage {
        frame: frame.title("masters-title"),
        rows,
        provisional_trades,
        may_edit: viewer.may(Act::KeepCriteria),
    })
}
