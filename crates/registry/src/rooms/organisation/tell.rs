//! Who is told of a change: a notice on the company's home; an invitation also by mail, with a link that leads straight to it.

use domain::organisation::NodeId;
use domain::{CompanyId, Policy};
use store::{StoreError, Tx};
use web::Value;

use crate::App;
use crate::access::tickets::{self, TicketKind};
use crate::rooms::accounts;
use crate::rooms::mail::{self, Mail};
use crate::rooms::notices::{self, Whom};
use crate::rooms::site::OpenSite;

/// An invitation, as those who are told of it read it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    /// The node.
    pub(super) node: &'a NodeId,
    /// Name of the site.
    pub(super) site: &'a str,
    /// Name of the inviting company.
    pub(super) upper: &'a str,
}

/// Tells the invited company. `key`: `notice-invited` or one of the reminders; its mail is `mail-…`. Each administrator with an
/// address gets a link of his own: it opens nothing by itself, the sign-in with password and second factor is asked for all the same.
pub(super) async fn invited(app: &App, tx: &Tx, company: CompanyId, key: &str, told: Told<'_>) -> Result<(), StoreError> {
    let path = format!("/approvals/{}", told.node);
    let args = [("site", told.site), ("upper", told.upper)];
    notices::tell(app, tx, &Whom::Company(company), &format!("notice-{key}"), &args, Some(&path)).await?;
    let masters = app.masters();
    let days = masters.policies().at(Policy::InvitationLinkDays, app.clock().today());
    for reach in accounts::administrators(tx, company).await? {
        let account = Some(reach.account.as_str());
        let token = tickets::write(app, tx, TicketKind::Invitation, account, &told.node.0, days * 1_440).await?;
        let t = app.texts().t(reach.language);
        let link = format!("{}/invitations/{token}", app.settings().address);
        let words = [
            ("name", Value::from(reach.name.as_str())),
            ("site", Value::from(told.site)),
            ("upper", Value::from(told.upper)),
            ("link", Value::from(link)),
            ("days", Value::from(days)),
        ];
        let mail = Mail {
            to: &reach.email,
            subject: t.with(format!("mail-{key}-subject"), &words[1..3]),
            body: t.with(format!("mail-{key}"), &words),
        };
        mail::send(app, tx, mail).await?;
    }
    Ok(())
}

/// Tells a company what became of a node at a site. `key`: `notice-node-…`; `company` is the company at the node.
pub(super) async fn company(
    app: &App,
    tx: &Tx,
    whom: CompanyId,
    key: &str,
    site: &OpenSite,
    company: &str,
    more: &[(&str, &str)],
) -> Result<(), StoreError> {
    let link = format!("/sites/{}/organisation", site.head.id);
    let mut args = vec![("site", site.head.name.as_str()), ("company", company)];
    args.extend_from_slice(more);
    notices::tell(app, tx, &Whom::Company(whom), key, &args, Some(&link)).await
}

/// Tells a company what another one did in its place, by their agreement. `key`: `notice-proxy-…`.
pub(super) async fn principal(
    app: &App,
    tx: &Tx,
    whom: CompanyId,
    key: &str,
    site: &OpenSite,
    more: &[(&str, &str)],
    link: &str,
) -> Result<(), StoreError> {
    let mut args = vec![("site", site.head.name.as_str()), ("proxy", site.name_of(site.own))];
    args.extend_from_slice(more);
    notices::tell(app, tx, &Whom::Company(whom), key, &args, Some(link)).await
}

/// Tells a company that it was taken out. The chart no longer opens for it, so no link leads there.
pub(super) async fn removed(app: &App, tx: &Tx, whom: CompanyId, site: &OpenSite) -> Result<(), StoreError> {
    let args = [("site", site.head.name.as_str()), ("company", site.name_of(site.own))];
    notices::tell(app, tx, &Whom::Company(whom), "notice-node-removed", &args, None).await
}
