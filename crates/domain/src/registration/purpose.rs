//! What an application asks for.

use super::Form;
use super::{company, ending, level, renewal, worker};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Registration of a company (事業者登録).
    CompanyNew,
    /// Registration of a worker (技能者登録).
    WorkerNew,
    /// Registration of a sole master (一人親方) as a company and as a worker, in one go.
    SoleMaster,
    /// Change of what a company is registered with (事業者変更).
    CompanyChange,
    /// Change of what a worker is registered with (技能者変更), the switch from simplified to detailed among them.
    WorkerChange,
    /// Renewal of a company's registration (事業者更新).
    CompanyRenewal,
    /// Renewal of a worker's card (カード更新).
    WorkerRenewal,
    /// A level in a field (能力評価).
    LevelEvaluation,
    /// Withdrawal of a company (事業者退会).
    CompanyWithdrawal,
    /// Withdrawal of a worker (技能者退会).
    WorkerWithdrawal,
    /// A worker has died (死亡の届出): told by an employer or by the operator.
    WorkerDeath,
}

impl Purpose {
    /// All purposes.
    pub const ALL: [Self; 11] = [
        Self::CompanyNew,
        Self::WorkerNew,
        Self::SoleMaster,
        Self::CompanyChange,
        Self::WorkerChange,
        Self::CompanyRenewal,
        Self::WorkerRenewal,
        Self::LevelEvaluation,
        Self::CompanyWithdrawal,
        Self::WorkerWithdrawal,
        Self::WorkerDeath,
    ];

    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::CompanyNew => "company_new",
            Self::WorkerNew => "worker_new",
            Self::SoleMaster => "sole_master_new",
            Self::CompanyChange => "company_change",
            Self::WorkerChange => "worker_change",
            Self::CompanyRenewal => "company_renewal",
            Self::WorkerRenewal => "worker_renewal",
            Self::LevelEvaluation => "level_evaluation",
            Self::CompanyWithdrawal => "company_withdrawal",
            Self::WorkerWithdrawal => "worker_withdrawal",
            Self::WorkerDeath => "worker_death",
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
            Self::CompanyNew | Self::CompanyChange | Self::CompanyRenewal => &company::FORM,
            Self::WorkerNew | Self::SoleMaster | Self::WorkerChange => &worker::FORM,
            Self::WorkerRenewal => &renewal::CARD,
            Self::LevelEvaluation => &level::FORM,
            Self::CompanyWithdrawal => &ending::COMPANY,
            Self::WorkerWithdrawal => &ending::WORKER,
            Self::WorkerDeath => &ending::DEATH,
        }
    }

    /// Is it about a company?
    #[must_use]
    pub fn of_company(self) -> bool {
        matches!(
            self,
            Self::CompanyNew | Self::CompanyChange | Self::CompanyRenewal | Self::CompanyWithdrawal
        )
    }

    /// Is somebody registered for the first time?
    #[must_use]
    pub fn is_new(self) -> bool {
        matches!(self, Self::CompanyNew | Self::WorkerNew | Self::SoleMaster)
    }

    /// Does it begin with what is registered, to be changed or confirmed field by field?
    #[must_use]
    pub fn begins_with_record(self) -> bool {
        matches!(self, Self::CompanyChange | Self::WorkerChange | Self::CompanyRenewal)
    }

    /// Is it for nothing if nothing differs from what is registered?
    #[must_use]
    pub fn must_differ(self) -> bool {
        matches!(self, Self::CompanyChange | Self::WorkerChange)
    }

    /// Does a registration end with it?
    #[must_use]
    pub fn ends(self) -> bool {
        matches!(self, Self::CompanyWithdrawal | Self::WorkerWithdrawal | Self::WorkerDeath)
    }
}
