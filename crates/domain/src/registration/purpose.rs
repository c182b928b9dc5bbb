//! What an application asks for.

use super::Form;
use super::{company, worker};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Registration of a company (事業者登録).
    CompanyNew,
    /// Registration of a worker (技能者登録).
    WorkerNew,
    /// Change of what a company is registered with (事業者変更).
    CompanyChange,
    /// Change of what a worker is registered with (技能者変更), the switch from simplified to detailed among them.
    WorkerChange,
}

impl Purpose {
    /// All purposes.
    pub const ALL: [Self; 4] = [Self::CompanyNew, Self::WorkerNew, Self::CompanyChange, Self::WorkerChange];

    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::CompanyNew => "company_new",
            Self::WorkerNew => "worker_new",
            Self::CompanyChange => "company_change",
            Self::WorkerChange => "worker_change",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.word() == word)
    }

    /// The form that is filled in.
    #[must_use]
    pub fn form(self) -> &'static Form {
        match self {
            Self::CompanyNew | Self::CompanyChange => &company::FORM,
            Self::WorkerNew | Self::WorkerChange => &worker::FORM,
        }
    }

    /// Is it about a company?
    #[must_use]
    pub fn of_company(self) -> bool {
        matches!(self, Self::CompanyNew | Self::CompanyChange)
    }

    /// Is somebody registered for the first time?
    #[must_use]
    pub fn is_new(self) -> bool {
        matches!(self, Self::CompanyNew | Self::WorkerNew)
    }
}
