//! Makes accounts whose password is known already: for the demo, the command line and sign-up.

use domain::access::Role;
use domain::{CompanyId, SiteId, WorkerId};
use store::{Tx, values};
use web::Language;

use super::queries;
use crate::App;
use crate::access::hash_password;

/// What an account needs.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// What is typed at sign-in: the company ID for the first administrator, the worker ID for a worker.
    pub sign_in_id: &'a str,
    /// Kind.
    pub role: Role,
    /// Company for which it acts.
    pub company: Option<CompanyId>,
    /// Worker it belongs to.
    pub worker: Option<WorkerId>,
    /// Name shown.
    pub name: &'a str,
    /// Password.
    pub password: &'a str,
    /// Sites of a site manager.
    pub sites: &'a [SiteId],
    /// Made-up account: a cheap hash will do, so that thousands can be made.
    pub made_up: bool,
}

/// A row of an account, its secrets hashed.
pub(super) struct Row<'a> {
    pub(super) sign_in_id: &'a str,
    pub(super) role: Role,
    pub(super) company: Option<CompanyId>,
    pub(super) worker: Option<WorkerId>,
    pub(super) name: &'a str,
    pub(super) email: &'a str,
    pub(super) language: Language,
    pub(super) password_hash: String,
    pub(super) code_hash: Option<String>,
    pub(super) must_change: bool,
    pub(super) tier: Option<&'a str>,
    pub(super) sites: &'a [SiteId],
}

/// Makes an account and gives its key. No e-mail address, no security code, no forced change of the password.
///
/// # Errors
/// If the sign-in ID is taken or the database fails.
pub async fn create(app: &App, tx: &Tx, new: &NewAccount<'_>) -> anyhow::Result<String> {
    let row = Row {
        sign_in_id: new.sign_in_id,
        role: new.role,
        company: new.company,
        worker: new.worker,
        name: new.name,
        email: "",
        language: Language::Ja,
        password_hash: app.with_random(|r| hash_password(new.password, new.made_up, r))?,
        code_hash: None,
        must_change: false,
        tier: None,
        sites: new.sites,
    };
    insert(app, tx, row).await
}

/// Writes the row.
pub(super) async fn insert(app: &App, tx: &Tx, row: Row<'_>) -> anyhow::Result<String> {
    let id = app.new_key();
    let values = values![
        id.as_str(),
        row.sign_in_id,
        row.role.word(),
        row.company.map(|c| c.to_string()),
        row.worker.map(|w| w.to_string()),
        row.name,
        row.password_hash,
        app.clock().now().as_millisecond(),
        row.email,
        row.language.code(),
        row.code_hash,
        i32::from(row.must_change),
        row.tier
    ];
    tx.run(&queries::INSERT, values).await?;
    for site in row.sites {
        tx.run(&queries::GIVE_SITE, values![id.as_str(), site.to_string()]).await?;
    }
    Ok(id)
}
