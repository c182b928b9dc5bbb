//! What a company registers (事業者登録): registry rule book 3.1.

use super::{Context, Faults, Fields};
use super::{Field, Form, Group, Kind, PaperUse};

/// Codes of the 29 kinds of construction business (建設業法 別表第一).
pub const BUSINESS: [&str; 29] = [
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21",
    "22", "23", "24", "25", "26", "27", "28", "29",
];

/// Corporation (法人), sole trader (個人事業主), sole master (一人親方).
pub const KINDS: [&str; 3] = ["corporation", "sole_trader", "sole_master"];

const JOINED: &[&str] = &["joined", "exempt", "not_joined"];

fn is_corporation(fields: &Fields) -> bool {
    fields.get("kind") == "corporation"
}

fn is_licensed(fields: &Fields) -> bool {
    fields.yes("licence_held")
}

fn is_not_licensed(fields: &Fields) -> bool {
    fields.get("licence_held") == "no"
}

fn has_health(fields: &Fields) -> bool {
    fields.get("health_insurance") == "joined"
}

fn has_pension(fields: &Fields) -> bool {
    fields.get("pension_insurance") == "joined"
}

fn has_employment(fields: &Fields) -> bool {
    fields.get("employment_insurance") == "joined"
}

fn has_kentaikyo(fields: &Fields) -> bool {
    fields.yes("kentaikyo")
}

/// The form.
pub static FORM: Form = Form {
    name: "company",
    groups: &[
        Group::once(
            "kind",
            &[
                Field::needed("kind", Kind::Choice(&KINDS), 20),
                Field::needed("corporate_number", Kind::CorporateNumber, 13).when(is_corporation),
                Field::needed("licence_held", Kind::YesNo, 3),
                Field::needed("licence_authority", Kind::Authority, 8).when(is_licensed),
                Field::needed("licence_class", Kind::Choice(&["general", "special", "both"]), 10).when(is_licensed),
                Field::needed("licence_number", Kind::Digits(1, 6), 6).when(is_licensed),
                Field::needed("licence_until", Kind::Day, 10).when(is_licensed),
            ],
        ),
        Group::once(
            "name",
            &[
                Field::needed("name", Kind::CompanyName, 80),
                Field::needed("name_kana", Kind::Kana, 120),
                Field::new("representative_title", Kind::Text, 40),
                Field::needed("representative", Kind::PersonName, 60),
                Field::needed("representative_kana", Kind::Kana, 80),
                Field::needed("postal", Kind::Postal, 7),
                Field::needed("prefecture", Kind::Prefecture, 2),
                Field::needed("city", Kind::Text, 60),
                Field::needed("street", Kind::Text, 100),
                Field::new("building", Kind::Text, 100),
                Field::needed("phone", Kind::Phone, 16),
                Field::new("fax", Kind::Phone, 16),
                Field::new("website", Kind::Text, 200),
            ],
        ),
        Group::once(
            "business",
            &[
                Field::needed("capital_yen", Kind::Number, 15).when(is_corporation),
                Field::needed("business", Kind::Many(&BUSINESS), 120),
                Field::new("sales_yen", Kind::Number, 15),
                Field::new("completed_yen", Kind::Number, 15),
                Field::new("associations", Kind::Long, 400),
                Field::new("ci_net", Kind::Text, 40),
                Field::new("certificate", Kind::Text, 80),
                Field::new("awards", Kind::Long, 1000),
                Field::new("machines", Kind::Long, 1000),
            ],
        ),
        Group::once(
            "insurance",
            &[
                Field::needed("health_insurance", Kind::Choice(JOINED), 12),
                Field::new("health_office", Kind::Text, 40).when(has_health),
                Field::needed("pension_insurance", Kind::Choice(JOINED), 12),
                Field::new("pension_office", Kind::Text, 40).when(has_pension),
                Field::needed("employment_insurance", Kind::Choice(JOINED), 12),
                Field::new("employment_office", Kind::Digits(11, 14), 14).when(has_employment),
                Field::needed("kentaikyo", Kind::YesNo, 3),
                Field::needed("kentaikyo_number", Kind::Digits(5, 11), 11).when(has_kentaikyo),
                Field::new("chutaikyo", Kind::YesNo, 3),
                Field::new("special_accident", Kind::YesNo, 3),
            ],
        ),
        Group::once(
            "manager",
            &[
                Field::needed("manager", Kind::PersonName, 60),
                Field::needed("manager_kana", Kind::Kana, 80),
                Field::new("manager_department", Kind::Text, 60),
                Field::needed("manager_phone", Kind::Phone, 16),
                Field::needed("email", Kind::Email, 200),
            ],
        ),
        Group::once(
            "papers",
            &[
                Field::needed("licence_paper", Kind::Paper(PaperUse::Proof), 26).when(is_licensed),
                Field::needed("tax_paper", Kind::Paper(PaperUse::Proof), 26).when(is_not_licensed),
                Field::needed("capital_paper", Kind::Paper(PaperUse::Proof), 26)
                    .when(|fields| is_corporation(fields) && is_not_licensed(fields)),
                Field::new("insurance_paper", Kind::Paper(PaperUse::Insurance), 26),
                Field::new("other_paper", Kind::Paper(PaperUse::Proof), 26),
            ],
        ),
        Group::once(
            "consent",
            &[
                Field::needed("consent_terms", Kind::Consent, 3),
                Field::needed("consent_privacy", Kind::Consent, 3),
            ],
        ),
    ],
    rules,
};

fn rules(fields: &Fields, context: Context<'_>, faults: &mut Faults) {
    if let Ok(until) = fields.get("licence_until").parse::<crate::time::WorkDay>()
        && is_licensed(fields)
        && until < context.today
    {
        faults.add("licence_until", "field-licence-ended");
    }
    // The first digit pair of a licence belongs to its giver: a governor's licence is known by prefecture and number together.
    if is_licensed(fields) && fields.get("licence_number").chars().all(|c| c == '0') && fields.has("licence_number") {
        faults.add("licence_number", "field-licence-number");
    }
    if fields.get("kind") == "sole_master" && fields.get("health_insurance") == "not_joined" {
        faults.add("health_insurance", "field-health-everybody");
    }
}

/// The licence as lists search it: `00-012345` of the minister, `13-012345` of a governor; empty without one.
#[must_use]
pub fn licence(fields: &Fields) -> String {
    if !is_licensed(fields) || !fields.has("licence_number") {
        return String::new();
    }
    let authority = match fields.get("licence_authority") {
        "minister" => "00",
        prefecture => prefecture,
    };
    format!("{authority}-{:0>6}", fields.get("licence_number"))
}

/// Capital in yen; `None` for who has none.
#[must_use]
pub fn capital(fields: &Fields) -> Option<i64> {
    is_corporation(fields)
        .then(|| fields.get("capital_yen").parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::master::Masters;

    type Pairs = &'static [(&'static str, &'static str)];

    fn right() -> Fields {
        [
            ("kind", "corporation"),
            ("corporate_number", "7123456789012"),
            ("licence_held", "yes"),
            ("licence_authority", "13"),
            ("licence_class", "general"),
            ("licence_number", "12345"),
            ("licence_until", "2030-03-31"),
            ("name", "株式会社みほん組"),
            ("name_kana", "ミホングミ"),
            ("representative", "見本 太郎"),
            ("representative_kana", "ミホン タロウ"),
            ("postal", "1000000"),
            ("prefecture", "13"),
            ("city", "架空区"),
            ("street", "見本1-2-3"),
            ("phone", "0300000000"),
            ("capital_yen", "10000000"),
            ("business", "01 05"),
            ("health_insurance", "joined"),
            ("pension_insurance", "joined"),
            ("employment_insurance", "joined"),
            ("kentaikyo", "no"),
            ("manager", "見本 花子"),
            ("manager_kana", "ミホン ハナコ"),
            ("manager_phone", "0300000001"),
            ("email", "office@example.jp"),
            ("licence_paper", "01JD0000000000000000000000"),
            ("consent_terms", "yes"),
            ("consent_privacy", "yes"),
        ]
        .into_iter()
        .collect()
    }

    fn faults(change: &[(&str, &str)]) -> Vec<(String, String)> {
        let masters = Masters::embedded().unwrap();
        let mut fields = right();
        for (name, value) in change {
            fields.set(*name, *value);
        }
        let context = Context {
            masters: &masters,
            today: "2026-11-21".parse().unwrap(),
        };
        let faults = FORM.check(&fields, context);
        faults
            .all()
            .iter()
            .map(|fault| (fault.field.clone(), fault.key.clone()))
            .collect()
    }

    #[test]
    fn what_is_needed_depends_on_the_company() {
        let cases: &[(Pairs, Pairs)] = &[
            (&[], &[]),
            (&[("name", "")], &[("name", "field-needed")]),
            (&[("kind", "sole_trader"), ("corporate_number", ""), ("capital_yen", "")], &[]),
            (
                &[("kind", "corporation"), ("corporate_number", "")],
                &[("corporate_number", "field-needed")],
            ),
            (
                &[("licence_held", "no")],
                &[("tax_paper", "field-needed"), ("capital_paper", "field-needed")],
            ),
            (
                &[("licence_until", "2026-11-20")],
                &[("licence_until", "field-licence-ended")],
            ),
            (&[("licence_number", "000000")], &[("licence_number", "field-licence-number")]),
            (&[("kentaikyo", "yes")], &[("kentaikyo_number", "field-needed")]),
            (&[("consent_terms", "")], &[("consent_terms", "field-needed")]),
            (
                &[("kind", "sole_master"), ("health_insurance", "not_joined")],
                &[("health_insurance", "field-health-everybody")],
            ),
            (&[("business", "01 30")], &[("business", "field-choice")]),
        ];
        for (change, expected) in cases {
            let seen = faults(change);
            let seen: Vec<(&str, &str)> = seen.iter().map(|(f, k)| (f.as_str(), k.as_str())).collect();
            assert_eq!(seen, *expected, "{change:?}");
        }
    }

    #[test]
    fn answers_taken_back_do_not_linger() {
        let mut fields = right();
        fields.set("licence_held", "no");
        let pruned = FORM.pruned(&fields);
        assert!(!pruned.has("licence_number") && !pruned.has("licence_paper"));
        assert_eq!(licence(&right()), "13-012345");
        assert_eq!(licence(&pruned), "");
        assert_eq!(capital(&right()), Some(10_000_000));
    }

    #[test]
    fn no_field_stands_twice() {
        for form in [&FORM, &super::super::worker::FORM] {
            let mut names: Vec<String> = form
                .groups
                .iter()
                .flat_map(|g| g.fields.iter().map(|f| g.full_name(f, 0)))
                .collect();
            let count = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), count, "{}", form.name);
            for name in names {
                let (group, field) = form.find(&name).unwrap();
                assert_eq!(group.full_name(field, 0), name);
            }
        }
    }
}
