//! What is registered of a site (現場情報), of its contracts (契約情報) and of its works (工事情報): registry rule book chapter 5, the
//! forms AZ1 to AZ3 (rule book of forms 6 and 7), kentaikyo (its rule book 3.5).

use crate::form::{Context, Faults, Field, Fields, Form, Group, Kind};
use crate::master::{Masters, Policy};
use crate::time::WorkDay;

fn electronic(fields: &Fields) -> bool {
    fields.get("kentaikyo_method") == "electronic"
}

fn used(fields: &Fields) -> bool {
    matches!(fields.get("kentaikyo_method"), "stamp" | "electronic")
}

fn linked(fields: &Fields) -> bool {
    electronic(fields) && matches!(fields.get("kentaikyo_link"), "manual" | "auto")
}

fn has_place(fields: &Fields) -> bool {
    fields.has("place")
}

fn in_corins(fields: &Fields) -> bool {
    fields.yes("corins")
}

/// The form.
pub static FORM: Form = Form {
    name: "site",
    groups: &[
        Group::once(
            "site",
            &[
                Field::needed("name", Kind::Text, 100),
                Field::new("name_kana", Kind::Kana, 120),
                Field::needed("order_kind", Kind::Listed("order_kind"), 30),
                Field::needed("from", Kind::Day, 10),
                Field::needed("to", Kind::Day, 10),
                Field::needed("boundary", Kind::Hour(12), 2),
                Field::new("postal", Kind::Postal, 7),
                Field::needed("prefecture", Kind::Prefecture, 2),
                Field::needed("city", Kind::Text, 60),
                Field::new("city_kana", Kind::Kana, 80),
                Field::needed("street", Kind::Text, 100),
                Field::new("building", Kind::Text, 100),
                Field::new("office", Kind::Text, 80),
                Field::new("phone", Kind::Phone, 16),
                Field::new("contact", Kind::Offered, 26),
                Field::new("tier", Kind::Offered, 26),
                Field::needed("hazardous", Kind::YesNo, 3),
                Field::new("place", Kind::Place, 30),
                Field::needed("radius", Kind::Number, 6).when(has_place),
                Field::new("history_notice", Kind::YesNo, 3),
                Field::new("standard_api", Kind::YesNo, 3),
                Field::new("bundled", Kind::YesNo, 3),
            ],
        ),
        Group::list(
            "contract",
            0,
            20,
            &[
                Field::needed("name", Kind::Text, 100),
                Field::new("content", Kind::Long, 1000),
                Field::new("place", Kind::Text, 200),
                Field::new("form", Kind::Listed("order_form"), 30),
                Field::new("partners", Kind::Long, 400),
                Field::needed("orderer", Kind::Text, 100),
                Field::new("orderer_address", Kind::Text, 200),
                Field::new("signed_on", Kind::Day, 10),
                Field::new("from", Kind::Day, 10),
                Field::new("to", Kind::Day, 10),
                Field::new("amount_yen", Kind::Number, 15),
                Field::new("licences", Kind::ListedMany("permit_trade"), 120),
                Field::new("office", Kind::Text, 80),
                Field::new("office_address", Kind::Text, 200),
                Field::new("office_health", Kind::Text, 60),
                Field::new("office_pension", Kind::Text, 60),
                Field::new("office_employment", Kind::Text, 30),
                Field::new("sub_office", Kind::Text, 80),
                Field::new("sub_office_address", Kind::Text, 200),
                Field::new("sub_office_health", Kind::Text, 60),
                Field::new("sub_office_pension", Kind::Text, 60),
                Field::new("sub_office_employment", Kind::Text, 30),
                Field::new("orderer_supervisor", Kind::PersonName, 60),
                Field::new("orderer_supervisor_authority", Kind::Text, 100),
                Field::new("agent", Kind::PersonName, 60),
                Field::new("agent_authority", Kind::Text, 100),
                Field::new("supervisor", Kind::PersonName, 60),
                Field::new("supervisor_authority", Kind::Text, 100),
                Field::new("engineer_kind", Kind::Listed("engineer_kind"), 30),
                Field::new("engineer", Kind::PersonName, 60),
                Field::new("engineer_full_time", Kind::Listed("full_time"), 30),
                Field::new("engineer_qualification", Kind::Text, 100),
                Field::new("assistant", Kind::PersonName, 60),
                Field::new("assistant_qualification", Kind::Text, 100),
                Field::new("specialist", Kind::PersonName, 60),
                Field::new("specialist_qualification", Kind::Text, 100),
                Field::new("specialist_work", Kind::Text, 100),
                Field::new("specialist2", Kind::PersonName, 60),
                Field::new("specialist2_qualification", Kind::Text, 100),
                Field::new("specialist2_work", Kind::Text, 100),
                Field::new("safety_head", Kind::PersonName, 60),
                Field::new("safety_manager", Kind::PersonName, 60),
                Field::new("council_vice", Kind::PersonName, 60),
                Field::new("council_secretary", Kind::PersonName, 60),
            ],
        ),
        Group::list(
            "works",
            0,
            20,
            &[
                Field::needed("division", Kind::Listed("works_division"), 30),
                Field::new("kind", Kind::Text, 60),
                Field::new("trade", Kind::Text, 60),
                Field::new("use", Kind::Text, 100),
                Field::new("scale", Kind::Text, 200),
                Field::new("method", Kind::Text, 200),
                Field::new("content", Kind::Long, 1000),
                Field::needed("corins", Kind::YesNo, 3),
                Field::new("corins_number", Kind::Code, 20).when(in_corins),
            ],
        ),
        Group::once(
            "kentaikyo",
            &[
                Field::needed("kentaikyo_method", Kind::Listed("kentaikyo_method"), 30),
                Field::needed("kentaikyo_number", Kind::Digits(5, 11), 11).when(used),
                Field::needed("kentaikyo_link", Kind::Listed("kentaikyo_link"), 30).when(electronic),
                Field::needed("kentaikyo_batch", Kind::Listed("kentaikyo_batch"), 30).when(linked),
                Field::needed("kentaikyo_from", Kind::Month, 7).when(linked),
                Field::new("kentaikyo_work_code", Kind::Code, 40).when(used),
            ],
        ),
    ],
    rules,
};

fn rules(fields: &Fields, context: Context<'_>, faults: &mut Faults) {
    let day = |name: &str| fields.get(name).parse::<WorkDay>().ok();
    let policy = |policy| context.masters.policies().at(policy, context.today);
    if let (Some(from), Some(to)) = (day("from"), day("to")) {
        let most = policy(Policy::SiteMostYears);
        if to < from {
            faults.add("to", "field-period-backward");
        } else if i64::from(to.date().year() - from.date().year()) > most {
            // A slip in the year would otherwise open the gate for centuries.
            faults.add_with("to", "field-period-long", &[("years", most.to_string())]);
        }
    }
    if let Ok(radius) = fields.get("radius").parse::<i64>() {
        let (least, most) = (policy(Policy::SiteRadiusLeastMetres), policy(Policy::SiteRadiusMostMetres));
        if has_place(fields) && !(least..=most).contains(&radius) {
            faults.add_with(
                "radius",
                "field-radius",
                &[("least", least.to_string()), ("most", most.to_string())],
            );
        }
    }
    for number in fields.entries("contract") {
        let name = |part: &str| format!("contract.{number}.{part}");
        if let (Some(from), Some(to)) = (day(&name("from")), day(&name("to")))
            && to < from
        {
            faults.add(name("to"), "field-period-backward");
        }
    }
}

/// The address of the site's office in one line, as lists and letters write it.
#[must_use]
pub fn address(fields: &Fields, masters: &Masters) -> String {
    let code = fields.get("prefecture");
    let prefecture = masters.prefectures().iter().find(|p| p.code == code);
    let prefecture = prefecture.map_or("", |p| p.name_ja.as_str());
    let near = format!("{prefecture}{}{}", fields.get("city"), fields.get("street"));
    match fields.get("building") {
        "" => near,
        building => format!("{near} {building}"),
    }
}

/// Whether a new site takes this field over from the one it is copied from. Not the days, sums and numbers that belong to the other
/// works, nor the switch for a linked system, which is set anew.
#[must_use]
pub fn is_copied(full: &str) -> bool {
    let part = full.rsplit('.').next().unwrap_or(full);
    !matches!(
        part,
        "from" | "to" | "signed_on" | "amount_yen" | "corins_number" | "standard_api" | "kentaikyo_from" | "kentaikyo_work_code"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pairs = &'static [(&'static str, &'static str)];

    fn right() -> Fields {
        [
            ("name", "みほん台集合住宅新築工事"),
            ("order_kind", "private"),
            ("from", "2026-12-01"),
            ("to", "2027-11-30"),
            ("boundary", "0"),
            ("prefecture", "13"),
            ("city", "架空市"),
            ("street", "みほん台1-2"),
            ("hazardous", "no"),
            ("kentaikyo_method", "none"),
        ]
        .into_iter()
        .collect()
    }

    #[test]
    fn what_is_needed_and_what_is_wrong() {
        let masters = Masters::embedded().unwrap();
        let context = Context {
            masters: &masters,
            today: "2026-11-21".parse().unwrap(),
        };
        let cases: &[(Pairs, Pairs)] = &[
            (&[], &[]),
            (&[("name", "")], &[("name", "field-needed")]),
            (&[("order_kind", "royal")], &[("order_kind", "field-choice")]),
            (&[("to", "2026-11-30")], &[("to", "field-period-backward")]),
            (&[("to", "2226-11-30")], &[("to", "field-period-long")]),
            (&[("boundary", "13")], &[("boundary", "field-choice")]),
            (&[("place", "35.0,139.0")], &[("radius", "field-needed")]),
            (&[("place", "35.0,139.0"), ("radius", "300")], &[]),
            (&[("place", "35.0,139.0"), ("radius", "5")], &[("radius", "field-radius")]),
            (
                &[("place", "139.0,35.0"), ("radius", "300")],
                &[("place", "field-place-swapped")],
            ),
            (&[("contract.0.name", "新築工事")], &[("contract.0.orderer", "field-needed")]),
            (
                &[
                    ("contract.0.name", "新築工事"),
                    ("contract.0.orderer", "みほん不動産"),
                    ("contract.0.from", "2026-12-01"),
                    ("contract.0.to", "2026-11-01"),
                ],
                &[("contract.0.to", "field-period-backward")],
            ),
            (&[("works.0.division", "building")], &[("works.0.corins", "field-needed")]),
            (
                &[("kentaikyo_method", "electronic")],
                &[("kentaikyo_number", "field-needed"), ("kentaikyo_link", "field-needed")],
            ),
            (
                &[
                    ("kentaikyo_method", "electronic"),
                    ("kentaikyo_number", "6000001"),
                    ("kentaikyo_link", "auto"),
                ],
                &[("kentaikyo_batch", "field-needed"), ("kentaikyo_from", "field-needed")],
            ),
            (&[("kentaikyo_method", "stamp"), ("kentaikyo_number", "6000001")], &[]),
        ];
        for (change, expected) in cases {
            let mut fields = right();
            change.iter().for_each(|(name, value)| fields.set(*name, *value));
            let faults = FORM.check(&fields, context);
            let seen: Vec<(&str, &str)> = faults.all().iter().map(|f| (f.field.as_str(), f.key.as_str())).collect();
            assert_eq!(seen, *expected, "{change:?}");
        }
    }

    #[test]
    fn answers_taken_back_do_not_linger() {
        let mut fields = right();
        fields.set("radius", "300");
        fields.set("kentaikyo_number", "6000001");
        let pruned = FORM.pruned(&fields);
        assert!(!pruned.has("radius") && !pruned.has("kentaikyo_number"));
        let masters = Masters::embedded().unwrap();
        assert_eq!(address(&pruned, &masters), "東京都架空市みほん台1-2");
    }
}
