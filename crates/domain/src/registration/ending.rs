//! How a registration ends: withdrawal of a company (事業者退会) or of a worker (技能者退会), death of a worker.
//!
//! Registry rule book 2.7 and 3.4: what is registered is shown, an application number is given, histories and organisations stay. What
//! is asked beside it was not read anywhere: our rule.

use super::{Field, Form, Group, Kind, PaperUse};

/// Why a company withdraws.
pub const COMPANY_REASONS: [&str; 4] = ["closed", "merged", "left_trade", "other"];

/// Why a worker withdraws.
pub const WORKER_REASONS: [&str; 4] = ["retired", "left_trade", "registered_twice", "other"];

/// Who tells of a death.
pub const TELLERS: [&str; 3] = ["employer", "family", "other"];

const SURE: Group = Group::once(
    "sure",
    &[
        Field::needed("consent_seen", Kind::Consent, 3),
        Field::needed("consent_final", Kind::Consent, 3),
    ],
);

fn other(fields: &super::Fields) -> bool {
    fields.get("reason") == "other"
}

/// A company withdraws.
pub static COMPANY: Form = Form {
    name: "company-end",
    groups: &[
        Group::once(
            "why",
            &[
                Field::new("name", Kind::Given, 80),
                Field::new("name_kana", Kind::Given, 120),
                Field::needed("reason", Kind::Choice(&COMPANY_REASONS), 20),
                Field::needed("reason_words", Kind::Long, 400).when(other),
            ],
        ),
        SURE,
    ],
    rules: |_, _, _| {},
};

/// A worker withdraws.
pub static WORKER: Form = Form {
    name: "worker-end",
    groups: &[
        Group::once(
            "why",
            &[
                Field::new("name", Kind::Given, 80),
                Field::new("name_kana", Kind::Given, 120),
                Field::needed("reason", Kind::Choice(&WORKER_REASONS), 20),
                Field::needed("reason_words", Kind::Long, 400).when(other),
            ],
        ),
        SURE,
    ],
    rules: |_, _, _| {},
};

/// Somebody tells that a worker has died.
pub static DEATH: Form = Form {
    name: "death",
    groups: &[
        Group::once(
            "death",
            &[
                Field::new("name", Kind::Given, 80),
                Field::new("name_kana", Kind::Given, 120),
                Field::needed("died_on", Kind::PastDay, 10),
                Field::needed("teller", Kind::Choice(&TELLERS), 10),
                Field::needed("teller_name", Kind::PersonName, 60),
                Field::needed("teller_phone", Kind::Phone, 16),
                Field::needed("paper", Kind::Paper(PaperUse::Proof), 26),
                Field::new("note", Kind::Long, 400),
            ],
        ),
        Group::once("sure", &[Field::needed("consent_seen", Kind::Consent, 3)]),
    ],
    rules: |_, _, _| {},
};
