//! One's own account, and a word for a supervisor.

use askama::Template;
use axum::extract::State;
use sea_orm::FromQueryResult;
use store::values;
use web::{Frame, Page, PageError, page};

use super::queries;
use crate::App;
use crate::access::Viewer;

#[derive(FromQueryResult)]
struct Own {
    sign_in_id: String,
    email: String,
}

#[derive(Template)]
#[template(path = "accounts/templates/account.html")]
struct AccountPage {
    frame: Frame,
    about: Vec<(String, String)>,
    links: Vec<(&'static str, &'static str)>,
}

/// One's own account, and the ways from it.
///
/// # Permissions
/// Anybody signed in, for himself.
pub(super) async fn account(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    let tx = app.db().read().await?;
    let own: Own = tx
        .one(&queries::OWN, values![viewer.account.as_str()])
        .await?
        .ok_or(PageError::NotFound)?;
    let frame = frame.title("account-title");
    let t = &frame.t;
    let mut about = vec![
        (t.s("account-name"), viewer.name.clone()),
        (t.s("account-sign-in-id"), own.sign_in_id),
        (t.s("account-role"), t.s(format!("role-{}", viewer.role.word()))),
    ];
    if let Some((_, company)) = &viewer.company {
        about.push((t.s("account-company"), company.clone()));
    }
    let email = if own.email.is_empty() {
        t.s("account-no-email")
    } else {
        own.email
    };
    about.push((t.s("account-email"), email));
    let links = super::ways(&viewer);
    page(&AccountPage { frame, about, links })
}

/// For a supervisor: 200 if the database answers.
///
/// # Permissions
/// Everybody; tells nothing else.
pub(super) async fn health(State(app): State<App>) -> Result<&'static str, PageError> {
    drop(app.db().read().await?);
    Ok("ok\n")
}
