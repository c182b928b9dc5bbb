//! Renewal of a worker's card: a new photo and a fresh look at who he is; everything else stays as it is registered.
//!
//! That photo and identity papers are asked for again was not read anywhere: our rule, since a card may be 14 years old by then.

use super::worker::{IDENTITY, has_second_paper, identity_fits};
use super::{Field, Form, Group, Kind, PaperUse};

/// The form.
pub static CARD: Form = Form {
    name: "card-renewal",
    groups: &[
        Group::once(
            "photo",
            &[
                Field::new("name", Kind::Given, 80),
                Field::new("name_kana", Kind::Given, 120),
                Field::new("japanese", Kind::Given, 3),
                Field::needed("photo", Kind::Paper(PaperUse::Photo), 26),
            ],
        ),
        Group::once(
            "papers",
            &[
                Field::needed("identity", Kind::Choice(&IDENTITY), 20),
                Field::needed("identity_paper", Kind::Paper(PaperUse::Identity), 26),
                Field::needed("identity_paper_2", Kind::Paper(PaperUse::Identity), 26).when(has_second_paper),
            ],
        ),
        Group::once("sure", &[Field::needed("consent_unchanged", Kind::Consent, 3)]),
    ],
    rules: |fields, _, faults| identity_fits(fields, faults),
};

/// Fields that go over into what the worker is registered with.
pub const RENEWED: [&str; 4] = ["photo", "identity", "identity_paper", "identity_paper_2"];
