//! What the demo's companies and people are registered with: the first version of their `record`, so that a change begins with what
//! stands there. Only papers and photos are missing: nobody is made up so far. The numbers are none that are given to anybody.

use domain::WorkDay;
use domain::form::Fields;
use domain::registration::{company, worker};
use rand::SeedableRng;
use rand::rngs::StdRng;
use store::{Sql, StoreError, Tx, values};

use super::{Company, Made, Worker};
use crate::made_up::person_name;
use crate::rooms::application::take_over::{self, Version};

/// Who wrote it.
pub(super) const BY: &str = "made-up";
/// A form of the worker's fixes it, so no change writes this column.
pub(in crate::made_up) const BIRTH: Sql = Sql::new("made_up.birth", "update worker set birth_day = $2 where id = $1");

/// Given names that women of the list have.
const WOMEN: [&str; 7] = ["葵", "恵", "さくら", "千尋", "遥", "美咲", "SANTOS"];
const BLOOD: [&str; 4] = ["A", "O", "B", "AB"];

/// Registers companies that stand in the table already. `first`: how many were registered before.
pub(super) async fn companies(made: &Made, tx: &Tx, first: usize, companies: &[Company]) -> Result<(), StoreError> {
    let today = made.app.clock().today();
    for (n, company) in companies.iter().enumerate() {
        let version = first_version(made, of_company(first + n, company, today));
        take_over::company(tx, BY, company.id, None, &[version]).await?;
    }
    Ok(())
}

/// Registers a worker who stands in the table already.
pub(super) async fn worker_with(made: &Made, tx: &Tx, worker: &Worker, fields: Fields) -> Result<(), StoreError> {
    let born: Option<WorkDay> = fields.get("birth_day").parse().ok();
    tx.run(&BIRTH, values![worker.id.to_string(), born.map(WorkDay::to_number)])
        .await?;
    let version = first_version(made, fields);
    take_over::worker(&made.app, tx, BY, worker.id, None, &[version]).await
}

fn first_version(made: &Made, fields: Fields) -> Version {
    Version {
        number: 1,
        at: made.app.clock().now(),
        fields,
    }
}

/// The `n`th company.
fn of_company(n: usize, named: &Company, today: WorkDay) -> Fields {
    let (representative, representative_kana) = somebody(2 * n);
    let (manager, manager_kana) = somebody(2 * n + 1);
    let mut fields: Fields = [
        ("name", named.name.as_str()),
        ("name_kana", &named.kana),
        ("representative", &representative),
        ("representative_kana", &representative_kana),
        ("prefecture", "13"),
        ("city", "架空市"),
        ("manager", &manager),
        ("manager_kana", &manager_kana),
        ("manager_department", "総務部"),
        ("licence_held", "yes"),
        ("licence_authority", "13"),
        ("licence_class", "general"),
        ("business", "02 05 11"),
        ("kentaikyo", "yes"),
        ("chutaikyo", "no"),
        ("consent_terms", "yes"),
        ("consent_privacy", "yes"),
    ]
    .into_iter()
    .collect();
    fields.set("postal", format!("100{n:04}"));
    fields.set("street", format!("本町{}-{}", n % 9 + 1, n % 20 + 1));
    fields.set("phone", format!("0300000{n:03}"));
    fields.set("manager_phone", format!("0300001{n:03}"));
    fields.set("email", format!("office{n}@example.jp"));
    fields.set("licence_number", format!("99{n:04}"));
    fields.set("licence_until", today.plus(900).to_string());
    fields.set("kentaikyo_number", format!("9900{n:03}"));
    let alone = named.name.contains("一人親方");
    let insured = if alone { "exempt" } else { "joined" };
    for name in ["health_insurance", "pension_insurance", "employment_insurance"] {
        fields.set(name, insured);
    }
    if alone {
        fields.set("kind", "sole_master");
        fields.set("representative_title", "代表");
    } else {
        fields.set("kind", "corporation");
        fields.set("corporate_number", corporate_number(n));
        fields.set("representative_title", "代表取締役");
        fields.set("capital_yen", "20000000");
    }
    company::FORM.pruned(&fields)
}

/// A name and its kana, the same for the same `n`.
fn somebody(n: usize) -> (String, String) {
    let mut random = StdRng::seed_from_u64(u64::try_from(n).unwrap_or(0));
    loop {
        let (name, kana, language) = person_name(&mut random);
        if language == "ja" {
            return (name, kana);
        }
    }
}

/// A number with the right check digit, in a range where none is given.
fn corporate_number(n: usize) -> String {
    let body = format!("99{n:010}");
    let sum: u32 = body
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .sum();
    format!("{}{body}", 9 - sum % 9)
}

/// The `n`th worker of his company: what stands beside insurance and courses.
pub(super) fn of_worker(n: usize, named: &Worker, today: WorkDay) -> Fields {
    let country = match named.language {
        "vi" => "VN",
        "id" => "ID",
        "en" => "PH",
        _ => "",
    };
    let foreign = !country.is_empty();
    let (family, given) = named.name.split_once(' ').unwrap_or((&named.name, ""));
    let (family_kana, given_kana) = named.kana.split_once(' ').unwrap_or((&named.kana, ""));
    let woman = WOMEN.contains(&given);
    let mut fields: Fields = [
        ("registration", if named.detailed { "detailed" } else { "simplified" }),
        ("japanese", if foreign { "no" } else { "yes" }),
        ("country", country),
        ("language", named.language),
        ("family_name", family),
        ("given_name", given),
        ("family_kana", family_kana),
        ("given_kana", given_kana),
        ("family_alphabet", if foreign { family } else { "" }),
        ("given_alphabet", if foreign { given } else { "" }),
        ("sex", if woman { "female" } else { "male" }),
        ("blood_type", BLOOD.get(n % BLOOD.len()).copied().unwrap_or_default()),
        ("prefecture", "13"),
        ("city", "架空市"),
        ("emergency_relation", "家族"),
        ("identity", if foreign { "residence_card" } else { "driving_licence" }),
        ("blood_pressure_high", "124"),
        ("blood_pressure_low", "78"),
        ("consent_terms", "yes"),
        ("consent_privacy", "yes"),
    ]
    .into_iter()
    .collect();
    let (year, month, day) = (1966 + n * 7 % 38, n % 12 + 1, n * 5 % 28 + 1);
    fields.set("birth_day", format!("{year}-{month:02}-{day:02}"));
    fields.set("postal", format!("101{:04}", n * 37 % 10_000));
    fields.set("street", format!("みどり台{}-{}", n % 9 + 1, n % 30 + 1));
    fields.set("mobile", format!("0900000{:04}", n * 131 % 10_000));
    fields.set("email", format!("{}@example.jp", named.handle));
    fields.set("emergency_name", format!("{family} {}", if woman { "明" } else { "恵" }));
    fields.set("emergency_phone", format!("0900001{:04}", n * 131 % 10_000));
    fields.set("check_up", today.plus(-120).to_string());
    if let Some((company, from)) = named.employer {
        fields.set("employer.0.company", company.to_string());
        fields.set("employer.0.from", from.to_string());
    }
    for (number, trade) in named.trades.iter().enumerate() {
        fields.set(format!("trade.{number}.code"), trade.to_string());
        fields.set(format!("trade.{number}.since"), today.plus(-3_000).to_string());
    }
    fields
}

/// As it is kept: without what is not asked of him.
pub(super) fn kept(fields: &Fields) -> Fields {
    worker::FORM.pruned(&worker::FORM.normalised(fields))
}

#[cfg(test)]
mod tests {
    use domain::registration::{Context, Faults, Form, Kind};
    use domain::{Masters, TradeCode};

    use super::*;
    use crate::made_up::{company_id, company_name};

    /// What the form has against it, but for the papers that nobody has made up.
    fn faults(form: &'static Form, fields: &Fields, context: Context<'_>) -> Vec<String> {
        let is_paper = |name: &str| form.find(name).is_some_and(|(_, field)| matches!(field.kind, Kind::Paper(_)));
        let faults: Faults = form.check(fields, context);
        let told = faults.all().iter().filter(|fault| !is_paper(&fault.field));
        told.map(|fault| format!("{}: {}", fault.field, fault.key)).collect()
    }

    #[test]
    fn made_up_registrations_are_as_the_forms_want_them() {
        let today: WorkDay = "2026-11-20".parse().unwrap();
        let masters = Masters::embedded().unwrap();
        let context = Context {
            masters: &masters,
            today,
        };
        let mut random = StdRng::seed_from_u64(5);
        let trades: Vec<TradeCode> = ["33-01", "01-01"].iter().map(|code| code.parse().unwrap()).collect();
        let mut languages = std::collections::BTreeSet::new();
        for n in 0..200 {
            let (name, kana) = match n % 9 {
                8 => ("つぐみ組（一人親方）".to_owned(), "ツグミグミ".to_owned()),
                _ => company_name(n),
            };
            let id = company_id(&mut random);
            let company = of_company(n, &Company { id, name, kana }, today);
            assert_eq!(faults(&company::FORM, &company, context), Vec::<String>::new(), "{company:?}");
            let mut worker = crate::made_up::worker(&mut random, Some((id, today.plus(-400))), &trades);
            worker.detailed = n % 5 != 0;
            languages.insert(worker.language);
            let fields = super::super::papers::asked(n, &worker, of_worker(n, &worker, today), today);
            assert_eq!(faults(&worker::FORM, &fields, context), Vec::<String>::new(), "{fields:?}");
            assert_eq!(
                (worker::name(&fields), worker::kana(&fields)),
                (worker.name, worker.kana),
                "the same name in lists and on the form"
            );
        }
        assert!(languages.len() > 2, "people from abroad too");
    }
}
