//! Who may do what, before it is asked where: one table, read by pages (which buttons show) and by use cases (what is refused).
//!
//! Registry rule book 3.5 (administrator kinds), R-STR-7 and chapter 10. *Where* a role may act (its own company, its sites, its
//! branch) is decided by [`crate::organisation`].

use serde::{Deserialize, Serialize};

/// The kind of account a person signs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Operator of the registry: its administrator.
    Operator,
    /// Reviewer of the operator (審査担当者): reads applications and their papers, decides on them.
    Reviewer,
    /// Auditor of the operator (監査担当者): reads who looked at what and who changed what; changes nothing.
    Auditor,
    /// Somebody who applies for registration and has no ID yet (申請用ID).
    Applicant,
    /// Company administrator (事業者責任者).
    Administrator,
    /// Tier manager (階層管理者).
    TierManager,
    /// Site manager (現場管理者): only the sites he was given.
    SiteManager,
    /// Proxy clerk (代行登録担当者): files proxy applications for the company, nothing else.
    ProxyClerk,
    /// Worker (技能者).
    Worker,
    /// Orderer (発注者): the figures of sites for which the prime has agreed.
    Orderer,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 10] = [
        Self::Operator,
        Self::Reviewer,
        Self::Auditor,
        Self::Applicant,
        Self::Administrator,
        Self::TierManager,
        Self::SiteManager,
        Self::ProxyClerk,
        Self::Worker,
        Self::Orderer,
    ];

    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Reviewer => "reviewer",
            Self::Auditor => "auditor",
            Self::Applicant => "applicant",
            Self::Administrator => "administrator",
            Self::TierManager => "tier_manager",
            Self::SiteManager => "site_manager",
            Self::ProxyClerk => "proxy_clerk",
            Self::Worker => "worker",
            Self::Orderer => "orderer",
        }
    }

    /// Whether an account of the kind is in use at one place at a time (registry rule book 1.4). A worker has a telephone and a
    /// computer, an applicant may go on elsewhere.
    #[must_use]
    pub fn one_at_a_time(self) -> bool {
        !matches!(self, Self::Worker | Self::Applicant)
    }

    /// One of the operator's own people.
    #[must_use]
    pub fn is_operators(self) -> bool {
        matches!(self, Self::Operator | Self::Reviewer | Self::Auditor)
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.word() == word)
    }
}

/// An act that needs a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// Register a site (610).
    RegisterSite,
    /// Change a site's data and its readers' keys.
    KeepSite,
    /// Invite a lower company (620 > 10).
    Invite,
    /// Approve an invitation (620 > 40).
    Approve,
    /// See one's invitations, and decline one (620 > 40).
    Decline,
    /// Describe, replace, move, end and take out what stands beneath one's company (620 > 10).
    KeepOrganisation,
    /// Put workers on the roster (620 > 20).
    KeepRoster,
    /// See sites, organisation, roster and histories within the company's scope (510).
    SeeSites,
    /// See one's own history (320).
    SeeOwnHistory,
    /// Say which sites are places of training (登録訓練施設).
    KeepTraining,
    /// Draft criteria of levels (能力評価基準), and put them into force.
    KeepCriteria,
    /// See which master data are loaded.
    SeeMasters,
    /// Apply for registration in one's own name, and follow the application.
    Apply,
    /// Apply for a worker as a company (710 代行申請).
    ApplyByProxy,
    /// Ask for changes of the company's own registration (820), renewal and withdrawal.
    ChangeCompany,
    /// Review applications (審査).
    Review,
    /// Read the record of looks and changes.
    Audit,
    /// Make, change and close accounts of the company (利用者登録), as far as one's own tier reaches.
    KeepAccounts,
    /// Make accounts of the operator's people; close, unlock and renew anybody's.
    KeepAllAccounts,
    /// See and pay the company's invoices.
    SeeFees,
    /// See all invoices, enter transfers, cancel, look at closings.
    KeepFees,
    /// Print cards, and see the 4-digit code on them until then.
    PrintCards,
    /// Confirm who belongs to the company, and end a tie (720).
    KeepTies,
    /// Search all companies of the registry.
    FindCompanies,
    /// Search workers: the operator's people among all, companies among their own (510 > 30).
    FindWorkers,
    /// Ask for agreements with other companies, and agree to one (620 > 30 事業者間合意).
    KeepAgreements,
    /// See one's agreements, say no to one, take a request back, end one (620 > 30).
    EndAgreements,
    /// Say whether proxies of one's company may handle oneself (340 > 10 代理手続きの同意確認).
    ConsentToProxies,
    /// Enter days directly, to be approved by the prime (520, 320 > 10 直接入力).
    EnterHistory,
    /// Approve or refuse what was entered directly for one's own sites (520).
    ApproveHistory,
    /// See figures of levels: the operator of all workers, a prime of those at its sites, an orderer of those at sites for which the prime
    /// has agreed.
    SeeFigures,
}

/// What a company may not do while its use is suspended for unpaid fees (registry rule book 3.3): whatever begins something new at a
/// site. What is under way goes on, so that nobody's days are lost, and everything can be read. How far the suspension really
/// goes was not read: our rule.
#[must_use]
pub fn while_suspended(act: Act) -> bool {
    !matches!(act, Act::RegisterSite | Act::Invite | Act::Approve)
}

/// What a company may not do once its registration has run out: it reads, is told, pays, renews and withdraws (registry rule book 3.4).
/// It begins nothing and changes nothing at sites, but lets go of what it has: it ends ties, since its people must get away, declines
/// invitations, and ends agreements, so that nobody goes on in its name against its will. Days of its people go on to count, and it answers
/// what others have entered directly for its sites, so that they lose no days.
#[must_use]
pub fn while_expired(act: Act) -> bool {
    let works = matches!(
        act,
        Act::KeepSite
            | Act::KeepOrganisation
            | Act::KeepRoster
            | Act::KeepAgreements
            | Act::ApplyByProxy
            | Act::KeepAccounts
            | Act::EnterHistory
    );
    while_suspended(act) && !works
}

/// How a company stands with the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CompanyState {
    /// Registered, in use (登録済み).
    #[default]
    Registered,
    /// Use suspended for unpaid fees (利用停止).
    Suspended,
    /// The registration has run out (有効期限切れ).
    Expired,
    /// Withdrawn (退会).
    Withdrawn,
}

impl CompanyState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Registered, Self::Suspended, Self::Expired, Self::Withdrawn];

    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Suspended => "suspended",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// From the stored form.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// May its people still do this?
    #[must_use]
    pub fn lets(self, act: Act) -> bool {
        match self {
            Self::Registered => true,
            Self::Suspended => while_suspended(act),
            // Withdrawn, nobody of it signs in any more.
            Self::Expired | Self::Withdrawn => while_expired(act),
        }
    }

    /// Can it become part of something new: be invited, or be joined by a worker?
    #[must_use]
    pub fn takes_part(self) -> bool {
        matches!(self, Self::Registered | Self::Suspended)
    }
}

/// The table.
#[must_use]
pub fn may(role: Role, act: Act) -> bool {
    use Act::{
        Apply, ApplyByProxy, Approve, ApproveHistory, Audit, ChangeCompany, ConsentToProxies, Decline, EndAgreements,
        EnterHistory, FindCompanies, FindWorkers, Invite, KeepAccounts, KeepAgreements, KeepAllAccounts, KeepCriteria, KeepFees,
        KeepOrganisation, KeepRoster, KeepSite, KeepTies, KeepTraining, PrintCards, RegisterSite, Review, SeeFees, SeeFigures,
        SeeMasters, SeeOwnHistory, SeeSites,
    };
    match role {
        Role::Administrator => matches!(
            act,
            RegisterSite
                | KeepSite
                | Invite
                | Approve
                | Decline
                | KeepOrganisation
                | KeepRoster
                | SeeSites
                | SeeMasters
                | ApplyByProxy
                | ChangeCompany
                | KeepAccounts
                | SeeFees
                | KeepTies
                | FindCompanies
                | FindWorkers
                | KeepAgreements
                | EndAgreements
                | EnterHistory
                | ApproveHistory
                | SeeFigures
        ),
        Role::TierManager => {
            matches!(
                act,
                RegisterSite
                    | KeepSite
                    | Invite
                    | Approve
                    | Decline
                    | KeepOrganisation
                    | KeepRoster
                    | SeeSites
                    | SeeMasters
                    | KeepAccounts
                    | KeepTies
                    | FindCompanies
                    | FindWorkers
                    | KeepAgreements
                    | EndAgreements
                    | EnterHistory
                    | ApproveHistory
                    | SeeFigures
            )
        }
        // Corrects the site, invites but does not approve, keeps the roster, approves histories (registry rule book 3.5).
        Role::SiteManager => matches!(
            act,
            KeepSite | Invite | KeepOrganisation | KeepRoster | SeeSites | SeeMasters | FindCompanies | ApproveHistory
        ),
        Role::ProxyClerk => matches!(act, ApplyByProxy | SeeMasters | FindCompanies),
        Role::Worker => matches!(act, SeeOwnHistory | Apply | ConsentToProxies | EnterHistory),
        Role::Applicant => matches!(act, Apply),
        Role::Orderer => matches!(act, SeeFigures),
        Role::Reviewer => matches!(act, Review | SeeMasters | FindCompanies | FindWorkers),
        Role::Auditor => matches!(act, Audit | SeeMasters | FindCompanies | FindWorkers),
        Role::Operator => matches!(
            act,
            SeeMasters
                | Review
                | Audit
                | KeepAllAccounts
                | KeepFees
                | KeepTraining
                | KeepCriteria
                | PrintCards
                | FindCompanies
                | FindWorkers
                | SeeFigures
        ),
    }
}

/// Kinds of account that somebody makes, changes and closes for others: a company's own (registry rule book 3.5), the operator's own.
#[must_use]
pub fn keeps(role: Role) -> &'static [Role] {
    match role {
        Role::Administrator => &[Role::Administrator, Role::TierManager, Role::SiteManager, Role::ProxyClerk],
        // Of his tier and those below.
        Role::TierManager => &[Role::TierManager, Role::SiteManager],
        Role::Operator => &[Role::Operator, Role::Reviewer, Role::Auditor, Role::Orderer],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_as_people_know_it() {
        use Act::*;
        let acts = [
            RegisterSite,
            KeepSite,
            Invite,
            Approve,
            KeepRoster,
            SeeSites,
            SeeOwnHistory,
            SeeMasters,
            Apply,
            ApplyByProxy,
            ChangeCompany,
            Review,
            Audit,
            KeepAccounts,
            KeepAllAccounts,
            SeeFees,
            KeepFees,
            PrintCards,
            KeepTies,
            FindCompanies,
            FindWorkers,
            KeepOrganisation,
            KeepAgreements,
            ConsentToProxies,
            Decline,
            EndAgreements,
            EnterHistory,
            ApproveHistory,
            SeeFigures,
        ];
        let expected = [
            (Role::Operator, "-------+---++-+-++-++-------+"),
            (Role::Reviewer, "-------+---+-------++--------"),
            (Role::Auditor, "-------+----+------++--------"),
            (Role::Applicant, "--------+--------------------"),
            (Role::Administrator, "++++++-+-++--+-+--+++++-+++++"),
            (Role::TierManager, "++++++-+-----+----+++++-+++++"),
            (Role::SiteManager, "-++-++-+-----------+-+-----+-"),
            (Role::ProxyClerk, "-------+-+---------+---------"),
            (Role::Worker, "------+-+--------------+--+--"),
            (Role::Orderer, "----------------------------+"),
        ];
        assert_eq!(expected.map(|(role, _)| role), Role::ALL, "every role stands in the table");
        for (role, row) in expected {
            let shown: String = acts.iter().map(|act| if may(role, *act) { '+' } else { '-' }).collect();
            assert_eq!(shown, row, "{role:?}");
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
        let suspended: String = acts.iter().map(|act| if while_suspended(*act) { '+' } else { '-' }).collect();
        assert_eq!(suspended, "-+--+++++++++++++++++++++++++");
        let expired: String = acts.iter().map(|act| if while_expired(*act) { '+' } else { '-' }).collect();
        assert_eq!(expired, "-----++++-+++-+++++++--+++-++");
        for state in CompanyState::ALL {
            assert_eq!(CompanyState::from_word(state.word()), Some(state));
        }
    }

    #[test]
    fn nobody_makes_accounts_above_his_own() {
        for role in Role::ALL {
            for kept in keeps(role) {
                let alike = kept.is_operators() == role.is_operators();
                assert!(alike || (role, *kept) == (Role::Operator, Role::Orderer), "{role:?} {kept:?}");
                assert!(may(role, Act::KeepAccounts) || may(role, Act::KeepAllAccounts), "{role:?}");
            }
        }
        assert!(!keeps(Role::TierManager).contains(&Role::Administrator));
    }
}
