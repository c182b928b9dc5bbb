//! What a worker registers (技能者登録): registry rule book 2.3 and 2.4.

use super::company::BUSINESS;
use super::level;
use super::{Context, Faults, Fields};
use super::{Field, Form, Group, Kind, PaperUse};
use crate::time::WorkDay;

/// Nationalities that can be chosen; `other` is written in words.
pub const COUNTRIES: [&str; 19] = [
    "VN", "ID", "PH", "CN", "MM", "KH", "NP", "TH", "KR", "TW", "BR", "PE", "MN", "LK", "BD", "IN", "PK", "UZ", "other",
];

/// How the identity is shown (registry rule book 2.4).
pub const IDENTITY: [&str; 7] = [
    "driving_licence",
    "my_number_card",
    "passport",
    "residence_card",
    "special_resident",
    "two_papers",
    "employer",
];

/// Papers that show the identity of a Japanese only.
const ONLY_JAPANESE: [&str; 3] = ["driving_licence", "my_number_card", "two_papers"];
/// Papers that only foreigners have.
const ONLY_FOREIGNERS: [&str; 2] = ["residence_card", "special_resident"];

/// Classes of qualifications as the change screens of the trade know them.
pub const QUALIFICATION_CLASSES: [&str; 8] = [
    "registered_core_worker",
    "skill_test",
    "licence_or_qualification",
    "safety_law_licence",
    "skill_training_course",
    "special_education",
    "safety_education",
    "award",
];

const HEALTH: &[&str] = &["society", "kyokai", "construction", "national", "exempt", "none"];
const PENSION: &[&str] = &["employees", "national", "pensioner", "none"];
const EMPLOYMENT: &[&str] = &["joined", "day_labourer", "exempt", "none"];

fn is_foreigner(fields: &Fields) -> bool {
    fields.get("japanese") == "no"
}

fn is_detailed(fields: &Fields) -> bool {
    fields.get("registration") == "detailed"
}

fn has_middle_name(fields: &Fields) -> bool {
    fields.yes("has_middle_name")
}

fn without_company_id(fields: &Fields) -> bool {
    !fields.has("company")
}

pub(super) fn has_second_paper(fields: &Fields) -> bool {
    matches!(fields.get("identity"), "passport" | "two_papers")
}

/// Is it the one application of a sole master (一人親方), who becomes a company and a worker?
fn is_sole_master(fields: &Fields) -> bool {
    fields.yes("sole_master")
}

fn firm_is_licensed(fields: &Fields) -> bool {
    fields.yes("firm_licence_held")
}

fn firm_is_not_licensed(fields: &Fields) -> bool {
    fields.get("firm_licence_held") == "no"
}

/// The form.
pub static FORM: Form = Form {
    name: "worker",
    groups: &[
        Group::once(
            "kind",
            &[
                Field::needed("registration", Kind::Choice(&["simplified", "detailed"]), 12),
                Field::needed("japanese", Kind::YesNo, 3),
                Field::needed("country", Kind::Choice(&COUNTRIES), 5).when(is_foreigner),
                Field::needed("country_name", Kind::Text, 40)
                    .when(|fields| is_foreigner(fields) && fields.get("country") == "other"),
                Field::needed("language", Kind::Choice(&["ja", "en", "vi", "id"]), 2),
                level::OFFERED,
            ],
        ),
        Group::once(
            "name",
            &[
                Field::needed("family_name", Kind::PersonName, 40),
                Field::needed("given_name", Kind::PersonName, 40),
                Field::needed("family_kana", Kind::Kana, 60),
                Field::needed("given_kana", Kind::Kana, 60),
                Field::needed("family_alphabet", Kind::Alphabet, 60).when(is_foreigner),
                Field::needed("given_alphabet", Kind::Alphabet, 60).when(is_foreigner),
                Field::new("has_middle_name", Kind::YesNo, 3),
                Field::needed("middle_name", Kind::PersonName, 40).when(has_middle_name),
                Field::needed("middle_kana", Kind::Kana, 60).when(has_middle_name),
                Field::new("middle_alphabet", Kind::Alphabet, 60).when(has_middle_name),
                Field::new("alias", Kind::PersonName, 60),
                Field::needed("alias_on_card", Kind::YesNo, 3).when(|fields| fields.has("alias")),
            ],
        ),
        Group::once(
            "person",
            &[
                Field::needed("birth_day", Kind::BirthDay, 10).fixed(),
                Field::needed("sex", Kind::Choice(&["male", "female", "unstated"]), 10),
                Field::new("blood_type", Kind::Choice(&["A", "B", "O", "AB"]), 2),
                Field::new("blood_rh", Kind::Choice(&["plus", "minus"]), 5),
                Field::needed("postal", Kind::Postal, 7),
                Field::needed("prefecture", Kind::Prefecture, 2),
                Field::needed("city", Kind::Text, 60),
                Field::needed("street", Kind::Text, 100),
                Field::new("building", Kind::Text, 100),
                Field::new("phone", Kind::Phone, 16),
                Field::needed("mobile", Kind::Phone, 16),
                Field::new("fax", Kind::Phone, 16),
                Field::needed("email", Kind::Email, 200),
                Field::new("emergency_name", Kind::PersonName, 60),
                Field::new("emergency_relation", Kind::Text, 20),
                Field::new("emergency_phone", Kind::Phone, 16),
                Field::new("emergency_address", Kind::Text, 200),
                Field::needed("residence_status", Kind::Text, 60).when(is_foreigner),
                Field::new("residence_until", Kind::Day, 10).when(is_foreigner),
            ],
        ),
        // Only of a sole master: what his firm registers beside what is asked of him anyhow.
        Group::once(
            "firm",
            &[
                Field::new("sole_master", Kind::Given, 3),
                Field::needed("firm_name", Kind::CompanyName, 80),
                Field::needed("firm_kana", Kind::Kana, 120),
                Field::needed("firm_business", Kind::Many(&BUSINESS), 120),
                Field::needed("firm_licence_held", Kind::YesNo, 3),
                Field::needed("firm_licence_authority", Kind::Authority, 8).when(firm_is_licensed),
                Field::needed("firm_licence_class", Kind::Choice(&["general", "special", "both"]), 10).when(firm_is_licensed),
                Field::needed("firm_licence_number", Kind::Digits(1, 6), 6).when(firm_is_licensed),
                Field::needed("firm_licence_until", Kind::Day, 10).when(firm_is_licensed),
                Field::needed("firm_licence_paper", Kind::Paper(PaperUse::Proof), 26).when(firm_is_licensed),
                Field::needed("firm_tax_paper", Kind::Paper(PaperUse::Proof), 26).when(firm_is_not_licensed),
            ],
        )
        .when(is_sole_master),
        Group::list(
            "employer",
            0,
            10,
            &[
                Field::new("company", Kind::Company, 14),
                Field::needed("name", Kind::CompanyName, 80).when(without_company_id),
                Field::new("address", Kind::Text, 200).when(without_company_id),
                Field::new("email", Kind::Email, 200).when(without_company_id),
                Field::needed("from", Kind::PastDay, 10),
            ],
        )
        .when(|fields| !is_sole_master(fields)),
        Group::once(
            "insurance",
            &[
                Field::needed("health_insurance", Kind::Choice(HEALTH), 15),
                Field::new("health_insurer", Kind::Text, 60)
                    .when(|fields| !matches!(fields.get("health_insurance"), "" | "exempt" | "none")),
                Field::needed("pension_insurance", Kind::Choice(PENSION), 15),
                Field::needed("employment_insurance", Kind::Choice(EMPLOYMENT), 15),
                Field::new("employment_number", Kind::LastFour, 4)
                    .when(|fields| matches!(fields.get("employment_insurance"), "joined" | "day_labourer")),
                Field::needed("kentaikyo", Kind::YesNo, 3),
                Field::needed("kentaikyo_number", Kind::Digits(5, 11), 11).when(|fields| fields.yes("kentaikyo")),
                Field::needed("chutaikyo", Kind::YesNo, 3),
                Field::new("chutaikyo_number", Kind::Digits(4, 11), 11).when(|fields| fields.yes("chutaikyo")),
                Field::needed("special_accident", Kind::YesNo, 3),
            ],
        ),
        Group::list(
            "trade",
            1,
            20,
            &[
                Field::needed("code", Kind::Trade, 5),
                Field::new("since", Kind::PastDay, 10),
                Field::new("career", Kind::Long, 400),
            ],
        ),
        Group::list(
            "qualification",
            0,
            100,
            &[
                Field::needed("class", Kind::Choice(&QUALIFICATION_CLASSES), 30),
                Field::needed("name", Kind::Text, 100),
                Field::new("number", Kind::Text, 40),
                Field::needed("day", Kind::PastDay, 10),
                Field::new("until", Kind::Day, 10),
                Field::new("issuer", Kind::Text, 80),
                Field::needed("paper", Kind::Paper(PaperUse::Certificate), 26),
            ],
        )
        .when(is_detailed),
        level::ONE_STOP,
        level::ONE_STOP_CAREER,
        Group::once(
            "health",
            &[
                Field::new("check_up", Kind::PastDay, 10),
                Field::new("blood_pressure_high", Kind::Digits(2, 3), 3),
                Field::new("blood_pressure_low", Kind::Digits(2, 3), 3),
                Field::new("school", Kind::Text, 100),
                Field::new("trainings", Kind::Long, 1000),
            ],
        )
        .when(is_detailed),
        Group::list(
            "system",
            0,
            10,
            &[
                Field::needed("code", Kind::Text, 20),
                Field::new("name", Kind::Text, 60),
                Field::needed("id", Kind::Text, 40),
            ],
        ),
        Group::once(
            "papers",
            &[
                Field::needed("photo", Kind::Paper(PaperUse::Photo), 26).fixed(),
                Field::needed("identity", Kind::Choice(&IDENTITY), 20),
                Field::needed("identity_paper", Kind::Paper(PaperUse::Identity), 26),
                Field::needed("identity_paper_2", Kind::Paper(PaperUse::Identity), 26).when(has_second_paper),
                Field::needed("alias_paper", Kind::Paper(PaperUse::Identity), 26).when(|fields| fields.has("alias")),
                Field::new("insurance_paper", Kind::Paper(PaperUse::Insurance), 26),
            ],
        ),
        Group::once(
            "proxy",
            &[
                // `employer`, or `other` for a company that is not the employer: then the employer has to consent as well.
                Field::new("proxy", Kind::Given, 10),
                // A consent given on the screen stands for the paper: see `super::consent`.
                Field::needed("worker_consent_paper", Kind::Paper(PaperUse::Consent), 26),
                Field::needed("employer_consent_paper", Kind::Paper(PaperUse::Consent), 26)
                    .when(|fields| fields.get("proxy") == "other"),
            ],
        )
        .when(|fields| fields.has("proxy")),
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

/// The kind of identity paper fits the person (registry rule book 2.4).
pub(super) fn identity_fits(fields: &Fields, faults: &mut Faults) {
    let identity = fields.get("identity");
    if is_foreigner(fields) && ONLY_JAPANESE.contains(&identity) {
        faults.add("identity", "field-identity-foreigner");
    }
    if fields.yes("japanese") && ONLY_FOREIGNERS.contains(&identity) {
        faults.add("identity", "field-identity-japanese");
    }
}

fn rules(fields: &Fields, context: Context<'_>, faults: &mut Faults) {
    identity_fits(fields, faults);
    level::one_stop_rules(fields, context, faults);
    let identity = fields.get("identity");
    if is_sole_master(fields)
        && firm_is_licensed(fields)
        && fields
            .get("firm_licence_until")
            .parse::<WorkDay>()
            .is_ok_and(|until| until < context.today)
    {
        faults.add("firm_licence_until", "field-licence-ended");
    }
    // The employer vouches for somebody without papers; then there must be one, and it must be registered itself.
    if identity == "employer" && !fields.has("employer.0.company") {
        faults.add("identity", "field-identity-employer");
    }
    let name = format!("{} {}", fields.get("family_name"), fields.get("given_name"));
    if fields.has("alias") && fields.get("alias") == name {
        faults.add("alias", "field-alias-same");
    }
    for (list, part) in [("trade", "code"), ("employer", "company")] {
        let mut seen = Vec::new();
        for number in fields.entries(list) {
            let full = format!("{list}.{number}.{part}");
            let value = fields.get(&full);
            if !value.is_empty() && seen.contains(&value) {
                faults.add(full, "field-twice");
            } else {
                seen.push(value);
            }
        }
    }
    for number in fields.entries("qualification") {
        let day = |part: &str| fields.get(&format!("qualification.{number}.{part}")).parse::<WorkDay>();
        if let (Ok(from), Ok(until)) = (day("day"), day("until"))
            && until < from
        {
            faults.add(format!("qualification.{number}.until"), "field-backward");
        }
    }
    let pressure = |name: &str| fields.get(name).parse::<u16>();
    if let (Ok(high), Ok(low)) = (pressure("blood_pressure_high"), pressure("blood_pressure_low"))
        && low >= high
    {
        faults.add("blood_pressure_low", "field-blood-pressure");
    }
    if fields.has("emergency_name") != fields.has("emergency_phone") {
        let missing = if fields.has("emergency_name") {
            "emergency_phone"
        } else {
            "emergency_name"
        };
        faults.add(missing, "field-needed");
    }
}

/// Full name as lists show it: family, middle and given name with a space between them.
#[must_use]
pub fn name(fields: &Fields) -> String {
    joined(fields, ["family_name", "given_name", "middle_name"])
}

/// Full name in katakana.
#[must_use]
pub fn kana(fields: &Fields) -> String {
    joined(fields, ["family_kana", "given_kana", "middle_kana"])
}

/// Full name in letters; empty for who gave none.
#[must_use]
pub fn alphabet(fields: &Fields) -> String {
    joined(fields, ["family_alphabet", "given_alphabet", "middle_alphabet"])
}

fn joined(fields: &Fields, names: [&str; 3]) -> String {
    let parts: Vec<&str> = names
        .iter()
        .map(|name| fields.get(name))
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" ")
}

/// Did only the employer vouch for the identity? Then the card is valid for a shorter time.
#[must_use]
pub fn only_employer_vouched(fields: &Fields) -> bool {
    fields.get("identity") == "employer"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::master::Masters;

    type Pairs = &'static [(&'static str, &'static str)];

    fn right() -> Fields {
        [
            ("registration", "simplified"),
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
            ("employer.0.company", "12345678901222"),
            ("employer.0.from", "2020-04-01"),
            ("health_insurance", "kyokai"),
            ("pension_insurance", "employees"),
            ("employment_insurance", "joined"),
            ("kentaikyo", "no"),
            ("chutaikyo", "no"),
            ("special_accident", "no"),
            ("trade.0.code", "01-01"),
            ("photo", "01JD0000000000000000000000"),
            ("identity", "driving_licence"),
            ("identity_paper", "01JD0000000000000000000001"),
            ("consent_terms", "yes"),
            ("consent_privacy", "yes"),
        ]
        .into_iter()
        .collect()
    }

    #[test]
    fn what_is_needed_depends_on_the_person() {
        let masters = Masters::embedded().unwrap();
        let context = Context {
            masters: &masters,
            today: "2026-11-21".parse().unwrap(),
        };
        let cases: &[(Pairs, Pairs)] = &[
            (&[], &[]),
            (&[("trade.0.code", "")], &[("trade.0.code", "field-needed")]),
            // 41 characters where 40 are taken, counted as people count: an old kanji outside the basic plane is one.
            (
                &[(
                    "family_name",
                    "𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷",
                )],
                &[("family_name", "field-too-long")],
            ),
            (
                &[(
                    "family_name",
                    "𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷",
                )],
                &[],
            ),
            (&[("trade.1.code", "01-01")], &[("trade.1.code", "field-twice")]),
            (
                &[("japanese", "no"), ("country", "VN"), ("residence_status", "特定技能1号")],
                &[
                    ("family_alphabet", "field-needed"),
                    ("given_alphabet", "field-needed"),
                    ("identity", "field-identity-foreigner"),
                ],
            ),
            (&[("identity", "residence_card")], &[("identity", "field-identity-japanese")]),
            (&[("identity", "passport")], &[("identity_paper_2", "field-needed")]),
            (&[("identity", "employer")], &[]),
            (
                &[
                    ("identity", "employer"),
                    ("employer.0.company", ""),
                    ("employer.0.name", "みほん組"),
                ],
                &[("identity", "field-identity-employer")],
            ),
            (&[("employer.0.company", "")], &[("employer.0.name", "field-needed")]),
            (
                &[("alias", "見本 ジロー")],
                &[("alias_on_card", "field-needed"), ("alias_paper", "field-needed")],
            ),
            (&[("kentaikyo", "yes")], &[("kentaikyo_number", "field-needed")]),
            (&[("proxy", "employer")], &[("worker_consent_paper", "field-needed")]),
            (
                &[("proxy", "other")],
                &[
                    ("worker_consent_paper", "field-needed"),
                    ("employer_consent_paper", "field-needed"),
                ],
            ),
            (
                &[("sole_master", "yes"), ("identity", "employer"), ("employer.0.company", "")],
                &[
                    ("firm_name", "field-needed"),
                    ("firm_kana", "field-needed"),
                    ("firm_business", "field-needed"),
                    ("firm_licence_held", "field-needed"),
                    ("identity", "field-identity-employer"),
                ],
            ),
            (&[("emergency_name", "見本 花")], &[("emergency_phone", "field-needed")]),
            // Qualifications belong to the detailed kind; in the simplified one they are not looked at.
            (&[("qualification.0.name", "玉掛け")], &[]),
            (
                &[("registration", "detailed"), ("qualification.0.name", "玉掛け")],
                &[
                    ("qualification.0.class", "field-needed"),
                    ("qualification.0.day", "field-needed"),
                    ("qualification.0.paper", "field-needed"),
                ],
            ),
            (
                &[
                    ("registration", "detailed"),
                    ("blood_pressure_high", "80"),
                    ("blood_pressure_low", "120"),
                ],
                &[("blood_pressure_low", "field-blood-pressure")],
            ),
        ];
        for (change, expected) in cases {
            let mut fields = right();
            for (name, value) in *change {
                fields.set(*name, *value);
            }
            let faults = FORM.check(&FORM.normalised(&fields), context);
            let seen: Vec<(&str, &str)> = faults.all().iter().map(|f| (f.field.as_str(), f.key.as_str())).collect();
            assert_eq!(seen, *expected, "{change:?}");
        }
        assert_eq!(name(&right()), "見本 次郎");
        assert_eq!(kana(&right()), "ミホン ジロウ");
    }

    #[test]
    fn a_step_tells_only_its_own_faults() {
        let masters = Masters::embedded().unwrap();
        let context = Context {
            masters: &masters,
            today: "2026-11-21".parse().unwrap(),
        };
        let mut fields = right();
        fields.set("identity", "residence_card");
        fields.set("email", "x");
        let papers = FORM.check_group(FORM.group("papers").unwrap(), &fields, context);
        assert_eq!(papers.key("identity"), Some("field-identity-japanese"));
        assert_eq!(papers.all().len(), 1);
        let person = FORM.check_group(FORM.group("person").unwrap(), &fields, context);
        assert_eq!(person.key("email"), Some("field-email"));
    }

    #[test]
    fn what_the_form_does_not_know_is_dropped() {
        let mut fields = right();
        fields.set("card_level", "4");
        fields.set("trade.x.code", "01-01");
        let kept = FORM.normalised(&fields);
        assert!(!kept.has("card_level") && !kept.has("trade.x.code"));
        assert_eq!(kept, right());
    }
}
