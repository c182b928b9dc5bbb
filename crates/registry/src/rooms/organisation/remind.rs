//! Housekeeping: invitations that nobody answers are told again, after some days to the invited company, after some more to the
//! inviting one too. Each is told once.

use domain::organisation::NodeId;
use domain::{CompanyId, Policy, SiteId};
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};

use super::queries;
use super::tell::{self, Told};
use crate::App;
use crate::rooms::notices::{self, Whom};
use crate::rows::id;

#[derive(FromQueryResult)]
struct Waiting {
    id: String,
    company_id: String,
    site_id: String,
    site_name: String,
    upper_id: Option<String>,
    upper_name: String,
    company_name: String,
    reminders: i32,
}

/// The steps: after so many days, and which of the reminders it is.
const STEPS: [(Policy, i32); 2] = [(Policy::InvitationRemindAgainDays, 2), (Policy::InvitationRemindDays, 1)];

/// Tells again what waits too long, at most some hundreds at once; says how many.
///
/// # Errors
/// If the database fails.
pub async fn remind(app: &App) -> Result<usize, StoreError> {
    let (now, today) = (app.clock().now().as_millisecond(), app.clock().today());
    let masters = app.masters();
    let mut told = 0;
    for (policy, step) in STEPS {
        let before = now - masters.policies().at(policy, today) * 86_400_000;
        let waiting: Vec<Waiting> = {
            let tx = app.db().read().await?;
            tx.all(&queries::TO_REMIND, values![before, step, today.to_number()]).await?
        };
        for one in waiting {
            let tx = app.db().write().await?;
            if tx
                .run(&queries::REMINDED, values![one.id.as_str(), one.reminders, step])
                .await?
                == 0
            {
                continue;
            }
            tell(app, &tx, &one, step).await?;
            tx.commit().await?;
            told += 1;
        }
    }
    Ok(told)
}

async fn tell(app: &App, tx: &Tx, one: &Waiting, step: i32) -> Result<(), StoreError> {
    let company: CompanyId = id(&one.company_id, "node.company_id")?;
    let site: SiteId = id(&one.site_id, "node.site_id")?;
    let words = Told {
        node: &NodeId(one.id.clone()),
        site: &one.site_name,
        upper: &one.upper_name,
    };
    tell::invited(app, tx, company, "invited-again", words).await?;
    if let (2, Some(upper)) = (step, &one.upper_id) {
        let upper: CompanyId = id(upper, "node.company_id")?;
        let args = [("site", one.site_name.as_str()), ("company", one.company_name.as_str())];
        let link = format!("/sites/{site}/organisation");
        notices::tell(app, tx, &Whom::Company(upper), "notice-not-answered", &args, Some(&link)).await?;
    }
    Ok(())
}
