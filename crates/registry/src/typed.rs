//! What people type, taken in the same way everywhere: texts of one line, and words to search by.

use unicode_normalization::UnicodeNormalization;
use web::FieldErrors;

/// A text of one line, trimmed. What is wrong with it is noted under `field`.
pub(crate) fn line(errors: &mut FieldErrors, field: &'static str, typed: &str, most: usize, needed: bool) -> String {
    let text = typed.trim();
    if needed && text.is_empty() {
        errors.add(field, "field-needed");
    } else if text.chars().count() > most {
        errors.add_with(field, "field-too-long", vec![("most", most.into())]);
    } else if text.chars().any(char::is_control) {
        errors.add(field, "field-control-characters");
    }
    text.to_owned()
}

/// A key of ours (ULID or part of a hash) from an address: anything else is nobody's, and never reaches the database.
pub(crate) fn key(text: &str) -> Option<&str> {
    (text.len() == 26 && text.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(text)
}

/// Words of a search box, as patterns for `like … escape '\'`. Spaces do not matter: the column is compared without them.
pub(crate) struct Search {
    /// As typed, for the page.
    pub(crate) typed: String,
    /// For names, in small letters.
    pub(crate) name: String,
    /// For kana (katakana whatever was typed) and for IDs (digits however they were typed).
    pub(crate) kana_or_id: String,
}

impl Search {
    /// From what was typed; an empty text finds everything.
    pub(crate) fn new(typed: &str) -> Self {
        // PostgreSQL takes no NUL, and nobody searches for the other control characters.
        let typed: String = typed.trim().chars().filter(|c| !c.is_control()).take(100).collect();
        let kana_or_id = typed.nfkc().map(katakana).filter(|c| *c != '-').collect::<String>();
        Self {
            name: pattern(&typed),
            kana_or_id: pattern(&kana_or_id),
            typed,
        }
    }
}

fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars().filter(|c| !c.is_whitespace()) {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Hiragana as katakana, the rest as it is.
pub(crate) fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_forgives_how_it_is_typed() {
        let cases = [
            ("", "%%", "%%"),
            ("  ABC 建設 ", "%abc建設%", "%abc建設%"),
            ("やまだ　たろう", "%やまだたろう%", "%ヤマダタロウ%"),
            ("ﾔﾏﾀﾞ", "%ﾔﾏﾀﾞ%", "%ヤマダ%"),
            ("１２３４ 5678-90", "%１２３４5678-90%", "%1234567890%"),
            ("a\0b\n", "%ab%", "%ab%"),
            ("100%_\\", "%100\\%\\_\\\\%", "%100\\%\\_\\\\%"),
        ];
        for (typed, name, kana_or_id) in cases {
            let search = Search::new(typed);
            assert_eq!(
                (search.name.as_str(), search.kana_or_id.as_str()),
                (name, kana_or_id),
                "{typed}"
            );
        }
    }

    #[test]
    fn keys_are_told_from_what_people_send() {
        assert!(key("01J0000000ABCDEFGHJKMNPQRS").is_some());
        for bad in [
            "",
            "x",
            "01J0000000ABCDEFGHJKMNPQR\0",
            "01J0000000ABCDEFGHJKMNPQRS1",
            "../../etc/passwd..........",
        ] {
            assert_eq!(key(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn lines_are_trimmed_and_checked() {
        let mut errors = FieldErrors::new();
        assert_eq!(line(&mut errors, "ok", "  鉄筋工事 ", 4, true), "鉄筋工事");
        assert_eq!(line(&mut errors, "empty_is_fine", " ", 4, false), "");
        assert!(errors.is_empty());
        line(&mut errors, "needed", "  ", 4, true);
        line(&mut errors, "long", "鉄筋工事一式", 4, true);
        line(&mut errors, "control", "a\nb", 4, true);
        let t = web::Texts::new([]).t(web::Language::En);
        let said = ["needed", "long", "control"].map(|field| errors.at(&t, field).unwrap_or_default());
        let starts = ["Please fill", "At most 4", "There are characters"];
        assert!(
            said.iter().zip(starts).all(|(said, start)| said.starts_with(start)),
            "{said:?}"
        );
    }
}
