//! What something costs today: shown before it is asked for, and compared when it is sent, since prices change.

use domain::Policy;
use domain::WorkDay;
use domain::fees::{Channel, CompanyKind, Fee, Registration};

use super::about::Line;
use crate::App;

/// What somebody wants to pay for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Registration or renewal of a company.
    Company {
        /// Its kind.
        kind: CompanyKind,
        /// Its capital in yen; asked of corporations only.
        capital: i64,
    },
    /// Registration of a worker.
    Worker {
        /// Kind of registration.
        registration: Registration,
        /// The way it comes in.
        channel: Channel,
        /// Birth day, if known.
        birth: Option<WorkDay>,
    },
    /// From simplified to detailed registration.
    Upgrade,
    /// A new card.
    Reissue,
    /// A new card when the former one comes to its end.
    CardRenewal,
    /// Judging of a level.
    LevelEvaluation,
    /// Judging of a level together with the registration.
    LevelWithRegistration,
}

/// The lines of an invoice at the prices of today; `None`: not offered. The caller keeps the sum that was shown, and says so if it
/// is another one when the application is sent.
#[must_use]
pub fn quote(app: &App, wanted: &Wanted) -> Option<Vec<Line>> {
    let today = app.clock().today();
    let masters = app.masters();
    let fees = masters.fees();
    let fee = match *wanted {
        Wanted::Company { kind, capital } => fees.company_registration(kind, capital, today),
        Wanted::Worker {
            registration,
            channel,
            birth,
        } => fees.worker(registration, channel, birth, today),
        Wanted::Upgrade => fees.upgrade(today),
        Wanted::Reissue => fees.reissue(today),
        Wanted::CardRenewal => fees.card_renewal(today),
        Wanted::LevelEvaluation => fees.level_evaluation(today),
        Wanted::LevelWithRegistration => fees.level_with_registration(today),
    };
    fee.map(|fee| vec![line(app, fee, 1)])
}

/// A price as a line, with today's tax in it.
pub(super) fn line(app: &App, fee: Fee, quantity: i64) -> Line {
    let percent = app
        .masters()
        .policies()
        .at(Policy::ConsumptionTaxPercent, app.clock().today());
    Line {
        item: fee.item,
        quantity,
        unit_price_yen: fee.with_tax(percent),
    }
}
