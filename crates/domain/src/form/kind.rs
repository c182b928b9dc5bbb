//! What belongs in a field: how it is levelled and how it is checked.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Context;
use crate::ids::CompanyId;
use crate::master::TradeCode;
use crate::time::{WorkDay, YearMonth};

/// What an uploaded paper is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaperUse {
    /// Photo for the card (顔写真).
    Photo,
    /// Shows who somebody is (本人確認書類).
    Identity,
    /// Consent (同意書).
    Consent,
    /// Proof of the company (許可通知書, 納税証明書 …).
    Proof,
    /// Certificate of a qualification (資格証).
    Certificate,
    /// Proof of insurance (社会保険 …).
    Insurance,
}

/// What belongs in a field.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// One line.
    Text,
    /// Several lines.
    Long,
    /// A person's name as on the paper.
    PersonName,
    /// A company's name.
    CompanyName,
    /// Reading in full-width katakana.
    Kana,
    /// Name in capital letters, as on passport or residence card.
    Alphabet,
    /// Seven digits.
    Postal,
    /// Code of a prefecture.
    Prefecture,
    /// Who gave a licence: `minister` or the code of a prefecture.
    Authority,
    /// Telephone or fax, kept as digits.
    Phone,
    /// E-mail address.
    Email,
    /// Birth date of somebody who may work on a site.
    BirthDay,
    /// A day up to today.
    PastDay,
    /// Any day.
    Day,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Any number of these words, kept with spaces between them.
    Many(&'static [&'static str]),
    /// `yes` or `no`.
    YesNo,
    /// Must be `yes`.
    Consent,
    /// A whole number.
    Number,
    /// So many digits, at least and at most.
    Digits(usize, usize),
    /// The last four digits of a number that is not to be known whole.
    LastFour,
    /// 法人番号: 13 digits with a check digit.
    CorporateNumber,
    /// Company ID.
    Company,
    /// Trade to the small class.
    Trade,
    /// Field of skill evaluation (能力評価の分野).
    EvaluationField,
    /// One code of a list of the master data ([`crate::master::Choice`]).
    Listed(&'static str),
    /// Any number of its codes, kept with spaces between them.
    ListedMany(&'static str),
    /// An hour of the day, from 0 to this one.
    Hour(u8),
    /// A month, `2026-11`.
    Month,
    /// A place on the map: latitude and longitude in degrees, `35.681236,139.767125`.
    Place,
    /// A code of Latin letters, digits, `-` and `_`.
    Code,
    /// One of what the use case offers, such as the company's accounts; checked there.
    Offered,
    /// Key of an uploaded paper.
    Paper(PaperUse),
    /// Set by the registry, never typed and never shown as a field.
    Given,
}

impl Kind {
    /// Is it typed into a form? Papers are uploaded, and what the registry sets is not typed.
    #[must_use]
    pub fn is_typed(self) -> bool {
        !matches!(self, Self::Paper(_) | Self::Given)
    }
}

/// Why a value does not fit: key of the sentence and its values.
pub type Misfit = (&'static str, Vec<(&'static str, String)>);

impl Kind {
    /// The value as it is kept.
    #[must_use]
    pub fn normalised(self, typed: &str) -> String {
        let line = || typed.split_whitespace().collect::<Vec<_>>().join(" ");
        let narrow = || typed.nfkc().filter(|c| !c.is_whitespace()).collect::<String>();
        match self {
            Self::Long => typed.trim().replace("\r\n", "\n"),
            Self::Text | Self::PersonName | Self::CompanyName => line().nfc().collect(),
            Self::Kana => line()
                .nfkc()
                .map(katakana)
                .collect::<String>()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            Self::Alphabet => alphabet(&line()),
            Self::Postal | Self::Phone | Self::Digits(..) | Self::CorporateNumber | Self::Company => {
                narrow().chars().filter(|c| !is_hyphen(*c)).collect()
            }
            Self::Number => narrow().replace(',', ""),
            Self::Place => place(typed).map_or_else(line, |(north, east)| format!("{north:.6},{east:.6}")),
            Self::Code | Self::Month | Self::Hour(_) => narrow(),
            Self::LastFour => {
                let digits: Vec<char> = narrow().chars().filter(|c| !is_hyphen(*c)).collect();
                digits[digits.len().saturating_sub(4)..].iter().collect()
            }
            Self::Email => narrow().to_lowercase(),
            Self::BirthDay | Self::PastDay | Self::Day => day(&narrow()),
            Self::Many(_) | Self::ListedMany(_) => line(),
            Self::Prefecture
            | Self::Listed(_)
            | Self::Offered
            | Self::Authority
            | Self::Choice(_)
            | Self::YesNo
            | Self::Consent
            | Self::Trade
            | Self::EvaluationField
            | Self::Paper(_)
            | Self::Given => typed.trim().to_owned(),
        }
    }

    /// Whether a levelled value fits.
    ///
    /// # Errors
    /// Key and values of the sentence that says why not.
    pub fn check(self, value: &str, context: Context<'_>) -> Result<(), Misfit> {
        let fits = |fits: bool, key: &'static str| if fits { Ok(()) } else { Err((key, Vec::new())) };
        let day = || value.parse::<Date>().map_err(|_| ("field-no-day", Vec::new()));
        if !matches!(self, Self::Long) && value.chars().any(char::is_control) {
            return Err(("field-control-characters", Vec::new()));
        }
        match self {
            Self::Text | Self::Long => fits(!holds_my_number(value), "field-my-number"),
            Self::PersonName => only(value, is_person_char, "field-name-characters"),
            Self::CompanyName => only(value, is_company_char, "field-name-characters"),
            Self::Kana => only(
                value,
                |c| matches!(c, 'ァ'..='ヶ' | 'ー' | '・' | ' ' | '0'..='9'),
                "field-kana-characters",
            ),
            Self::Alphabet => only(
                value,
                |c| c.is_ascii_uppercase() || " -'.,".contains(c),
                "field-alphabet-characters",
            ),
            Self::Postal => fits(digits(value) == Some(7), "field-postal"),
            Self::Prefecture => fits(context.masters.prefectures().iter().any(|p| p.code == value), "field-choice"),
            Self::Authority => fits(
                value == "minister" || context.masters.prefectures().iter().any(|p| p.code == value),
                "field-choice",
            ),
            Self::Phone => {
                let number = value.strip_prefix('+').unwrap_or(value);
                let right = match digits(number) {
                    Some(count) if value.starts_with('+') => (8..=15).contains(&count),
                    Some(count) => number.starts_with('0') && (10..=11).contains(&count),
                    None => false,
                };
                fits(right, "field-phone")
            }
            Self::Email => fits(is_email(value), "field-email"),
            Self::BirthDay => {
                let born = WorkDay::from_date(day()?);
                if born > context.today || context.today.date().year() - born.date().year() > 110 {
                    return Err(("field-birth-day", Vec::new()));
                }
                let from = may_work_from(born);
                if context.today < from {
                    return Err(("field-too-young", vec![("from", from.to_string())]));
                }
                Ok(())
            }
            Self::PastDay => fits(WorkDay::from_date(day()?) <= context.today, "field-future-day"),
            Self::Day => day().map(|_| ()),
            Self::Choice(words) => fits(words.contains(&value), "field-choice"),
            Self::Many(words) => fits(value.split(' ').all(|word| words.contains(&word)), "field-choice"),
            Self::Listed(list) => fits(context.masters.choice(list, value).is_some(), "field-choice"),
            Self::ListedMany(list) => fits(
                value.split(' ').all(|code| context.masters.choice(list, code).is_some()),
                "field-choice",
            ),
            Self::Hour(most) => fits(value.parse::<u8>().is_ok_and(|hour| hour <= most), "field-choice"),
            Self::Month => fits(value.parse::<YearMonth>().is_ok(), "field-month"),
            Self::Code => only(
                value,
                |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'),
                "field-code-characters",
            ),
            Self::Place => match place(value) {
                None => Err(("field-place", Vec::new())),
                Some((north, east)) if in_japan(north, east) => Ok(()),
                Some((north, east)) if in_japan(east, north) => Err(("field-place-swapped", Vec::new())),
                Some(_) => Err(("field-place-abroad", Vec::new())),
            },
            Self::YesNo => fits(matches!(value, "yes" | "no"), "field-choice"),
            Self::Consent => fits(value == "yes", "field-consent"),
            Self::Number => fits(value.parse::<u64>().is_ok_and(|n| n <= 1_000_000_000_000_000), "field-number"),
            Self::Digits(least, most) => {
                if digits(value).is_some_and(|count| (least..=most).contains(&count)) {
                    Ok(())
                } else if least == most {
                    Err(("field-digits", vec![("count", least.to_string())]))
                } else {
                    Err((
                        "field-digits-range",
                        vec![("least", least.to_string()), ("most", most.to_string())],
                    ))
                }
            }
            Self::LastFour => fits(digits(value) == Some(4), "field-last-four"),
            Self::CorporateNumber => {
                if digits(value) != Some(13) {
                    return Err(("field-digits", vec![("count", "13".into())]));
                }
                fits(corporate_number_fits(value), "field-corporate-number")
            }
            Self::Company => match value.parse::<CompanyId>() {
                Ok(_) => Ok(()),
                Err(crate::ids::IdError::WrongKind { .. }) => Err(("field-not-a-company-id", Vec::new())),
                Err(_) => Err(("field-company-id", Vec::new())),
            },
            Self::EvaluationField => fits(
                context
                    .masters
                    .levels()
                    .field(value)
                    .is_some_and(|field| field.edition_on(context.today).is_some()),
                "field-choice",
            ),
            Self::Trade => {
                let trade = value.parse::<TradeCode>().ok().and_then(|code| context.masters.trade(code));
                match trade {
                    Some(trade) => fits(trade.is_small(), "field-trade-small"),
                    None => Err(("field-choice", Vec::new())),
                }
            }
            Self::Offered | Self::Paper(_) | Self::Given => Ok(()),
        }
    }
}

/// Two decimal numbers as maps give them to copy: `35.6812, 139.7671`, in brackets too, with full-width digits too.
#[must_use]
pub fn place(text: &str) -> Option<(f64, f64)> {
    let plain: String = text.nfkc().collect();
    let plain = plain.trim().trim_matches(['(', ')']).replace('、', ",");
    let (north, east) = plain
        .split_once(',')
        .or_else(|| plain.trim().split_once(char::is_whitespace))?;
    let degrees = |text: &str| text.trim().parse::<f64>().ok().filter(|d| d.abs() <= 180.0);
    Some((degrees(north)?, degrees(east)?))
}

/// Roughly the rectangle that holds Japan with its outermost islands: tells a slip, not a border.
fn in_japan(north: f64, east: f64) -> bool {
    (20.0..=46.0).contains(&north) && (122.0..=154.5).contains(&east)
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '–' | '—' | '−' | 'ー' | '―')
}

/// `2026-04-01`, from `2026/4/1`, `2026年4月1日` and `20260401` too; anything else as it is.
fn day(text: &str) -> String {
    let plain = text.replace(['/', '.', '年', '月'], "-").replace('日', "");
    let parts: Vec<&str> = if plain.len() == 8 && digits(&plain) == Some(8) {
        vec![&plain[..4], &plain[4..6], &plain[6..]]
    } else {
        plain.split('-').collect()
    };
    match parts[..] {
        [year, month, day] if parts.iter().all(|part| digits(part).is_some()) => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => plain,
    }
}

/// Hiragana as katakana, the rest as it is.
fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        _ => c,
    }
}

/// Capital letters without marks, as machine-readable papers have them: NGUYEN for Nguyễn.
fn alphabet(line: &str) -> String {
    let plain = line.replace(['đ', 'Đ'], "D").replace('ß', "SS").replace(['’', '‘'], "'");
    let unmarked: String = plain.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    unmarked.to_uppercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn only(value: &str, fits: fn(char) -> bool, key: &'static str) -> Result<(), Misfit> {
    match value.chars().find(|c| !fits(*c)) {
        None => Ok(()),
        Some(c) => Err((key, vec![("character", c.to_string())])),
    }
}

/// Letters of any script (kanji outside Shift_JIS too), and the marks that names have. No pictures, no digits.
fn is_person_char(c: char) -> bool {
    c.is_alphabetic()
        || is_combining_mark(c)
        || matches!(c, ' ' | '々' | '〇' | '・' | 'ー' | '-' | '\'' | '’' | '.' | ',' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_company_char(c: char) -> bool {
    is_person_char(c) || c.is_numeric() || "()（）&＆/／＋+!！?？「」『』：:　＝=㈱㈲№".contains(c)
}

/// The count of digits, if there is nothing else.
fn digits(value: &str) -> Option<usize> {
    (!value.is_empty() && value.bytes().all(|b| b.is_ascii_digit())).then_some(value.len())
}

/// One @, something before it, a dotted name behind it. Whether it exists shows when the first mail is answered.
fn is_email(value: &str) -> bool {
    let Some((before, after)) = value.split_once('@') else {
        return false;
    };
    let part = |text: &str, more: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let labels: Vec<&str> = after.split('.').collect();
    before.len() <= 64
        && part(before, "!#$%&'*+-/=?^_`{|}~.")
        && !before.starts_with('.')
        && !before.ends_with('.')
        && labels.len() >= 2
        && labels
            .iter()
            .all(|label| part(label, "-") && !label.starts_with('-') && !label.ends_with('-'))
}

/// Check digit of a 法人番号 (the first of its 13 digits): 9 less the remainder by 9 of the digit sum with weights 1 and 2 from the right.
///
/// Source: the ministerial order on the form of corporate numbers (法人番号の指定等に関する省令, article 2).
fn corporate_number_fits(value: &str) -> bool {
    let digits: Vec<u32> = value.chars().filter_map(|c| c.to_digit(10)).collect();
    let Some((check, body)) = digits.split_first() else {
        return false;
    };
    let sum: u32 = body
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| digit * if place % 2 == 0 { 1 } else { 2 })
        .sum();
    *check == 9 - sum % 9
}

/// Whether a text holds twelve digits in a row that have the check digit of a My Number (個人番号). Such a number must never be
/// kept here (registry rule book 2.3).
///
/// Source of the check digit: 行政手続における特定の個人を識別するための番号の利用等に関する法律施行令の省令, article 5.
fn holds_my_number(text: &str) -> bool {
    let plain: String = text.nfkc().filter(|c| !c.is_whitespace() && !is_hyphen(*c)).collect();
    plain.split(|c: char| !c.is_ascii_digit()).any(|run| {
        let digits: Vec<u32> = run.chars().filter_map(|c| c.to_digit(10)).collect();
        let Some((check, body)) = digits.split_last().filter(|_| digits.len() == 12) else {
            return false;
        };
        let sum: u32 = body
            .iter()
            .rev()
            .zip(1u32..)
            .map(|(digit, n)| digit * if n <= 6 { n + 1 } else { n - 5 })
            .sum();
        let rest = sum % 11;
        *check == if rest <= 1 { 0 } else { 11 - rest }
    })
}

/// The first day on which somebody may work: the day after the 31 March that follows his 15th birthday (労働基準法 article 56; an age is
/// reached at the end of the day before the birthday, so somebody born on 1 April is with those born the day before).
fn may_work_from(born: WorkDay) -> WorkDay {
    let date = born.date();
    let after_march = (date.month(), date.day()) > (4, 1);
    let year = date.year() + 15 + i16::from(after_march);
    WorkDay::from_date(Date::new(year, 4, 1).unwrap_or(date))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::master::Masters;

    fn verdict(kind: Kind, typed: &str) -> (String, Option<&'static str>) {
        let masters = Masters::embedded().unwrap();
        let context = Context {
            masters: &masters,
            today: "2026-11-21".parse().unwrap(),
        };
        let value = kind.normalised(typed);
        let fault = kind.check(&value, context).err().map(|(key, _)| key);
        (value, fault)
    }

    #[test]
    fn values_are_levelled_and_checked() {
        use Kind as K;
        let cases: &[(Kind, &str, &str, Option<&str>)] = &[
            (K::PersonName, " 髙橋　", "髙橋", None),
            (K::PersonName, "𠮷田", "𠮷田", None),
            (K::PersonName, "山田👷", "山田👷", Some("field-name-characters")),
            (K::PersonName, "山田3", "山田3", Some("field-name-characters")),
            (K::CompanyName, "㈱みほん建設(本店) 2号", "㈱みほん建設(本店) 2号", None),
            (K::CompanyName, "みほん🏗建設", "みほん🏗建設", Some("field-name-characters")),
            (K::Kana, "やまだ ﾀﾛｳ", "ヤマダ タロウ", None),
            (K::Kana, "ヴ・ヶー", "ヴ・ヶー", None),
            (K::Kana, "山田", "山田", Some("field-kana-characters")),
            (K::Alphabet, "Nguyễn  Văn Đức", "NGUYEN VAN DUC", None),
            (K::Alphabet, "ＯＫＡＤＡ", "OKADA", None),
            (K::Alphabet, "Иванов", "ИВАНОВ", Some("field-alphabet-characters")),
            (K::Postal, "１２３－４５６７", "1234567", None),
            (K::Postal, "123-456", "123456", Some("field-postal")),
            (K::Prefecture, "13", "13", None),
            (K::Prefecture, "48", "48", Some("field-choice")),
            (K::Authority, "minister", "minister", None),
            (K::Phone, "03-0000-0000", "0300000000", None),
            (K::Phone, "090ー0000ー0000", "09000000000", None),
            (K::Phone, "+84 90 000 0000", "+84900000000", None),
            (K::Phone, "3-0000-0000", "300000000", Some("field-phone")),
            (K::Email, " Taro@Example.JP ", "taro@example.jp", None),
            (K::Email, "taro@example", "taro@example", Some("field-email")),
            (K::Email, "taro@@example.jp", "taro@@example.jp", Some("field-email")),
            (K::Email, ".taro@example.jp", ".taro@example.jp", Some("field-email")),
            (K::Day, "2026/02/29", "2026-02-29", Some("field-no-day")),
            (K::Day, "2028-02-29", "2028-02-29", None),
            (K::Day, "2026/4/1", "2026-04-01", None),
            (K::Day, "２０２６年４月１日", "2026-04-01", None),
            (K::Day, "20260401", "2026-04-01", None),
            (K::Day, "2026-4", "2026-4", Some("field-no-day")),
            (K::Day, "-4-1", "-4-1", Some("field-no-day")),
            (K::PastDay, "2026-11-22", "2026-11-22", Some("field-future-day")),
            (K::BirthDay, "1890-01-01", "1890-01-01", Some("field-birth-day")),
            (K::Choice(&["a", "b"]), "b", "b", None),
            (K::Choice(&["a", "b"]), "c", "c", Some("field-choice")),
            (K::Many(&["01", "02"]), "01  02", "01 02", None),
            (K::Many(&["01", "02"]), "01 03", "01 03", Some("field-choice")),
            (K::Consent, "no", "no", Some("field-consent")),
            (K::Number, "１，０００，０００", "1000000", None),
            (K::Number, "-5", "-5", Some("field-number")),
            (K::Number, "12.5", "12.5", Some("field-number")),
            (K::Digits(6, 6), "01234", "01234", Some("field-digits")),
            (K::Digits(1, 8), "123456789", "123456789", Some("field-digits-range")),
            (K::LastFour, "1234-567890-1", "8901", None),
            (K::LastFour, "12a4", "12a4", Some("field-last-four")),
            (K::Company, "1234 5678 9012 22", "12345678901222", None),
            (K::Company, "12345678901221", "12345678901221", Some("field-not-a-company-id")),
            (K::Company, "123", "123", Some("field-company-id")),
            (K::Trade, "01-01", "01-01", None),
            (K::Trade, "01", "01", Some("field-trade-small")),
            (K::Trade, "99-99", "99-99", Some("field-choice")),
            (K::Text, "a\u{7}b", "a\u{7}b", Some("field-control-characters")),
            (K::Listed("order_kind"), "private", "private", None),
            (K::Listed("order_kind"), "nobody", "nobody", Some("field-choice")),
            (K::Listed("no_such_list"), "private", "private", Some("field-choice")),
            (K::ListedMany("permit_trade"), "01  29", "01 29", None),
            (K::ListedMany("permit_trade"), "01 30", "01 30", Some("field-choice")),
            (K::Hour(12), "12", "12", None),
            (K::Hour(12), "13", "13", Some("field-choice")),
            (K::Month, "2026-13", "2026-13", Some("field-month")),
            (K::Code, "Ab-1_2", "Ab-1_2", None),
            (K::Code, "現場1", "現場1", Some("field-code-characters")),
            (K::Place, "(35.681236, 139.767125)", "35.681236,139.767125", None),
            (K::Place, "３５．６８１２　１３９．７６７１", "35.681200,139.767100", None),
            (
                K::Place,
                "139.767,35.681",
                "139.767000,35.681000",
                Some("field-place-swapped"),
            ),
            (K::Place, "48.85,2.35", "48.850000,2.350000", Some("field-place-abroad")),
            (K::Place, "駅前", "駅前", Some("field-place")),
            (K::Place, "35.6,139.7,1", "35.6,139.7,1", Some("field-place")),
        ];
        for (kind, typed, value, fault) in cases {
            assert_eq!(verdict(*kind, typed), ((*value).to_owned(), *fault), "{kind:?} {typed}");
        }
    }

    #[test]
    fn corporate_numbers_have_their_check_digit() {
        // Made up: body 1234 5678 9012; weights from the right 1, 2, 1, 2 …: 2+2+0+18+8+14+6+10+4+6+2+2 = 74, 74 mod 9 = 2, check digit 7.
        assert_eq!(verdict(Kind::CorporateNumber, "7-1234-5678-9012").1, None);
        for check in ["1", "2", "3", "4", "5", "6", "8", "9", "0"] {
            assert_eq!(
                verdict(Kind::CorporateNumber, &format!("{check}123456789012")).1,
                Some("field-corporate-number")
            );
        }
        assert_eq!(verdict(Kind::CorporateNumber, "123456789012").1, Some("field-digits"));
    }

    #[test]
    fn a_my_number_is_never_taken_into_a_text() {
        // Made up: 12345678901 with weights 2…7, 2…6 from the right; the sum is 1×2+0×3+9×4+8×5+7×6+6×7+5×2+4×3+3×4+2×5+1×6 = 212, 212 mod 11 = 3, check digit 8.
        for text in ["123456789018", "番号は 1234-5678-9018 です", "１２３４５６７８９０１８"] {
            assert_eq!(verdict(Kind::Text, text).1, Some("field-my-number"), "{text}");
        }
        for text in ["123456789017", "1234567890188", "電話 0300000000"] {
            assert_eq!(verdict(Kind::Text, text).1, None, "{text}");
        }
    }

    #[test]
    fn nobody_works_before_the_end_of_his_school() {
        let cases = [
            ("2011-04-01", "2026-04-01"),
            ("2011-04-02", "2027-04-01"),
            ("2011-03-31", "2026-04-01"),
            ("2012-02-29", "2027-04-01"),
            ("2011-12-31", "2027-04-01"),
        ];
        for (born, from) in cases {
            assert_eq!(may_work_from(born.parse().unwrap()).to_string(), from, "{born}");
        }
        assert_eq!(verdict(Kind::BirthDay, "2011-04-01").1, None);
        assert_eq!(verdict(Kind::BirthDay, "2011-04-02").1, Some("field-too-young"));
    }
}
