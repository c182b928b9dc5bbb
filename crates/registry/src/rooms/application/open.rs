//! Who may open an application, and as what.

use domain::access::{Act, Role};
use domain::registration::Purpose;
use domain::registration::moves::{Mover, State};
use store::Tx;
use web::PageError;

use super::stored::{Application, by_id};
use crate::App;
use crate::access::Viewer;

/// An application, opened by somebody who may see it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The application.
    pub application: Application,
    /// As whom the viewer may move it.
    pub mover: Mover,
}

impl Opened {
    /// May the viewer write in it now?
    #[must_use]
    pub fn writes(&self) -> bool {
        self.mover == Mover::Applicant && self.application.state.is_open()
    }
}

/// Opens an application. One that the viewer has nothing to do with is not there for him.
///
/// # Errors
/// Not found, or the database fails.
pub async fn open(app: &App, tx: &Tx, viewer: &Viewer, id: &str) -> Result<Opened, PageError> {
    let application = by_id(tx, id).await?.ok_or(PageError::NotFound)?;
    let mover = mover(app, viewer, &application).ok_or(PageError::NotFound)?;
    Ok(Opened { application, mover })
}

fn mover(app: &App, viewer: &Viewer, application: &Application) -> Option<Mover> {
    let own_company = |company: &str| viewer.company_id().is_some_and(|own| own.to_string() == company);
    let is_applicant = application.account == viewer.account
        || (viewer.may(Act::ApplyByProxy) && application.proxy.is_some() && application.proxy == viewer.company_id())
        || (viewer.may(Act::ChangeCompany)
            && application.purpose.of_company()
            && application.subject.as_deref().is_some_and(own_company));
    if is_applicant {
        return Some(Mover::Applicant);
    }
    // A draft is nobody's business but the applicant's.
    if !viewer.may(Act::Review) || application.submitted_at.is_none() {
        return None;
    }
    let me = Some(viewer.account.as_str());
    let first = application.approved_by.as_deref();
    Some(if application.state == State::SecondLook && four_eyes(app) && first != me {
        Mover::SecondReviewer
    } else {
        Mover::Reviewer
    })
}

/// Whether two reviewers must agree.
pub(crate) fn four_eyes(app: &App) -> bool {
    app.masters()
        .policies()
        .at(domain::Policy::ReviewFourEyes, app.clock().today())
        == 1
}

/// May the viewer begin an application of this kind, and does he do so as proxy?
pub(super) fn may_begin(viewer: &Viewer, purpose: Purpose) -> Option<bool> {
    match purpose {
        Purpose::CompanyNew => viewer.may(Act::Apply).then_some(false),
        Purpose::WorkerNew if viewer.may(Act::ApplyByProxy) => Some(true),
        Purpose::WorkerNew | Purpose::SoleMaster => (viewer.role == Role::Applicant).then_some(false),
        Purpose::CompanyChange | Purpose::CompanyRenewal | Purpose::CompanyWithdrawal => {
            viewer.may(Act::ChangeCompany).then_some(false)
        }
        Purpose::WorkerChange | Purpose::WorkerRenewal | Purpose::LevelEvaluation | Purpose::WorkerWithdrawal => {
            (viewer.role == Role::Worker).then_some(false)
        }
        // Always about somebody: `begin_for`.
        Purpose::WorkerDeath => None,
    }
}
