//! A file: how far it is, what is wrong, what would be applied for, what was.

use askama::Template;
use axum::extract::{Path, Query, State as Shared};
use axum::http::HeaderName;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use store::{Page as PageNumber, Paged, StoreError, Tx};
use web::{Encoding, Frame, Page, PageError, T, csv_response, page as render};

use super::pages::{mood, own};
use super::stored::{Bulk, Row, State, rows};
use super::template::LAYOUT;
use crate::App;
use crate::access::Viewer;

/// Workers on a page.
const ROWS: u32 = 50;
/// Faults on the page; the file has all.
const FAULTS: usize = 200;

/// A fault as people read it.
struct FaultLine {
    row: u32,
    column: String,
    label: String,
    sentence: String,
}

#[derive(Template)]
#[template(path = "bulk/templates/progress.html")]
struct Progress {
    t: T,
    bulk: Bulk,
}

#[derive(Template)]
#[template(path = "bulk/templates/view.html")]
struct ViewPage {
    frame: Frame,
    bulk: Bulk,
    /// The part that refreshes itself.
    progress: String,
    faults: Vec<FaultLine>,
    faults_in_all: usize,
    people: Paged<Row>,
    doubtful: Vec<Row>,
}

fn lines(t: &T, bulk: &Bulk) -> Vec<FaultLine> {
    bulk.faults
        .iter()
        .map(|fault| FaultLine {
            row: fault.row,
            column: fault.column.clone(),
            label: LAYOUT.label(t, &fault.fault.field),
            sentence: fault.sentence(t),
        })
        .collect()
}

async fn people(tx: &Tx, bulk: &Bulk, number: u32) -> Result<(Paged<Row>, Vec<Row>), StoreError> {
    let all = match bulk.state {
        State::Ready | State::Applying | State::Done => rows(tx, &bulk.id).await?,
        _ => Vec::new(),
    };
    let doubtful = all.iter().filter(|row| row.may_be_registered()).cloned().collect();
    let page = PageNumber::new(number, ROWS);
    let total = u64::try_from(all.len()).unwrap_or(0);
    let (skipped, shown) = (
        usize::try_from(page.offset()).unwrap_or(0),
        usize::try_from(page.limit()).unwrap_or(0),
    );
    let rows = all.into_iter().skip(skipped).take(shown).collect();
    Ok((Paged { rows, total, page }, doubtful))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ViewQuery {
    page: Option<u32>,
}

/// A file.
///
/// # Permissions
/// Administrators and proxy clerks, of their own company.
pub(super) async fn page(
    Shared(app): Shared<App>,
    viewer: Viewer,
    frame: Frame,
    Path(key): Path<String>,
    Query(query): Query<ViewQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let bulk = own(&tx, &viewer, &key).await?;
    let (people, doubtful) = people(&tx, &bulk, query.page.unwrap_or(1)).await?;
    let t = frame.t.clone();
    let progress = Progress {
        t: t.clone(),
        bulk: bulk.clone(),
    };
    let mut faults = lines(&t, &bulk);
    let faults_in_all = faults.len();
    faults.truncate(FAULTS);
    render(&ViewPage {
        frame: frame
            .titled(bulk.file_name.clone())
            .crumb(t.s("applications-title"), "/applications")
            .crumb(t.s("bulk-title"), "/bulk"),
        progress: progress.render()?,
        faults,
        faults_in_all,
        people,
        doubtful,
        bulk,
    })
}

/// The part of the page that refreshes itself; when the work is over it asks for the whole page.
///
/// # Permissions
/// As the page.
pub(super) async fn progress(Shared(app): Shared<App>, viewer: Viewer, t: T, Path(key): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let bulk = own(&tx, &viewer, &key).await?;
    let over = !bulk.state.is_in_work();
    let mut answer: Response = render(&Progress { t, bulk })?;
    if over {
        let refresh = (
            HeaderName::from_static("hx-refresh"),
            axum::http::HeaderValue::from_static("true"),
        );
        answer.headers_mut().insert(refresh.0, refresh.1);
    }
    Ok(answer.into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct CsvQuery {
    encoding: Encoding,
}

/// What is wrong, as a file.
///
/// # Permissions
/// As the page.
pub(super) async fn faults_csv(
    Shared(app): Shared<App>,
    viewer: Viewer,
    t: T,
    Path(key): Path<String>,
    Query(query): Query<CsvQuery>,
) -> Result<Response, PageError> {
    let tx = app.db().read().await?;
    let bulk = own(&tx, &viewer, &key).await?;
    let head = ["bulk-fault-row", "bulk-fault-column", "bulk-fault-field", "bulk-fault-what"];
    let mut rows = vec![head.map(|key| t.s(key)).to_vec()];
    for line in lines(&t, &bulk) {
        let row = if line.row == 0 { String::new() } else { line.row.to_string() };
        rows.push(vec![row, line.column, line.label, line.sentence]);
    }
    Ok(csv_response(&format!("{}.csv", t.s("bulk-faults")), rows, query.encoding)?)
}
