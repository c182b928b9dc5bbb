//! How alike two registrations are: what the reviewer is shown before he approves, so that nobody is registered twice.
//!
//! A person is sought by kana and birth date, by telephone, and by his name in letters, where word order and spelling vary
//! (NGUYEN VAN DUC, DUC NGUYEN). A company by corporate number, licence, telephone and name.

use std::collections::BTreeSet;

use strsim::jaro_winkler;

/// From which likeness two names in letters are shown as perhaps the same.
pub const NAMES_ALIKE: f64 = 0.9;

/// Likeness of two names in letters, 0 to 1: words are matched with their best partner, whatever their order.
#[must_use]
pub fn names(one: &str, other: &str) -> f64 {
    let words = |name: &str| -> Vec<String> {
        name.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_uppercase)
            .collect()
    };
    let (one, other) = (words(one), words(other));
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    let (few, many) = if one.len() <= other.len() {
        (&one, &other)
    } else {
        (&other, &one)
    };
    let mut free: BTreeSet<usize> = (0..many.len()).collect();
    let mut sum = 0.0;
    let mut letters = 0.0;
    for word in few {
        let best = free
            .iter()
            .map(|place| (*place, jaro_winkler(word, &many[*place])))
            .max_by(|(_, a), (_, b)| a.total_cmp(b));
        if let Some((place, likeness)) = best {
            free.remove(&place);
            let both = word.chars().count() + many[place].chars().count();
            let weight = f64::from(u32::try_from(both).unwrap_or(u32::MAX));
            sum += likeness * weight;
            letters += weight;
        }
    }
    // A middle name left out costs a little, not everything.
    let left_out = f64::from(u32::try_from(free.len()).unwrap_or(u32::MAX));
    (sum / letters - 0.03 * left_out).max(0.0)
}

/// A company's name without what says only its legal form, and without width and spaces: 株式会社みほん and （株）みほん are one.
#[must_use]
pub fn bare_company_name(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let mut bare: String = name.nfkc().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    for form in [
        "株式会社",
        "有限会社",
        "合同会社",
        "合資会社",
        "合名会社",
        "(株)",
        "(有)",
        "(同)",
    ] {
        bare = bare.replace(form, "");
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_and_order_do_not_hide_the_same_person() {
        let alike = [
            ("NGUYEN VAN DUC", "NGUYEN VAN DUC"),
            ("NGUYEN VAN DUC", "DUC NGUYEN VAN"),
            ("NGUYEN VAN DUC", "NGUYEN DUC"),
            ("NGUYEN VAN DUC", "NGUYEN VAN DUK"),
            ("SATO TARO", "SATOH TARO"),
            ("BUDI SANTOSO", "Santoso, Budi"),
        ];
        for (one, other) in alike {
            assert!(names(one, other) >= NAMES_ALIKE, "{one} / {other}: {}", names(one, other));
            assert!((names(one, other) - names(other, one)).abs() < 1e-9, "either way round");
        }
        let different = [
            ("NGUYEN VAN DUC", "TRAN THI MAI"),
            ("SATO TARO", "SUZUKI TARO"),
            ("SATO TARO", ""),
            ("BUDI SANTOSO", "AGUS SETIAWAN"),
        ];
        for (one, other) in different {
            assert!(names(one, other) < NAMES_ALIKE, "{one} / {other}: {}", names(one, other));
        }
    }

    #[test]
    fn legal_forms_do_not_tell_companies_apart() {
        for name in ["株式会社みほん", "（株）みほん", "㈱ みほん", "みほん㈲"] {
            assert_eq!(bare_company_name(name), "みほん", "{name}");
        }
    }
}
