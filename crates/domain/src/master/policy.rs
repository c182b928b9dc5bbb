//! Dated rules: deadlines, limits and fees that must never be constants of the program.

use std::collections::BTreeMap;

use super::MasterKind;
use super::table::{Fault, MasterProblem, Row, Table, Word};
use crate::time::WorkDay;

/// The rules there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Policy {
    /// Direct input (直接入力), mending (事後補正) and their approval: until the end of this many months after the work day's.
    MendingMonths,
    /// A touch further ahead of the registry's clock is refused.
    ClockAheadSeconds,
    /// Most items taken in one request.
    BatchItems,
    /// An exit without an entry that day closes the entry of the day before, if earlier than this hour.
    ExitClosesBeforeHour,
    /// Wrong passwords in a row before an account is locked for a while.
    SignInMisses,
    /// How long it is locked then.
    SignInLockMinutes,
    /// How long a signed-in session lasts.
    SessionHours,
    /// Shortest password taken.
    PasswordMinChars,
    /// Wrong passwords from one address, whatever the ID, before the address is locked for a while.
    SignInAddressMisses,
    /// Wrong security codes before the code rests for a while.
    CodeMisses,
    /// How long it rests then.
    CodeLockMinutes,
    /// Wrong security codes in all before the operator must unlock it.
    CodeBlockMisses,
    /// How long the link of a forgotten password holds.
    ResetMinutes,
    /// How long the link of a sign-up holds.
    SignUpMinutes,
    /// How long the link of an invitation to a site's organisation leads straight to it.
    InvitationLinkDays,
    /// Days after which an invitation that is not answered is told again.
    InvitationRemindDays,
    /// Days after which it is told once more, to the inviting company too.
    InvitationRemindAgainDays,
    /// Mails that strangers may ask for from one address within an hour (forgotten password, sign-up).
    MailsPerAddress,
    /// Mails that strangers may ask for to one person within an hour.
    MailsPerPerson,
    /// Months of history that a worker sees in the application.
    WorkerHistoryMonths,
    /// Site use fees (現場利用料) below this sum are carried over.
    SiteUseCarryLimitYen,
    /// For at most this many months; 0: no end.
    SiteUseCarryMonths,
    /// 1: only days that count are charged.
    SiteUseOnlyCounting,
    /// Earlier months that a closing counts again.
    SiteUseRecountMonths,
    /// Day of the following month from which a month is closed without being asked.
    SiteUseClosingDay,
    /// Years of a company registration.
    CompanyValidityYears,
    /// Months before its end from which a renewal notice stands.
    CompanyRenewalNoticeMonths,
    /// Months after its end in which it can still be renewed.
    CompanyGraceMonths,
    /// Days from an invoice to the day it is due.
    InvoiceDueDays,
    /// Days after that until use is suspended.
    SuspendAfterDueDays,
    /// Month in which the numbers of invoices begin anew.
    OperatorYearFirstMonth,
    /// Consumption tax (消費税).
    ConsumptionTaxPercent,
    /// 1: two reviewers must agree on an application.
    ReviewFourEyes,
    /// Most workers in one file of proxy applications.
    BulkWorkers,
    /// A card holds until the first birthday after so many years.
    CardYears,
    /// The same for who was of [`Self::CardSeniorAge`] or older at application.
    CardYearsSenior,
    /// Age from which [`Self::CardYearsSenior`] holds.
    CardSeniorAge,
    /// The same where no identity paper was shown and only the employer vouched.
    CardYearsVouched,
    /// Most sites in one Excel file.
    SiteSheetRows,
    /// Longest history period of a site.
    SiteMostYears,
    /// Smallest circle around a site's place on the map.
    SiteRadiusLeastMetres,
    /// Largest one.
    SiteRadiusMostMetres,
    /// Days before something runs out (card, qualification, residence) from which it is told.
    ExpiryNoticeDays,
    /// Days before that on which it is told a second time.
    ExpiryLastNoticeDays,
    /// What ends within so many days is told among what is missing.
    MissingSoonDays,
    /// After so many days the same people may be told again of the same thing.
    MissingTellDays,
    /// 1: criteria that are not confirmed judge like confirmed ones.
    LevelsUseUnconfirmed,
    /// 1: where the criteria ask for the foreman's course, days as foreman count from the month after it.
    LevelForemanAfterCourse,
    /// The day on which a level will be reached is reckoned with the pace of so many months.
    LevelPaceMonths,
    /// A worker who lacks at most so many days for the next level, and nothing else, is told to be close to it.
    LevelNearDays,
    /// A qualification that runs out within so many days is told among the levels.
    LevelRunsOutDays,
    /// Figures of fewer workers than these are not shown.
    FiguresLeastGroup,
    /// 1: a worker may apply for a level himself.
    LevelWorkerApplies,
    /// 1: an application for a level is judged by the better of the criteria of its day and of the decision's.
    LevelBetterEdition,
    /// Months for which published figures of a company (見える化評価) are shown.
    CapabilityMonths,
    /// Months before the end of a company registration from which a second notice stands.
    CompanyRenewalSecondNoticeMonths,
    /// And the last one.
    CompanyRenewalLastNoticeMonths,
    /// Months before the end of a card from which its renewal is open, and a notice says so.
    CardRenewalNoticeMonths,
    /// From which a second notice stands.
    CardRenewalSecondNoticeMonths,
    /// And the last one.
    CardRenewalLastNoticeMonths,
    /// A worker's move to another company can be told so many days ahead.
    MoveAheadDays,
    /// Wrong codes of a worker in a row at one reader (番号入力) before it takes none of his for a while.
    GateCodeMisses,
    /// How long that is.
    GateCodeRestMinutes,
    /// A worker's signed QR is good for so many seconds after it was made.
    QrSeconds,
    /// A reader may judge touches by its roster copy for so many days without a network.
    OfflineDays,
    /// Days before the deadline on which direct input that waits is told again.
    DirectRemindDays,
    /// The same for the last time.
    DirectRemindAgainDays,
    /// The hour, in Japan, of the morning's notice.
    MorningHour,
}

/// What holds for the values of a rule, beside its place in the table.
struct Shape {
    unit: &'static str,
    least: i64,
    most: i64,
}

impl Policy {
    /// The word in the table.
    #[must_use]
    pub fn key(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, policy)| *policy == self)
            .map_or("", |(key, _)| key)
    }

    fn shape(self) -> Shape {
        let (unit, least, most) = match self {
            Self::MendingMonths => ("months", 0, 120),
            Self::ClockAheadSeconds => ("seconds", 0, 86_400),
            Self::QrSeconds => ("seconds", 20, 600),
            Self::BatchItems => ("items", 1, 100_000),
            Self::ExitClosesBeforeHour => ("hour", 0, 24),
            Self::MorningHour => ("hour", 0, 23),
            Self::SignInMisses => ("times", 1, 100),
            Self::SignInLockMinutes => ("minutes", 1, 10_080),
            Self::SessionHours => ("hours", 1, 720),
            Self::PasswordMinChars => ("characters", 8, 128),
            Self::SignInAddressMisses => ("times", 1, 10_000),
            Self::CodeMisses | Self::CodeBlockMisses | Self::GateCodeMisses => ("times", 1, 100),
            Self::CodeLockMinutes | Self::GateCodeRestMinutes | Self::ResetMinutes | Self::SignUpMinutes => {
                ("minutes", 1, 10_080)
            }
            Self::InvitationLinkDays | Self::InvitationRemindDays | Self::InvitationRemindAgainDays => ("days", 1, 365),
            Self::MailsPerAddress | Self::MailsPerPerson => ("times", 1, 1_000),
            Self::WorkerHistoryMonths => ("months", 1, 1200),
            Self::SiteUseCarryLimitYen => ("yen", 0, 10_000_000),
            Self::SiteUseCarryMonths => ("months", 0, 120),
            Self::SiteUseOnlyCounting => ("0 or 1", 0, 1),
            Self::SiteUseRecountMonths => ("months", 0, 24),
            Self::SiteUseClosingDay => ("day", 1, 28),
            Self::CompanyValidityYears => ("years", 1, 50),
            Self::CompanyRenewalNoticeMonths
            | Self::CompanyRenewalSecondNoticeMonths
            | Self::CompanyRenewalLastNoticeMonths
            | Self::CardRenewalNoticeMonths
            | Self::CardRenewalSecondNoticeMonths
            | Self::CardRenewalLastNoticeMonths => ("months", 0, 24),
            Self::MoveAheadDays | Self::DirectRemindDays | Self::DirectRemindAgainDays => ("days", 0, 365),
            Self::CompanyGraceMonths => ("months", 0, 60),
            Self::InvoiceDueDays => ("days", 0, 365),
            Self::SuspendAfterDueDays => ("days", 0, 3650),
            Self::OperatorYearFirstMonth => ("month", 1, 12),
            Self::ConsumptionTaxPercent => ("percent", 0, 100),
            Self::ReviewFourEyes
            | Self::LevelsUseUnconfirmed
            | Self::LevelForemanAfterCourse
            | Self::LevelWorkerApplies
            | Self::LevelBetterEdition => ("0 or 1", 0, 1),
            Self::BulkWorkers => ("workers", 1, 5_000),
            Self::LevelPaceMonths | Self::CapabilityMonths => ("months", 1, 120),
            Self::LevelNearDays | Self::LevelRunsOutDays => ("days", 1, 730),
            Self::FiguresLeastGroup => ("workers", 2, 1_000),
            Self::CardYears | Self::CardYearsSenior | Self::CardYearsVouched => ("years", 0, 50),
            Self::CardSeniorAge => ("years", 0, 150),
            Self::SiteSheetRows => ("sites", 1, 20_000),
            Self::SiteMostYears => ("years", 1, 100),
            Self::SiteRadiusLeastMetres | Self::SiteRadiusMostMetres => ("metres", 1, 100_000),
            Self::ExpiryNoticeDays | Self::ExpiryLastNoticeDays => ("days", 0, 365),
            Self::MissingSoonDays => ("days", 0, 365),
            Self::MissingTellDays | Self::OfflineDays => ("days", 1, 90),
        };
        Shape { unit, least, most }
    }
}

impl Word for Policy {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("mending_months", Self::MendingMonths),
        ("clock_ahead_seconds", Self::ClockAheadSeconds),
        ("batch_items", Self::BatchItems),
        ("exit_closes_before_hour", Self::ExitClosesBeforeHour),
        ("sign_in_misses", Self::SignInMisses),
        ("sign_in_lock_minutes", Self::SignInLockMinutes),
        ("session_hours", Self::SessionHours),
        ("password_min_chars", Self::PasswordMinChars),
        ("sign_in_address_misses", Self::SignInAddressMisses),
        ("code_misses", Self::CodeMisses),
        ("code_lock_minutes", Self::CodeLockMinutes),
        ("code_block_misses", Self::CodeBlockMisses),
        ("reset_minutes", Self::ResetMinutes),
        ("sign_up_minutes", Self::SignUpMinutes),
        ("invitation_link_days", Self::InvitationLinkDays),
        ("invitation_remind_days", Self::InvitationRemindDays),
        ("invitation_remind_again_days", Self::InvitationRemindAgainDays),
        ("mails_per_address", Self::MailsPerAddress),
        ("mails_per_person", Self::MailsPerPerson),
        ("worker_history_months", Self::WorkerHistoryMonths),
        ("site_use_carry_limit_yen", Self::SiteUseCarryLimitYen),
        ("site_use_carry_months", Self::SiteUseCarryMonths),
        ("site_use_only_counting", Self::SiteUseOnlyCounting),
        ("site_use_recount_months", Self::SiteUseRecountMonths),
        ("site_use_closing_day", Self::SiteUseClosingDay),
        ("company_validity_years", Self::CompanyValidityYears),
        ("company_renewal_notice_months", Self::CompanyRenewalNoticeMonths),
        ("company_grace_months", Self::CompanyGraceMonths),
        ("invoice_due_days", Self::InvoiceDueDays),
        ("suspend_after_due_days", Self::SuspendAfterDueDays),
        ("operator_year_first_month", Self::OperatorYearFirstMonth),
        ("consumption_tax_percent", Self::ConsumptionTaxPercent),
        ("review_four_eyes", Self::ReviewFourEyes),
        ("bulk_workers", Self::BulkWorkers),
        ("card_years", Self::CardYears),
        ("card_years_senior", Self::CardYearsSenior),
        ("card_senior_age", Self::CardSeniorAge),
        ("card_years_vouched", Self::CardYearsVouched),
        ("site_sheet_rows", Self::SiteSheetRows),
        ("site_most_years", Self::SiteMostYears),
        ("site_radius_least_metres", Self::SiteRadiusLeastMetres),
        ("site_radius_most_metres", Self::SiteRadiusMostMetres),
        ("expiry_notice_days", Self::ExpiryNoticeDays),
        ("expiry_last_notice_days", Self::ExpiryLastNoticeDays),
        ("missing_soon_days", Self::MissingSoonDays),
        ("missing_tell_days", Self::MissingTellDays),
        ("levels_use_unconfirmed", Self::LevelsUseUnconfirmed),
        ("level_foreman_after_course", Self::LevelForemanAfterCourse),
        ("level_pace_months", Self::LevelPaceMonths),
        ("level_near_days", Self::LevelNearDays),
        ("level_runs_out_days", Self::LevelRunsOutDays),
        ("figures_least_group", Self::FiguresLeastGroup),
        ("level_worker_applies", Self::LevelWorkerApplies),
        ("level_better_edition", Self::LevelBetterEdition),
        ("capability_months", Self::CapabilityMonths),
        ("company_renewal_second_notice_months", Self::CompanyRenewalSecondNoticeMonths),
        ("company_renewal_last_notice_months", Self::CompanyRenewalLastNoticeMonths),
        ("card_renewal_notice_months", Self::CardRenewalNoticeMonths),
        ("card_renewal_second_notice_months", Self::CardRenewalSecondNoticeMonths),
        ("card_renewal_last_notice_months", Self::CardRenewalLastNoticeMonths),
        ("move_ahead_days", Self::MoveAheadDays),
        ("offline_days", Self::OfflineDays),
        ("gate_code_misses", Self::GateCodeMisses),
        ("gate_code_rest_minutes", Self::GateCodeRestMinutes),
        ("qr_seconds", Self::QrSeconds),
        ("direct_remind_days", Self::DirectRemindDays),
        ("direct_remind_again_days", Self::DirectRemindAgainDays),
        ("morning_hour", Self::MorningHour),
    ];
}

/// All rules, each with a value for every day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policies {
    by_policy: [Timeline; Policy::WORDS.len()],
}

/// The values of one rule: one to begin with, and the days on which it changes, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Timeline {
    first: i64,
    changes: Vec<(WorkDay, i64)>,
}

impl Policies {
    /// The value on a day.
    #[must_use]
    pub fn at(&self, policy: Policy, day: WorkDay) -> i64 {
        let timeline = &self.by_policy[policy as usize];
        let passed = timeline.changes.iter().rev().find(|(from, _)| *from <= day);
        passed.map_or(timeline.first, |(_, value)| *value)
    }

    /// How many rows the table has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.by_policy.iter().map(|timeline| 1 + timeline.changes.len()).sum()
    }
}

const COLUMNS: [&str; 8] = [
    "key",
    "valid_from",
    "valid_to",
    "value",
    "unit",
    "confirmed",
    "source",
    "note",
];

struct Period<'a> {
    row: &'a Row,
    from: Option<WorkDay>,
    to: Option<WorkDay>,
    value: i64,
}

/// `None` if there was a problem.
pub(super) fn read(text: &str, problems: &mut Vec<MasterProblem>) -> Option<Policies> {
    let before = problems.len();
    let table = Table::read(MasterKind::Policies, text, &COLUMNS, problems);
    let mut periods: BTreeMap<Policy, Vec<Period<'_>>> = BTreeMap::new();
    for row in &table.rows {
        row.required("source", problems);
        row.word::<bool>("confirmed", problems);
        let (from, to) = (row.day("valid_from", problems), row.day("valid_to", problems));
        let Some(policy) = row.word::<Policy>("key", problems) else {
            continue;
        };
        let shape = policy.shape();
        if row.text("unit") != shape.unit {
            row.report("unit", Fault::UnknownWord(shape.unit.into()), problems);
        }
        let value = row.text("value").parse::<i64>().ok();
        let value = value.filter(|value| (shape.least..=shape.most).contains(value));
        if value.is_none() {
            row.report("value", Fault::Range(shape.least, shape.most), problems);
        }
        let value = value.unwrap_or_default();
        periods.entry(policy).or_default().push(Period { row, from, to, value });
    }
    let mut by_policy = std::array::from_fn(|_| Timeline::default());
    for (key, policy) in Policy::WORDS {
        match periods.get_mut(policy) {
            Some(periods) => by_policy[*policy as usize] = timeline(periods, problems),
            None => problems.push(MasterProblem {
                kind: MasterKind::Policies,
                line: 1,
                column: "key".into(),
                found: (*key).into(),
                fault: Fault::KeyMissing,
            }),
        }
    }
    (problems.len() == before).then_some(Policies { by_policy })
}

/// Checks that the periods of one rule cover every day exactly once.
fn timeline(periods: &mut [Period<'_>], problems: &mut Vec<MasterProblem>) -> Timeline {
    periods.sort_by_key(|period| period.from);
    if let Some(first) = periods.first()
        && let Some(from) = first.from
    {
        first.row.report("valid_from", Fault::Gap(format!("before {from}")), problems);
    }
    for pair in periods.windows(2) {
        let [earlier, later] = pair else { continue };
        let wanted = earlier.to.map(|to| to.plus(1));
        if later.from.is_none() || wanted.is_none() || wanted > later.from {
            later.row.report("valid_from", Fault::Overlap(earlier.row.line), problems);
        } else if let (Some(wanted), true) = (wanted, wanted < later.from) {
            later
                .row
                .report("valid_from", Fault::Gap(format!("from {wanted} on")), problems);
        }
    }
    for period in periods.iter().filter(|p| p.to.is_some() && p.to < p.from) {
        period.row.report("valid_to", Fault::Form("not before valid_from"), problems);
    }
    if let Some(last) = periods.last()
        && let Some(to) = last.to
    {
        last.row.report("valid_to", Fault::Gap(format!("after {to}")), problems);
    }
    Timeline {
        first: periods.first().map_or(0, |period| period.value),
        changes: periods.iter().filter_map(|p| Some((p.from?, p.value))).collect(),
    }
}
