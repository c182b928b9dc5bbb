//! Use case: the two files are sent. What can be told at a glance is told at once; the rest is looked at in the background.

use axum::body::Bytes;
use axum::extract::State as Shared;
use domain::access::Act;
use store::values;
use web::{FieldErrors, FilesForm, FormState, Frame, Page, PageError, redirect, redirect_with};

use super::{bundle, pages, queries};
use crate::App;
use crate::access::Viewer;
use crate::rooms::papers::{self, Upload};
use crate::sheet::{self, FileRefusal, XLSX};

/// Largest Excel file, in bytes.
const LARGEST_SHEET: usize = 10_000_000;

/// Takes the files in.
///
/// # Permissions
/// Administrators and proxy clerks.
pub(super) async fn send(Shared(app): Shared<App>, viewer: Viewer, frame: Frame, form: FilesForm) -> Page {
    let company = viewer
        .company_id()
        .filter(|_| viewer.may(Act::ApplyByProxy))
        .ok_or(PageError::Forbidden)?;
    let mut errors = FieldErrors::new();
    let sheet = upload(form.needed_file("sheet", &mut errors));
    let bundle = upload(form.file("bundle"));
    if let Some(sheet) = &sheet {
        if sheet.bytes.len() > LARGEST_SHEET {
            let most = LARGEST_SHEET / 1_000_000;
            errors.add_with("sheet", "bulk-sheet-too-large", vec![("megabytes", most.into())]);
        } else if let Err(refusal) = probed(sheet.bytes.clone(), |bytes| sheet::probe(&bytes)).await? {
            errors.add("sheet", refusal.key());
        }
    }
    if let Some(bundle) = &bundle
        && let Err(refusal) = probed(bundle.bytes.clone(), |bytes| bundle::open(bytes).map(|_| ())).await?
    {
        errors.add("bundle", refusal.key());
    }
    let Some(sheet) = sheet.filter(|_| errors.is_empty()) else {
        let form = FormState::wrong(&frame.t, (), errors);
        return pages::show(&app, &viewer, frame, form, 1).await;
    };
    let file_name = sheet.file_name.clone();
    // Their hashes take a while, so before the transaction.
    let (sheet, bundle) = tokio::task::spawn_blocking(move || {
        let bundle = bundle.map(|bundle| papers::as_it_came(&bundle, "application/zip"));
        (papers::as_it_came(&sheet, XLSX), bundle)
    })
    .await?;
    let tx = app.db().write().await?;
    let in_work: Option<String> = tx.value(&queries::IN_WORK, values![company.to_string()]).await?;
    if let Some(other) = in_work {
        return Ok(redirect_with(&format!("/bulk/{other}"), "bulk-one-at-a-time"));
    }
    let sheet = papers::put(&app, &tx, &viewer.account, &sheet).await?;
    let bundle = match &bundle {
        Some(bundle) => Some(papers::put(&app, &tx, &viewer.account, bundle).await?),
        None => None,
    };
    let id = app.new_key();
    let values = values![
        id.as_str(),
        company.to_string(),
        viewer.account.as_str(),
        app.clock().now().as_millisecond(),
        file_name,
        sheet,
        bundle
    ];
    tx.run(&queries::INSERT, values).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/bulk/{id}")))
}

fn upload(file: Option<(&str, &Bytes)>) -> Option<Upload> {
    file.map(|(name, bytes)| Upload {
        file_name: name.to_owned(),
        bytes: bytes.clone(),
    })
}

async fn probed(
    bytes: Bytes,
    probe: impl FnOnce(Bytes) -> Result<(), FileRefusal> + Send + 'static,
) -> anyhow::Result<Result<(), FileRefusal>> {
    Ok(tokio::task::spawn_blocking(move || probe(bytes)).await?)
}
