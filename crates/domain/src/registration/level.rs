//! Application for a level (能力評価の申請): field, wanted level, and the certificate of earlier career (経歴証明).
//!
//! Rules: skill evaluation rule book, chapters 3.2 and 5. Forms differ by evaluation body; what is asked here is what the judge needs.

use super::{Context, Faults, Fields};
use super::{Field, Form, Group, Kind, PaperUse};
use crate::levels::{Career, Period, fields_for};
use crate::time::{WorkDay, YearMonth};

/// What a line of the certificate certifies.
pub const CAREERS: [&str; 3] = ["work", "foreman", "squad_leader"];
/// Who certifies: the employer, an upper company, the prime, or the evaluation body.
pub const CERTIFIERS: [&str; 4] = ["employer", "upper", "prime", "body"];

fn without_company_id(fields: &Fields) -> bool {
    !fields.has("company")
}

/// The field that is applied in.
const FIELD: Field = Field::needed("field", Kind::EvaluationField, 40);
/// The level that is asked for.
const LEVEL: Field = Field::needed("level", Kind::Choice(&["2", "3", "4"]), 1);
/// Certified work before the registration.
const CAREER: Group = Group::list(
    "career",
    0,
    30,
    &[
        Field::needed("what", Kind::Choice(&CAREERS), 20),
        Field::needed("from", Kind::Month, 7),
        Field::needed("to", Kind::Month, 7),
        Field::needed("certifier", Kind::Choice(&CERTIFIERS), 20),
        Field::new("company", Kind::Company, 14),
        Field::needed("certifier_name", Kind::CompanyName, 80).when(without_company_id),
        Field::needed("paper", Kind::Paper(PaperUse::Certificate), 26),
    ],
)
.texts_of(NAME);

const NAME: &str = "level-application";

/// Of a registration that may ask for a level at the same time (ワンストップ申請): who files it sets the field.
pub(super) const OFFERED: Field = Field::new("one_stop", Kind::Given, 3);

/// The step of a registration that asks for a level at the same time: by a company, for a worker who registers in detail.
pub(super) const ONE_STOP: Group = Group::once(
    "level",
    &[
        Field::new("with_level", Kind::YesNo, 3),
        FIELD.when(with_registration),
        LEVEL.when(with_registration),
    ],
)
.when(|fields| fields.yes("one_stop") && fields.get("registration") == "detailed");

/// The step after it.
pub(super) const ONE_STOP_CAREER: Group = CAREER.when(with_registration);

/// Does a registration ask for a level at the same time?
#[must_use]
pub fn with_registration(fields: &Fields) -> bool {
    (ONE_STOP.asked)(fields) && fields.yes("with_level")
}

/// Is this field about a level, and so nothing that a worker is registered with?
pub(super) fn is_of_level(name: &str) -> bool {
    let in_list = name.strip_prefix(CAREER.name).is_some_and(|part| part.starts_with('.'));
    in_list || name == OFFERED.name || ONE_STOP.fields.iter().any(|field| field.name == name)
}

/// The form.
pub static FORM: Form = Form {
    name: NAME,
    groups: &[
        Group::once(
            "level",
            &[
                Field::new("name", Kind::Given, 80),
                Field::new("name_kana", Kind::Given, 120),
                Field::new("email", Kind::Given, 200),
                Field::new("language", Kind::Given, 2),
                FIELD,
                LEVEL,
            ],
        ),
        CAREER,
        Group::once(
            "proxy",
            &[
                Field::new("proxy", Kind::Given, 10),
                Field::needed("worker_consent_paper", Kind::Paper(PaperUse::Consent), 26),
                Field::needed("employer_consent_paper", Kind::Paper(PaperUse::Consent), 26)
                    .when(|fields| fields.get("proxy") == "other"),
            ],
        )
        .when(|fields| fields.has("proxy")),
        Group::once("sure", &[Field::needed("consent_true", Kind::Consent, 3)]),
    ],
    rules: possible_months,
};

/// Rules of a registration that asks for a level at the same time.
pub(super) fn one_stop_rules(fields: &Fields, context: Context<'_>, faults: &mut Faults) {
    if !with_registration(fields) {
        return;
    }
    possible_months(fields, context, faults);
    let codes = fields.entries("trade").into_iter();
    let trades = codes.filter_map(|number| fields.get(&format!("trade.{number}.code")).parse().ok());
    let judged = fields_for(context.masters.levels(), trades, context.today);
    if fields.has("field") && !judged.iter().any(|field| field.id == fields.get("field")) {
        faults.add("field", "field-level-trade-not-named");
    }
}

fn possible_months(fields: &Fields, context: Context<'_>, faults: &mut Faults) {
    let now = context.today.month();
    for number in fields.entries("career") {
        let of = |part: &str| fields.get(&format!("career.{number}.{part}")).parse::<YearMonth>().ok();
        let (Some(from), Some(to)) = (of("from"), of("to")) else {
            continue;
        };
        if to < from {
            faults.add(format!("career.{number}.to"), "field-month-turned-round");
        } else if to > now {
            faults.add(format!("career.{number}.to"), "field-future-month");
        } else if from < now.years_earlier(MOST_YEARS) {
            faults.add(format!("career.{number}.from"), "field-month-too-early");
        }
    }
}

/// Nobody has worked for longer.
const MOST_YEARS: i16 = 70;

/// The wanted level; none: not chosen.
#[must_use]
pub fn wanted(fields: &Fields) -> Option<u8> {
    fields.get("level").parse().ok().filter(|level| (2..=4).contains(level))
}

/// The certified time. Lines that cannot be read certify nothing.
#[must_use]
pub fn certified(fields: &Fields) -> Vec<Period> {
    let entries = fields.entries("career").into_iter();
    entries
        .filter_map(|number| {
            let of = |part: &str| fields.get(&format!("career.{number}.{part}")).to_owned();
            Some(Period {
                career: Career::from_word(&of("what"))?,
                from: of("from").parse().ok()?,
                to: of("to").parse().ok()?,
            })
        })
        .collect()
}

/// The days by whose criteria an application is judged: that of the decision and, for the better of the two, that on which it was sent.
/// What the bodies do when criteria change in between was not read: our rule, `level_better_edition`.
#[must_use]
pub fn judged_on(sent: Option<WorkDay>, decided: WorkDay, better_of_two: bool) -> Vec<WorkDay> {
    let earlier = sent.filter(|sent| better_of_two && *sent < decided);
    std::iter::once(decided).chain(earlier).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::master::Masters;

    fn faults(fields: &[(&str, &str)]) -> Vec<String> {
        let masters = Masters::embedded().unwrap();
        let context = Context {
            masters: &masters,
            today: "2026-11-26".parse().unwrap(),
        };
        let base = [("field", "scaffolding_tobi"), ("level", "3"), ("consent_true", "yes")];
        let fields: Fields = base.iter().chain(fields).copied().collect();
        FORM.check(&fields, context)
            .all()
            .iter()
            .map(|fault| format!("{} {}", fault.field, fault.key))
            .collect()
    }

    #[test]
    fn a_certificate_holds_possible_months() {
        let line = |from: &'static str, to: &'static str| {
            [
                ("career.0.what", "work"),
                ("career.0.from", from),
                ("career.0.to", to),
                ("career.0.certifier", "employer"),
                ("career.0.certifier_name", "架空工務店"),
                ("career.0.paper", "x"),
            ]
        };
        let cases = [
            ("2015-04", "2020-03", ""),
            ("2015-04", "2015-04", ""),
            ("2015-04", "2015-03", "career.0.to field-month-turned-round"),
            ("2026-10", "2026-12", "career.0.to field-future-month"),
            ("1956-10", "2020-03", "career.0.from field-month-too-early"),
            ("2015-13", "2020-03", "career.0.from field-month"),
        ];
        for (from, to, fault) in cases {
            let found = faults(&line(from, to));
            assert_eq!(found.first().map_or("", String::as_str), fault, "{from} {to}: {found:?}");
        }
        assert!(faults(&[]).is_empty(), "no certificate is needed");
        assert_eq!(faults(&[("field", "nothing")]), ["field field-choice"]);
    }

    #[test]
    fn certified_time_is_read_line_by_line() {
        let fields: Fields = [
            ("career.0.what", "work"),
            ("career.0.from", "2015-04"),
            ("career.0.to", "2020-03"),
            ("career.1.what", "foreman"),
            ("career.1.from", "2018-01"),
            ("career.2.what", "cook"),
            ("career.2.from", "2018-01"),
            ("career.2.to", "2018-02"),
        ]
        .into_iter()
        .collect();
        let periods = certified(&fields);
        assert_eq!(periods.len(), 1, "{periods:?}");
        assert_eq!((periods[0].career, periods[0].to), (Career::Work, "2020-03".parse().unwrap()));
    }

    #[test]
    fn the_better_of_two_editions() {
        let day = |text: &str| text.parse::<WorkDay>().unwrap();
        let cases = [
            (Some("2026-11-01"), true, vec!["2026-11-26", "2026-11-01"]),
            (Some("2026-11-26"), true, vec!["2026-11-26"]),
            (None, true, vec!["2026-11-26"]),
            (Some("2026-11-01"), false, vec!["2026-11-26"]),
        ];
        for (sent, better, days) in cases {
            let days: Vec<WorkDay> = days.into_iter().map(day).collect();
            assert_eq!(judged_on(sent.map(day), day("2026-11-26"), better), days);
        }
    }
}
