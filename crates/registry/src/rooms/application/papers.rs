//! Papers of an application: taken with a step, shown to the applicant and to the reviewer.

use axum::extract::{Path, State};
use domain::registration::{Faults, Form, Kind, PaperUse};
use store::Tx;
use web::{Page, PageError, Value};

use super::fill::{FillRefusal, set};
use super::open::{Opened, open};
use super::stored::Application;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::papers::{self, Checked, PaperKind, PaperRefusal, Upload};

/// Which store kind a paper of the form is kept as.
pub(crate) fn kind_of(of: PaperUse) -> PaperKind {
    match of {
        PaperUse::Photo => PaperKind::Photo,
        PaperUse::Identity => PaperKind::Identity,
        PaperUse::Consent => PaperKind::Consent,
        PaperUse::Proof => PaperKind::Proof,
        PaperUse::Certificate => PaperKind::Certificate,
        PaperUse::Insurance => PaperKind::Insurance,
    }
}

/// Looks at the papers that came with a step, before any transaction: unpacking a picture takes a while. Those that cannot be taken are
/// told by field; the others are taken all the same.
pub(super) async fn inspect_all(
    app: &App,
    form: &Form,
    files: Vec<(String, Upload)>,
    faults: &mut Faults,
) -> anyhow::Result<Vec<(String, Checked)>> {
    let mut checked = Vec::new();
    for (field, upload) in files {
        let Some(Kind::Paper(of)) = form.find(&field).map(|(_, field)| field.kind) else {
            continue;
        };
        match papers::inspect(app, kind_of(of), &upload).await {
            Ok(paper) => checked.push((field, paper)),
            Err(UseCaseError::Refused(refusal)) => refused(faults, field, &refusal),
            Err(UseCaseError::Broken(error)) => return Err(error),
        }
    }
    Ok(checked)
}

pub(crate) fn refused(faults: &mut Faults, field: String, refusal: &PaperRefusal) {
    let args: Vec<(&str, String)> = refusal
        .args()
        .into_iter()
        .filter_map(|(name, value)| match value {
            Value::Text(text) => Some((name, text)),
            Value::Number(number) => Some((name, number.to_string())),
            _ => None,
        })
        .collect();
    faults.add_with(field, refusal.key(), &args);
}

/// Keeps the papers that were looked at.
pub(super) async fn put_all(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    mut opened: Opened,
    checked: &[(String, Checked)],
) -> UseCase<Application, FillRefusal> {
    for (field, paper) in checked {
        let key = papers::put(app, tx, &viewer.account, paper)
            .await
            .map_err(UseCaseError::broken)?;
        opened.application = set(tx, &opened, field, &key).await?;
    }
    Ok(opened.application)
}

/// A paper of an application. A look at somebody registered is recorded.
///
/// # Permissions
/// Who may open the application; only papers that stand in it.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, Path((id, paper)): Path<(String, String)>) -> Page {
    let tx = app.db().read().await?;
    let opened = open(&app, &tx, &viewer, &id).await?;
    let form = opened.application.purpose.form();
    let stands_in_it =
        opened.application.fields.iter().any(|(name, value)| {
            value == paper && form.find(name).is_some_and(|(_, field)| matches!(field.kind, Kind::Paper(_)))
        });
    if !stands_in_it {
        return Err(PageError::NotFound);
    }
    let paper = papers::read(&app, &tx, &paper).await?.ok_or(PageError::NotFound)?;
    drop(tx);
    opened.application.seen(&app, &viewer, "papers").await?;
    Ok(papers::shown(paper))
}
