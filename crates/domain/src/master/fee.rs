//! Fees (料金): the price of everything that is charged, by day.

use std::collections::{BTreeMap, BTreeSet};

use super::MasterKind;
use super::table::{Fault, MasterProblem, Row, Table, Word};
use crate::time::WorkDay;

/// What is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeeItem {
    /// Company registration or its renewal (事業者登録料), for five years.
    CompanyRegistration,
    /// Simplified registration of a worker (技能者登録料 簡略型).
    WorkerSimplified,
    /// Detailed registration of a worker (技能者登録料 詳細型).
    WorkerDetailed,
    /// From simplified to detailed.
    WorkerUpgrade,
    /// A new card in place of one lost or damaged (カード再発行).
    CardReissue,
    /// Another card when the term of the former one comes to its end.
    CardRenewal,
    /// Judging of a level and the card in its colour (能力評価手数料).
    LevelEvaluation,
    /// Judging of a level together with the registration (ワンストップ申請): the card is that of the registration.
    LevelWithRegistration,
    /// An administrator's ID (管理者ID利用料) for a year.
    AdministratorId,
    /// The first one of a company.
    AdministratorIdFirst,
    /// That of a sole master (一人親方).
    AdministratorIdSoleMaster,
    /// Site use (現場利用料): one person at one site on one day.
    SiteUse,
}

impl FeeItem {
    /// All items.
    pub const ALL: [Self; 12] = [
        Self::CompanyRegistration,
        Self::WorkerSimplified,
        Self::WorkerDetailed,
        Self::WorkerUpgrade,
        Self::CardReissue,
        Self::CardRenewal,
        Self::LevelEvaluation,
        Self::LevelWithRegistration,
        Self::AdministratorId,
        Self::AdministratorIdFirst,
        Self::AdministratorIdSoleMaster,
        Self::SiteUse,
    ];

    /// Stored form, word of the table, and part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, item)| *item == self)
            .map_or("", |(word, _)| word)
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.word() == word)
    }
}

impl Word for FeeItem {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("company_registration", Self::CompanyRegistration),
        ("worker_simplified", Self::WorkerSimplified),
        ("worker_detailed", Self::WorkerDetailed),
        ("worker_upgrade", Self::WorkerUpgrade),
        ("card_reissue", Self::CardReissue),
        ("card_renewal", Self::CardRenewal),
        ("level_evaluation", Self::LevelEvaluation),
        ("level_with_registration", Self::LevelWithRegistration),
        ("administrator_id", Self::AdministratorId),
        ("administrator_id_first", Self::AdministratorIdFirst),
        ("administrator_id_sole_master", Self::AdministratorIdSoleMaster),
        ("site_use", Self::SiteUse),
    ];
}

/// What a company is, as far as its fees go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CompanyKind {
    /// Corporation (法人): by capital.
    Corporation,
    /// Sole trader with employees (個人事業主).
    SoleTrader,
    /// Sole master (一人親方): registered without charge.
    SoleMaster,
}

impl CompanyKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Corporation, Self::SoleTrader, Self::SoleMaster];

    /// Stored form.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Corporation => "corporation",
            Self::SoleTrader => "sole_trader",
            Self::SoleMaster => "sole_master",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl Word for Option<CompanyKind> {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("", None),
        ("corporation", Some(CompanyKind::Corporation)),
        ("sole_trader", Some(CompanyKind::SoleTrader)),
        ("sole_master", Some(CompanyKind::SoleMaster)),
    ];
}

/// Kind of a worker's registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Registration {
    /// 簡略型.
    Simplified,
    /// 詳細型.
    Detailed,
}

/// The way an application comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Through the registry's pages.
    Internet,
    /// At a certified desk (認定登録機関).
    CertifiedDesk,
    /// By mail or at an ordinary desk (closed since 2020-10).
    Desk,
}

impl Word for Option<Channel> {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("", None),
        ("internet", Some(Channel::Internet)),
        ("certified_desk", Some(Channel::CertifiedDesk)),
        ("desk", Some(Channel::Desk)),
    ];
}

/// A price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fee {
    /// Of what.
    pub item: FeeItem,
    /// Yen, as the table has it.
    pub yen: i64,
    /// Does that contain the consumption tax?
    pub tax_included: bool,
}

impl Fee {
    /// Yen to pay, tax included; a fraction of a yen is dropped.
    #[must_use]
    pub fn with_tax(self, percent: i64) -> i64 {
        if self.tax_included {
            self.yen
        } else {
            self.yen + self.yen * percent / 100
        }
    }
}

/// All prices. Whatever is asked for has one answer on every day: a price, or "not offered".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fees {
    by_key: BTreeMap<Key, Vec<Price>>,
}

/// Prices that differ in nothing but day and capital.
type Key = (FeeItem, Option<CompanyKind>, Option<Channel>, Option<i64>);

/// One row: its days and its capital bracket are rectangles that tile the whole plane of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Price {
    line: u64,
    from: Option<WorkDay>,
    to: Option<WorkDay>,
    /// Capital from this …
    above: i64,
    /// … to below that; `None`: no end.
    below: Option<i64>,
    /// `None`: not offered.
    yen: Option<i64>,
    tax_included: bool,
}

impl Price {
    fn holds_on(&self, day: Option<WorkDay>) -> bool {
        // No day at all stands for the days before every other.
        let begun = self.from.is_none() || day.is_some_and(|day| self.from.is_some_and(|from| from <= day));
        begun && self.to.is_none_or(|to| day.is_none_or(|day| day <= to))
    }
}

impl Fees {
    /// Registration of a company, new or renewed (registry rule book 3.2). `capital`: yen; asked of corporations only.
    #[must_use]
    pub fn company_registration(&self, kind: CompanyKind, capital: i64, day: WorkDay) -> Option<Fee> {
        self.at((FeeItem::CompanyRegistration, Some(kind), None, None), capital, day)
    }

    /// Registration of a worker (2.1, 2.2). `birth`: for the price of an age; unknown means the general one. `None`: not offered on
    /// that day in this way.
    #[must_use]
    pub fn worker(&self, registration: Registration, channel: Channel, birth: Option<WorkDay>, day: WorkDay) -> Option<Fee> {
        let item = match registration {
            Registration::Simplified => FeeItem::WorkerSimplified,
            Registration::Detailed => FeeItem::WorkerDetailed,
        };
        let age = birth.map(|birth| age(birth, day));
        let ages = self
            .by_key
            .range((item, None, Some(channel), None)..=(item, None, Some(channel), Some(i64::MAX)));
        // The highest age that he has reached and that has a price; the general price comes first in the order, so last here.
        ages.rev()
            .filter(|((.., least), _)| least.is_none_or(|least| age.is_some_and(|age| age >= least)))
            .find_map(|(key, _)| self.at(*key, 0, day))
    }

    /// From simplified to detailed registration.
    #[must_use]
    pub fn upgrade(&self, day: WorkDay) -> Option<Fee> {
        self.at((FeeItem::WorkerUpgrade, None, None, None), 0, day)
    }

    /// A new card.
    #[must_use]
    pub fn reissue(&self, day: WorkDay) -> Option<Fee> {
        self.at((FeeItem::CardReissue, None, None, None), 0, day)
    }

    /// Renewal of a card.
    #[must_use]
    pub fn card_renewal(&self, day: WorkDay) -> Option<Fee> {
        self.at((FeeItem::CardRenewal, None, None, None), 0, day)
    }

    /// Judging of a level, with the card.
    #[must_use]
    pub fn level_evaluation(&self, day: WorkDay) -> Option<Fee> {
        self.at((FeeItem::LevelEvaluation, None, None, None), 0, day)
    }

    /// Judging of a level with the registration; none: not offered on this day.
    #[must_use]
    pub fn level_with_registration(&self, day: WorkDay) -> Option<Fee> {
        self.at((FeeItem::LevelWithRegistration, None, None, None), 0, day)
    }

    /// An administrator's ID for a year that begins on `day` (3.3). `first`: it is the company's first.
    #[must_use]
    pub fn administrator_id(&self, kind: CompanyKind, first: bool, day: WorkDay) -> Option<Fee> {
        let item = match (kind, first) {
            (CompanyKind::SoleMaster, _) => FeeItem::AdministratorIdSoleMaster,
            (_, true) => FeeItem::AdministratorIdFirst,
            (_, false) => FeeItem::AdministratorId,
        };
        self.at((item, None, None, None), 0, day)
    }

    /// One person at one site on one day.
    #[must_use]
    pub fn site_use(&self, day: WorkDay) -> Option<Fee> {
        self.at((FeeItem::SiteUse, None, None, None), 0, day)
    }

    /// How many rows the table has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.by_key.values().map(Vec::len).sum()
    }

    fn at(&self, key: Key, capital: i64, day: WorkDay) -> Option<Fee> {
        let capital = capital.max(0);
        let price = self
            .by_key
            .get(&key)?
            .iter()
            .find(|p| p.holds_on(Some(day)) && p.above <= capital && p.below.is_none_or(|below| capital < below))?;
        price.yen.map(|yen| Fee {
            item: key.0,
            yen,
            tax_included: price.tax_included,
        })
    }
}

/// Full years on a day.
fn age(birth: WorkDay, day: WorkDay) -> i64 {
    let (birth, day) = (birth.date(), day.date());
    let before_birthday = (day.month(), day.day()) < (birth.month(), birth.day());
    i64::from(day.year() - birth.year()) - i64::from(before_birthday)
}

const COLUMNS: [&str; 13] = [
    "item",
    "kind",
    "channel",
    "age_from",
    "capital_from",
    "capital_below",
    "valid_from",
    "valid_to",
    "yen",
    "tax_included",
    "confirmed",
    "source",
    "note",
];

/// No fee and no capital is larger: a digit too many in a table is noticed.
const MOST_YEN: i64 = 10_000_000;
const MOST_CAPITAL: i64 = 100_000_000_000_000;

/// Keys that the program asks for.
fn needed() -> Vec<Key> {
    let plain = |item| (item, None, None, None);
    let mut keys: Vec<Key> = FeeItem::ALL
        .into_iter()
        .filter(|item| {
            !matches!(
                item,
                FeeItem::CompanyRegistration | FeeItem::WorkerSimplified | FeeItem::WorkerDetailed
            )
        })
        .map(plain)
        .collect();
    keys.extend(
        CompanyKind::ALL
            .into_iter()
            .map(|kind| (FeeItem::CompanyRegistration, Some(kind), None, None)),
    );
    for item in [FeeItem::WorkerSimplified, FeeItem::WorkerDetailed] {
        keys.extend([Channel::Internet, Channel::CertifiedDesk, Channel::Desk].map(|channel| (item, None, Some(channel), None)));
    }
    keys
}

/// `None` if there was a problem.
pub(super) fn read(text: &str, problems: &mut Vec<MasterProblem>) -> Option<Fees> {
    let before = problems.len();
    let table = Table::read(MasterKind::Fees, text, &COLUMNS, problems);
    let mut by_key: BTreeMap<Key, Vec<Price>> = BTreeMap::new();
    let mut rows: BTreeMap<u64, &Row> = BTreeMap::new();
    for row in &table.rows {
        row.required("source", problems);
        row.word::<bool>("confirmed", problems);
        let item = row.word::<FeeItem>("item", problems);
        let kind = row.word::<Option<CompanyKind>>("kind", problems);
        let channel = row.word::<Option<Channel>>("channel", problems);
        let age = row.whole("age_from", 1, 150, problems);
        let price = Price {
            line: row.line,
            from: row.day("valid_from", problems),
            to: row.day("valid_to", problems),
            above: row.whole("capital_from", 0, MOST_CAPITAL, problems).unwrap_or(0),
            below: row.whole("capital_below", 1, MOST_CAPITAL, problems),
            yen: row.whole("yen", 0, MOST_YEN, problems),
            tax_included: row.word::<bool>("tax_included", problems).unwrap_or(true),
        };
        if price.from.zip(price.to).is_some_and(|(from, to)| to < from) {
            row.report("valid_to", Fault::Form("not before valid_from"), problems);
        }
        if price.below.is_some_and(|below| below <= price.above) {
            row.report("capital_below", Fault::Form("above capital_from"), problems);
        }
        let (Some(item), Some(kind), Some(channel)) = (item, kind, channel) else {
            continue;
        };
        let key = (item, kind, channel, age);
        if !needed().contains(&(item, kind, channel, None)) {
            let fault = Fault::Form("kind goes with company_registration, channel with worker_simplified and worker_detailed");
            row.report("kind", fault, problems);
            continue;
        }
        rows.insert(row.line, row);
        by_key.entry(key).or_default().push(price);
    }
    if problems.len() == before {
        for key in needed().iter().filter(|key| !by_key.contains_key(key)) {
            problems.push(MasterProblem {
                kind: MasterKind::Fees,
                line: 1,
                column: "item".into(),
                found: key.0.word().into(),
                fault: Fault::KeyMissing,
            });
        }
        for prices in by_key.values() {
            tile(prices, &rows, problems);
        }
    }
    (problems.len() == before).then_some(Fees { by_key })
}

/// Checks that the prices of a key have exactly one answer for every day and every capital. It is enough to look at the days on
/// which something begins or has just ended, and at the days before all of them.
fn tile(prices: &[Price], rows: &BTreeMap<u64, &Row>, problems: &mut Vec<MasterProblem>) {
    let begins = prices.iter().map(|p| p.from);
    let ended = prices.iter().filter_map(|p| p.to.map(|to| Some(to.plus(1))));
    let days: BTreeSet<Option<WorkDay>> = begins.chain(ended).chain([None]).collect();
    let mut told = BTreeSet::new();
    let mut tell = |price: &Price, column, fault| {
        if let Some(row) = rows.get(&price.line)
            && told.insert((price.line, column))
        {
            row.report(column, fault, problems);
        }
    };
    for day in days {
        let on = day.map_or_else(|| "before the first day".to_owned(), |day| format!("on {day}"));
        let mut then: Vec<&Price> = prices.iter().filter(|p| p.holds_on(day)).collect();
        then.sort_by_key(|p| p.above);
        let Some((first, last)) = then.first().zip(then.last()) else {
            if let Some(any) = prices.first() {
                tell(any, "valid_from", Fault::Gap(on));
            }
            continue;
        };
        if first.above > 0 {
            tell(first, "capital_from", Fault::Gap(format!("{on} below this capital")));
        }
        if let Some(below) = last.below {
            tell(last, "capital_below", Fault::Gap(format!("{on} from a capital of {below}")));
        }
        for pair in then.windows(2) {
            let [lower, upper] = pair else { continue };
            match lower.below {
                Some(below) if below == upper.above => {}
                Some(below) if below < upper.above => {
                    tell(upper, "capital_from", Fault::Gap(format!("{on} from a capital of {below}")));
                }
                _ => tell(upper, "valid_from", Fault::Overlap(lower.line)),
            }
        }
    }
}

#[cfg(test)]
mod tests;
