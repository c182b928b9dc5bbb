//! What rosters show of a worker's registration: insurance, residence, card, qualifications, and what of it runs out.

use domain::Policy;
use domain::master::{InsuranceSystem, Masters};
use domain::registration::Fields;
use domain::roster::{Expiry, expiry};
use domain::{WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};
use web::{Language, Mood, T, Value};

use super::queries;
use crate::App;
use crate::rows::opt_day;

/// As they come from the database; a worker without a registration of ours has none.
#[derive(FromQueryResult, Default)]
pub(super) struct FactColumns {
    residence_until: Option<i32>,
    health: Option<String>,
    pension: Option<String>,
    employment: Option<String>,
    kentaikyo: Option<String>,
    chutaikyo: Option<String>,
    special_accident: Option<String>,
    card_until: Option<i32>,
}

/// The same, read.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) residence_until: Option<WorkDay>,
    pub(super) card_until: Option<WorkDay>,
    health: String,
    pension: String,
    employment: String,
    kentaikyo: String,
    chutaikyo: String,
    special_accident: String,
}

impl TryFrom<FactColumns> for Facts {
    type Error = StoreError;
    fn try_from(row: FactColumns) -> Result<Self, StoreError> {
        Ok(Self {
            residence_until: opt_day(row.residence_until, "worker_facts.residence_until")?,
            card_until: opt_day(row.card_until, "card.valid_until")?,
            health: row.health.unwrap_or_default(),
            pension: row.pension.unwrap_or_default(),
            employment: row.employment.unwrap_or_default(),
            kentaikyo: row.kentaikyo.unwrap_or_default(),
            chutaikyo: row.chutaikyo.unwrap_or_default(),
            special_accident: row.special_accident.unwrap_or_default(),
        })
    }
}

impl Facts {
    /// Of one worker.
    pub(super) async fn of(tx: &Tx, worker: WorkerId) -> Result<Self, StoreError> {
        let row: Option<FactColumns> = tx.one(&queries::FACTS, values![worker.to_string()]).await?;
        row.unwrap_or_default().try_into()
    }

    /// All three insurances are told, and none of them says that he is not insured.
    pub(super) fn insured(&self) -> bool {
        [&self.health, &self.pension, &self.employment]
            .iter()
            .all(|word| !matches!(word.as_str(), "" | "none"))
    }

    /// Health, pension and employment insurance as the roster writes them, each with its name.
    pub(super) fn insurance(&self, masters: &Masters, t: &T) -> [(String, String); 3] {
        let of = |system, key: &str, word: &str| (t.s(key), insurance_words(masters, t, system, word));
        [
            of(InsuranceSystem::Health, "roster-health", &self.health),
            of(InsuranceSystem::Pension, "roster-pension", &self.pension),
            of(InsuranceSystem::Employment, "roster-employment", &self.employment),
        ]
    }

    /// Retirement funds and special accident cover: name and yes or no.
    pub(super) fn funds(&self, t: &T) -> [(String, String); 3] {
        let of = |key: &str, word: &str| (t.s(key), fund_words(t, word));
        [
            of("roster-kentaikyo", &self.kentaikyo),
            of("roster-chutaikyo", &self.chutaikyo),
            of("roster-special-accident", &self.special_accident),
        ]
    }
}

/// What a registration tells of an insurance, as the roster writes it.
pub(crate) fn insurance_words(masters: &Masters, t: &T, system: InsuranceSystem, told: &str) -> String {
    match masters.insurance_kind(system, told) {
        None => t.s("roster-not-told"),
        Some(kind) if t.language() == Language::Ja => kind.label_ja.clone().unwrap_or_else(|| t.s("roster-insured")),
        Some(kind) => kind.name_en.clone(),
    }
}

/// What a registration tells of a fund: yes, no, or nothing.
pub(crate) fn fund_words(t: &T, told: &str) -> String {
    t.s(match told {
        "yes" => "roster-has",
        "no" => "roster-has-not",
        _ => "roster-not-told",
    })
}

/// The days of the notices, as they are in force.
#[derive(Debug, Clone, Copy)]
pub(super) struct Notice {
    today: WorkDay,
    first: i64,
    last: i64,
}

impl Notice {
    pub(super) fn now(app: &App) -> Self {
        let today = app.clock().today();
        let masters = app.masters();
        Self {
            today,
            first: masters.policies().at(Policy::ExpiryNoticeDays, today),
            last: masters.policies().at(Policy::ExpiryLastNoticeDays, today),
        }
    }

    /// How something stands whose last day this is; what has no last day is fine.
    pub(super) fn stands(&self, until: Option<WorkDay>) -> Expiry {
        until.map_or(Expiry::Fine, |until| expiry(until, self.today, self.first, self.last))
    }

    /// The day up to which something runs out soon.
    pub(super) fn horizon(&self) -> WorkDay {
        self.today.plus(i32::try_from(self.first.max(0)).unwrap_or(0))
    }
}

/// A chip that tells that something runs out, or has; none if it is fine.
pub(super) fn chip(t: &T, stands: Expiry, what: &str, until: Option<WorkDay>) -> Option<(Mood, String)> {
    let mood = match stands {
        Expiry::Fine => return None,
        Expiry::Soon => Mood::Pending,
        Expiry::VerySoon => Mood::Warn,
        Expiry::Over => Mood::Bad,
    };
    let key = if stands == Expiry::Over {
        "roster-ran-out"
    } else {
        "roster-runs-out"
    };
    let args = [("what", Value::from(what)), ("day", Value::from(until?))];
    Some((mood, t.with(key, &args)))
}

/// Takes over what rosters ask of a registration, whenever a worker's becomes another. Called by whoever writes his `record`.
///
/// # Errors
/// If the database fails.
pub async fn take_facts(tx: &Tx, worker: &str, fields: &Fields) -> Result<(), StoreError> {
    let day = |name: &str| fields.get(name).parse::<WorkDay>().ok().map(WorkDay::to_number);
    let values = values![
        worker,
        fields.get("residence_status"),
        day("residence_until"),
        fields.get("health_insurance"),
        fields.get("pension_insurance"),
        fields.get("employment_insurance"),
        fields.get("kentaikyo"),
        fields.get("chutaikyo"),
        fields.get("special_accident")
    ];
    tx.run(&queries::PUT_FACTS, values).await?;
    let of = |number: usize, part: &str| format!("qualification.{number}.{part}");
    let held = fields
        .entries("qualification")
        .into_iter()
        .enumerate()
        .map(|(ordinal, number)| {
            (
                ordinal,
                fields.get(&of(number, "class")),
                fields.get(&of(number, "name")),
                day(&of(number, "day")),
                day(&of(number, "until")),
            )
        });
    let held = Rows::of(held)?;
    tx.run(&queries::DELETE_QUALIFICATIONS, values![worker]).await?;
    tx.run(&queries::INSERT_QUALIFICATIONS, values![worker, held])
        .await
        .map(|_| ())
}
