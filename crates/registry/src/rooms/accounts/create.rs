//! Makes accounts.

use domain::access::Role;
use domain::{CompanyId, SiteId, WorkerId};
use store::{Sql, Tx, values};

use crate::App;
use crate::access::hash_password;

pub(super) const ALL: &[&Sql] = &[&INSERT, &GIVE_SITE, &super::pages::LANGUAGE_OF_WORKER];

const INSERT: Sql = Sql::new(
    "accounts.insert",
    "insert into account (id, sign_in_id, role, company_id, worker_id, name, password_hash, misses, created_at) values ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
);
const GIVE_SITE: Sql = Sql::new(
    "accounts.give_site",
    "insert into account_site (account_id, site_id) values ($1, $2)",
);

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

/// Makes an account and gives its key.
///
/// # Errors
/// If the sign-in ID is taken or the database fails.
pub async fn create(app: &App, tx: &Tx, new: &NewAccount<'_>) -> anyhow::Result<String> {
    let id = app.new_key();
    let hash = app.with_random(|r| hash_password(new.password, new.made_up, r))?;
    let now = app.clock().now().as_millisecond();
    let (company, worker) = (new.company.map(|c| c.to_string()), new.worker.map(|w| w.to_string()));
    tx.run(
        &INSERT,
        values![
            id.as_str(),
            new.sign_in_id,
            new.role.word(),
            company,
            worker,
            new.name,
            hash,
            now
        ],
    )
    .await?;
    for site in new.sites {
        tx.run(&GIVE_SITE, values![id.as_str(), site.to_string()]).await?;
    }
    Ok(id)
}
