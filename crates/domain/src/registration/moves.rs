//! How an application moves: one table, which draws the buttons and guards the use cases.
//!
//! Registry rule book 2.5 and 3.1: a worker pays before the review, a company after it; an application that is returned and sent again
//! is a main path, not an exception; the applicant may take it back to correct it while it is under review.

use serde::{Deserialize, Serialize};

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being written (下書き).
    Draft,
    /// Sent, the fee is not paid yet (お支払い待ち).
    AwaitingPayment,
    /// Sent, nobody has taken it up (審査待ち).
    Waiting,
    /// A reviewer has taken it up (審査中).
    UnderReview,
    /// One reviewer has approved, a second one is to look (再確認待ち).
    SecondLook,
    /// Back with the applicant, with marks (差戻し).
    Returned,
    /// Done (登録済み).
    Registered,
    /// Refused for good (却下).
    Rejected,
    /// Taken back by the applicant (取下げ).
    Withdrawn,
}

impl State {
    /// All states.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::AwaitingPayment,
        Self::Waiting,
        Self::UnderReview,
        Self::SecondLook,
        Self::Returned,
        Self::Registered,
        Self::Rejected,
        Self::Withdrawn,
    ];

    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::AwaitingPayment => "awaiting_payment",
            Self::Waiting => "waiting",
            Self::UnderReview => "under_review",
            Self::SecondLook => "second_look",
            Self::Returned => "returned",
            Self::Registered => "registered",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Does nothing move it any more?
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Registered | Self::Rejected | Self::Withdrawn)
    }

    /// May the applicant write in it?
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

/// What can be done with an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// The applicant sends it (申請する).
    Submit,
    /// The fee has come in.
    Pay,
    /// A reviewer takes it up (審査を始める).
    Take,
    /// The reviewer puts it back into the queue.
    PutBack,
    /// The reviewer sends it back with marks (差戻し).
    Return,
    /// The reviewer approves (承認).
    Approve,
    /// A second reviewer confirms.
    Confirm,
    /// The reviewer refuses for good (却下).
    Reject,
    /// The applicant takes it back to correct it (申請中の修正).
    Reopen,
    /// The applicant gives it up (取下げ).
    Withdraw,
}

impl Move {
    /// All moves.
    pub const ALL: [Self; 10] = [
        Self::Submit,
        Self::Pay,
        Self::Take,
        Self::PutBack,
        Self::Return,
        Self::Approve,
        Self::Confirm,
        Self::Reject,
        Self::Reopen,
        Self::Withdraw,
    ];

    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Pay => "pay",
            Self::Take => "take",
            Self::PutBack => "put_back",
            Self::Return => "return",
            Self::Approve => "approve",
            Self::Confirm => "confirm",
            Self::Reject => "reject",
            Self::Reopen => "reopen",
            Self::Withdraw => "withdraw",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.word() == word)
    }
}

/// Why an application comes back (不備コード): typed, so that they can be counted and are said the same way to everybody. OUR RULE: the
/// codes of the operator are not public.
pub const RETURN_REASONS: [&str; 12] = [
    "missing",
    "differs_from_paper",
    "name_spelling",
    "wrong_paper",
    "unreadable_paper",
    "expired_paper",
    "not_masked",
    "photo_unfit",
    "not_proven",
    "registered_already",
    "wrong_kind",
    "other",
];

/// Who moves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mover {
    /// Who applies, himself or as proxy.
    Applicant,
    /// The reviewer who has it, or, where nobody has it, any reviewer.
    Reviewer,
    /// A reviewer other than the one who approved first.
    SecondReviewer,
    /// The registry itself, when a payment comes in.
    Registry,
}

/// What decides between two ways from the same state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Course {
    /// A fee is due and is paid before the review (worker).
    pub pays_first: bool,
    /// It was paid already: an application that was returned is not paid twice.
    pub paid: bool,
    /// A fee is due and is paid after the review (company).
    pub pays_last: bool,
    /// Two reviewers must agree (four eyes).
    pub four_eyes: bool,
    /// The review is over: only the payment is missing.
    pub approved: bool,
}

/// Where a move leads, or `None` if it is not allowed. The whole table.
#[must_use]
pub fn lead(from: State, step: Move, mover: Mover, course: Course) -> Option<State> {
    use {Move as M, Mover as W, State as S};
    let unpaid = |first: bool| first && !course.paid;
    // After the last approval: a company with a fee pays, everybody else is registered.
    let passed = if unpaid(course.pays_last) {
        S::AwaitingPayment
    } else {
        S::Registered
    };
    Some(match (from, step, mover) {
        (S::Draft | S::Returned, M::Submit, W::Applicant) if unpaid(course.pays_first) => S::AwaitingPayment,
        (S::Draft | S::Returned, M::Submit, W::Applicant) => S::Waiting,
        (S::AwaitingPayment, M::Pay, W::Registry) if course.approved => S::Registered,
        (S::AwaitingPayment, M::Pay, W::Registry) => S::Waiting,
        (S::Waiting, M::Take, W::Reviewer) => S::UnderReview,
        (S::UnderReview, M::PutBack, W::Reviewer) => S::Waiting,
        (S::UnderReview, M::Return, W::Reviewer) | (S::SecondLook, M::Return, W::SecondReviewer) => S::Returned,
        (S::UnderReview, M::Approve, W::Reviewer) if course.four_eyes => S::SecondLook,
        (S::UnderReview, M::Approve, W::Reviewer) | (S::SecondLook, M::Confirm, W::SecondReviewer) => passed,
        (S::UnderReview, M::Reject, W::Reviewer) | (S::SecondLook, M::Reject, W::SecondReviewer) => S::Rejected,
        (S::Waiting | S::UnderReview, M::Reopen, W::Applicant) => S::Returned,
        (S::AwaitingPayment, M::Reopen, W::Applicant) if !course.approved => S::Returned,
        (S::Draft | S::AwaitingPayment | S::Waiting | S::UnderReview | S::Returned, M::Withdraw, W::Applicant) => S::Withdrawn,
        _ => return None,
    })
}

/// The moves open to somebody: what buttons he sees.
#[must_use]
pub fn open_moves(from: State, mover: Mover, course: Course) -> Vec<Move> {
    Move::ALL
        .into_iter()
        .filter(|step| lead(from, *step, mover, course).is_some())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORKER: Course = Course {
        pays_first: true,
        paid: false,
        pays_last: false,
        four_eyes: false,
        approved: false,
    };

    #[test]
    fn the_usual_ways() {
        use {Move as M, Mover as W, State as S};
        let company = Course {
            pays_first: false,
            pays_last: true,
            ..WORKER
        };
        let cases = [
            // A worker pays first, is returned once, and pays no second time.
            (S::Draft, M::Submit, W::Applicant, WORKER, Some(S::AwaitingPayment)),
            (S::AwaitingPayment, M::Pay, W::Registry, WORKER, Some(S::Waiting)),
            (S::Waiting, M::Take, W::Reviewer, WORKER, Some(S::UnderReview)),
            (S::UnderReview, M::Return, W::Reviewer, WORKER, Some(S::Returned)),
            (
                S::Returned,
                M::Submit,
                W::Applicant,
                Course { paid: true, ..WORKER },
                Some(S::Waiting),
            ),
            (
                S::UnderReview,
                M::Approve,
                W::Reviewer,
                Course { paid: true, ..WORKER },
                Some(S::Registered),
            ),
            // A company pays last.
            (S::Draft, M::Submit, W::Applicant, company, Some(S::Waiting)),
            (S::UnderReview, M::Approve, W::Reviewer, company, Some(S::AwaitingPayment)),
            (
                S::AwaitingPayment,
                M::Pay,
                W::Registry,
                Course {
                    approved: true,
                    ..company
                },
                Some(S::Registered),
            ),
            (
                S::AwaitingPayment,
                M::Reopen,
                W::Applicant,
                Course {
                    approved: true,
                    ..company
                },
                None,
            ),
            // Without a fee it is registered at once.
            (
                S::UnderReview,
                M::Approve,
                W::Reviewer,
                Course::default(),
                Some(S::Registered),
            ),
            // Four eyes: the same pair does not look twice.
            (
                S::UnderReview,
                M::Approve,
                W::Reviewer,
                Course {
                    four_eyes: true,
                    ..company
                },
                Some(S::SecondLook),
            ),
            (
                S::SecondLook,
                M::Confirm,
                W::Reviewer,
                Course {
                    four_eyes: true,
                    ..company
                },
                None,
            ),
            (
                S::SecondLook,
                M::Confirm,
                W::SecondReviewer,
                Course {
                    four_eyes: true,
                    ..company
                },
                Some(S::AwaitingPayment),
            ),
            // What is not allowed.
            (S::Draft, M::Approve, W::Reviewer, WORKER, None),
            (S::Waiting, M::Approve, W::Reviewer, WORKER, None),
            (S::UnderReview, M::Approve, W::Applicant, WORKER, None),
            (S::Registered, M::Withdraw, W::Applicant, WORKER, None),
            (S::AwaitingPayment, M::Pay, W::Applicant, WORKER, None),
        ];
        for (from, step, mover, course, to) in cases {
            assert_eq!(lead(from, step, mover, course), to, "{from:?} {step:?} {mover:?}");
        }
    }

    fn course() -> impl Strategy<Value = Course> {
        (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
            |(pays_first, paid, pays_last, four_eyes, approved)| Course {
                pays_first,
                paid,
                pays_last,
                four_eyes,
                approved,
            },
        )
    }

    fn any_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
        (0..all.len()).prop_map(|n| all[n])
    }

    const MOVERS: [Mover; 4] = [Mover::Applicant, Mover::Reviewer, Mover::SecondReviewer, Mover::Registry];

    proptest! {
        #[test]
        fn what_is_over_stays_over(from in any_of(&State::ALL), step in any_of(&Move::ALL), mover in any_of(&MOVERS), course in course()) {
            if from.is_final() {
                prop_assert_eq!(lead(from, step, mover, course), None);
            }
        }

        #[test]
        fn nobody_is_registered_past_a_reviewer_or_an_open_fee(from in any_of(&State::ALL), step in any_of(&Move::ALL), mover in any_of(&MOVERS), course in course()) {
            if lead(from, step, mover, course) == Some(State::Registered) {
                prop_assert!(mover != Mover::Applicant);
                prop_assert!(step == Move::Pay || !course.pays_last || course.paid);
                prop_assert!(step != Move::Pay || course.approved);
            }
        }

        #[test]
        fn no_state_is_a_dead_end(from in any_of(&State::ALL), course in course()) {
            let moved = MOVERS.iter().any(|mover| !open_moves(from, *mover, course).is_empty());
            prop_assert_eq!(moved, !from.is_final());
        }
    }

    #[test]
    fn words_are_read_back() {
        for state in State::ALL {
            assert_eq!(State::from_word(state.word()), Some(state));
        }
        for step in Move::ALL {
            assert_eq!(Move::from_word(step.word()), Some(step));
        }
    }
}
