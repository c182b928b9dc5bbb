//! The one application of a sole master (一人親方): typed once, registered twice, as a company and as a worker (registry rule book 3.4).

use super::Fields;
use super::worker::{kana, name};
use crate::time::WorkDay;

/// Of the application of a sole master: what his firm is registered with.
#[must_use]
pub fn firm_of(fields: &Fields) -> Fields {
    let own = |name: &str| fields.get(name).to_owned();
    let mut firm: Fields = fields
        .iter()
        .filter_map(|(name, value)| match name.strip_prefix("firm_") {
            Some("name") => Some(("name".to_owned(), value)),
            Some("kana") => Some(("name_kana".to_owned(), value)),
            Some(part) => Some((part.to_owned(), value)),
            None => None,
        })
        .collect();
    firm.set("kind", "sole_master");
    for (field, value) in [
        ("representative", name(fields)),
        ("representative_kana", kana(fields)),
        ("manager", name(fields)),
        ("manager_kana", kana(fields)),
        ("phone", own("mobile")),
        ("manager_phone", own("mobile")),
        ("special_accident", own("special_accident")),
        // He employs nobody.
        ("health_insurance", "exempt".to_owned()),
        ("pension_insurance", "exempt".to_owned()),
        ("employment_insurance", "exempt".to_owned()),
        ("kentaikyo", "no".to_owned()),
    ] {
        firm.set(field, value);
    }
    for field in [
        "postal",
        "prefecture",
        "city",
        "street",
        "building",
        "fax",
        "email",
        "consent_terms",
        "consent_privacy",
    ] {
        firm.set(field, own(field));
    }
    firm
}

/// The same application: what he himself is registered with, tied to his firm.
#[must_use]
pub fn master_of(fields: &Fields, firm: &str, today: WorkDay) -> Fields {
    let own = fields
        .iter()
        .filter(|(name, _)| !name.starts_with("firm_") && *name != "sole_master");
    let mut own: Fields = own.collect();
    own.set("employer.0.company", firm);
    own.set("employer.0.from", today.to_string());
    own
}

#[cfg(test)]
mod tests {
    use super::super::worker::FORM;
    use super::super::{Context, company};
    use super::*;
    use crate::master::Masters;

    #[test]
    fn typed_once_it_is_right_twice() {
        let masters = Masters::embedded().unwrap();
        let today: WorkDay = "2026-11-21".parse().unwrap();
        let context = Context {
            masters: &masters,
            today,
        };
        for licensed in ["yes", "no"] {
            let typed: Fields = [
                ("sole_master", "yes"),
                ("firm_name", "見本工務店"),
                ("firm_kana", "ミホンコウムテン"),
                ("firm_business", "01"),
                ("firm_licence_held", licensed),
                ("firm_licence_authority", "13"),
                ("firm_licence_class", "general"),
                ("firm_licence_number", "12345"),
                ("firm_licence_until", "2030-03-31"),
                ("firm_licence_paper", "01JD0000000000000000000002"),
                ("firm_tax_paper", "01JD0000000000000000000003"),
                ("registration", "detailed"),
                ("japanese", "yes"),
                ("language", "ja"),
                ("family_name", "見本"),
                ("given_name", "次郎"),
                ("family_kana", "ミホン"),
                ("given_kana", "ジロウ"),
                ("birth_day", "1990-02-28"),
                ("sex", "male"),
                ("postal", "1000000"),
                ("prefecture", "13"),
                ("city", "架空区"),
                ("street", "見本1-2-3"),
                ("mobile", "09000000000"),
                ("email", "jiro@example.jp"),
                ("health_insurance", "national"),
                ("pension_insurance", "national"),
                ("employment_insurance", "exempt"),
                ("kentaikyo", "no"),
                ("chutaikyo", "no"),
                ("special_accident", "yes"),
                ("trade.0.code", "01-01"),
                ("photo", "01JD0000000000000000000000"),
                ("identity", "driving_licence"),
                ("identity_paper", "01JD0000000000000000000001"),
                ("consent_terms", "yes"),
                ("consent_privacy", "yes"),
            ]
            .into_iter()
            .collect();
            let typed = FORM.pruned(&typed);
            assert_eq!(FORM.check(&typed, context).all(), [], "as it is typed");
            let firm = firm_of(&typed);
            assert_eq!(company::FORM.check(&firm, context).all(), [], "as a company");
            assert_eq!(company::FORM.pruned(&firm), firm, "and nothing else");
            assert_eq!(firm.get("representative"), "見本 次郎");
            let own = master_of(&typed, "12345678901222", today);
            assert_eq!(FORM.check(&own, context).all(), [], "as a worker");
            assert!(
                own.iter()
                    .all(|(name, _)| !name.starts_with("firm_") && name != "sole_master")
            );
            assert_eq!(own.get("employer.0.company"), "12345678901222");
        }
    }
}
