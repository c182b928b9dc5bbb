//! Drafts of applications for all of a company's people who can apply, in one go.

use axum::extract::State;
use domain::access::Act;
use domain::registration::Purpose;
use web::{Form, NoFields, Page, PageError, redirect_with_numbers};

use super::company::{Asked, company_of, rows};
use super::lines::Limits;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::application;

/// Drafts begun at once; the button can be pressed again.
const MOST: i64 = 500;

/// Begins one for each; who has one under way keeps it. They are looked through, agreed to and sent one by one.
///
/// # Permissions
/// Those of a company's people who may file by proxy.
pub(super) async fn all(State(app): State<App>, viewer: Viewer, Form(NoFields {}): Form<NoFields>) -> Page {
    let (company, _) = company_of(&viewer)?;
    if !viewer.may(Act::ApplyByProxy) {
        return Err(PageError::Forbidden);
    }
    let (masters, today) = (app.masters(), app.clock().today());
    let tx = app.db().write().await?;
    let found = rows(
        &tx,
        company,
        today,
        Limits::on(&masters, today),
        &Asked::only("apply"),
        (MOST, 0),
    )
    .await?;
    let mut handles: Vec<String> = found.into_iter().map(|row| row.handle).collect();
    handles.dedup();
    let mut begun = 0;
    for handle in handles {
        match application::begin_for(&app, &tx, &viewer, Purpose::LevelEvaluation, &handle).await {
            Ok(_) => begun += 1,
            Err(UseCaseError::Refused(_)) => {}
            Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
        }
    }
    tx.commit().await?;
    Ok(redirect_with_numbers("/applications", "levels-drafted", &[("count", begun)]))
}
