//! What a worker is registered with when he leaves a company or joins one (所属事業者の変更): registry rule book 2.7.

use super::Fields;
use crate::time::WorkDay;

/// What an employer arranges for its people: it is no business of the next one (registry rule book 2.7), so it goes with the tie and is
/// filled in again. The number of the retirement aid fund (建退共) is the worker's own and stays.
pub const EMPLOYER_OWNED: [&str; 8] = [
    "health_insurance",
    "health_insurer",
    "pension_insurance",
    "employment_insurance",
    "employment_number",
    "chutaikyo",
    "chutaikyo_number",
    "insurance_paper",
];

/// What is left when the worker leaves a company: its entry is gone, and, if it was the main one, what it arranged for him.
#[must_use]
pub fn without_employer(fields: &Fields, company: &str) -> Fields {
    let mut left = fields.clone();
    let named = |fields: &Fields, number: usize| fields.get(&format!("employer.{number}.company")) == company;
    let was_main = fields.entries("employer").first().is_some_and(|first| named(fields, *first));
    while let Some(number) = left.entries("employer").into_iter().find(|number| named(&left, *number)) {
        left.remove_entry("employer", number);
    }
    if was_main {
        clear_employer_owned(&mut left);
    }
    left
}

/// What is registered when a worker joins a company. As the main one it comes first, and what another one arranged is cleared.
#[must_use]
pub fn with_employer(fields: &Fields, company: &str, from: WorkDay, main: bool) -> Fields {
    let numbers = fields.entries("employer");
    let of = |number: usize| fields.get(&format!("employer.{number}.company"));
    // An application named it already, with what it arranges.
    if numbers.iter().any(|number| of(*number) == company) {
        return fields.clone();
    }
    let mut joined: Fields = fields.iter().filter(|(name, _)| !name.starts_with("employer.")).collect();
    let (own, others) = if main { (0, 1) } else { (numbers.len(), 0) };
    for (place, number) in numbers.iter().enumerate() {
        for part in ["company", "name", "address", "email", "from"] {
            let value = fields.get(&format!("employer.{number}.{part}"));
            joined.set(format!("employer.{}.{part}", place + others), value);
        }
    }
    joined.set(format!("employer.{own}.company"), company);
    joined.set(format!("employer.{own}.from"), from.to_string());
    if main {
        clear_employer_owned(&mut joined);
    }
    joined
}

/// Takes out what the employer arranged.
pub fn clear_employer_owned(fields: &mut Fields) {
    for name in EMPLOYER_OWNED {
        fields.set(name, "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered() -> Fields {
        [
            ("family_name", "見本"),
            ("employer.0.company", "A"),
            ("employer.0.from", "2020-04-01"),
            ("employer.1.company", "B"),
            ("employer.1.from", "2024-04-01"),
            ("health_insurance", "kyokai"),
            ("employment_number", "1234"),
            ("kentaikyo", "yes"),
            ("kentaikyo_number", "12345"),
        ]
        .into_iter()
        .collect()
    }

    #[test]
    fn what_the_main_employer_arranged_goes_with_it() {
        let left = without_employer(&registered(), "A");
        assert_eq!(left.get("employer.0.company"), "B");
        assert!(!left.has("employer.1.company") && !left.has("health_insurance") && !left.has("employment_number"));
        assert_eq!(left.get("kentaikyo_number"), "12345", "the worker's own");
        let left = without_employer(&registered(), "B");
        assert_eq!(
            (left.get("employer.0.company"), left.get("health_insurance")),
            ("A", "kyokai")
        );
        assert!(left.entries("employer") == [0]);
        assert_eq!(without_employer(&registered(), "C"), registered());
    }

    #[test]
    fn a_new_main_employer_sees_nothing_of_what_others_arranged() {
        let day: WorkDay = "2026-12-01".parse().unwrap();
        let joined = with_employer(&registered(), "C", day, true);
        let order: Vec<&str> = (0..3)
            .map(|n| ["employer.0.company", "employer.1.company", "employer.2.company"][n])
            .map(|name| joined.get(name))
            .collect();
        assert_eq!(order, ["C", "A", "B"]);
        assert_eq!(
            (joined.get("employer.0.from"), joined.get("employer.2.from")),
            ("2026-12-01", "2024-04-01")
        );
        assert!(!joined.has("health_insurance"));
        let beside = with_employer(&registered(), "C", day, false);
        assert_eq!(
            (beside.get("employer.2.company"), beside.get("health_insurance")),
            ("C", "kyokai")
        );
        // Named by an application, with the insurance of the new one: nothing is taken away.
        assert_eq!(with_employer(&registered(), "A", day, true), registered());
    }
}
