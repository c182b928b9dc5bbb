//! The format: tables of texts. Every value is a text; an empty one is none. See `docs/exchange.md`.

use domain::registration::{Form, company, worker};

/// Name of the format in a JSON file.
pub(super) const NAME: &str = "ashiba-exchange";
/// Its version.
pub(super) const VERSION: i64 = 1;

/// What a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Companies, one row per version of their registration.
    Companies,
    /// Workers, one row per version of their registration.
    Workers,
    /// Ties of workers and companies.
    Ties,
    /// Cards.
    Cards,
    /// Sites.
    Sites,
    /// Histories.
    Histories,
    /// Notices.
    Notices,
    /// Who looked at a worker's data.
    Looks,
}

impl Kind {
    /// All of them, in the order of a file.
    pub const ALL: [Self; 8] = [
        Self::Companies,
        Self::Workers,
        Self::Ties,
        Self::Cards,
        Self::Sites,
        Self::Histories,
        Self::Notices,
        Self::Looks,
    ];

    /// Its name in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Companies => "companies",
            Self::Workers => "workers",
            Self::Ties => "ties",
            Self::Cards => "cards",
            Self::Sites => "sites",
            Self::Histories => "histories",
            Self::Notices => "notices",
            Self::Looks => "looks",
        }
    }

    /// From its name in files.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Is it taken in? What is not, follows from facts of another kind (touches, looks), or is made anew (cards, whose code is a secret).
    #[must_use]
    pub fn is_taken_in(self) -> bool {
        matches!(self, Self::Companies | Self::Workers | Self::Ties)
    }

    /// Its columns; for registrations the fields of the form follow them.
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Companies => &["company_id", "version", "version_at", "registered_at", "valid_until", "state"],
            Self::Workers => &["worker_id", "version", "version_at", "registered_at", "ended_on", "level"],
            Self::Ties => &[
                "worker_id",
                "company_id",
                "company_name",
                "from",
                "to",
                "main",
                "confirmed_at",
            ],
            Self::Cards => &[
                "worker_id",
                "number",
                "reason",
                "state",
                "issued_at",
                "valid_until",
                "level",
                "ended_at",
                "end_reason",
            ],
            Self::Sites => &[
                "site_id",
                "name",
                "address",
                "orderer",
                "from",
                "to",
                "day_boundary",
                "prime_id",
                "prime_name",
            ],
            Self::Histories => &[
                "worker_id",
                "worker_name",
                "day",
                "site_id",
                "site_name",
                "in",
                "out",
                "counts",
                "employer_id",
                "employer_name",
                "trade",
                "position",
                "work_content",
            ],
            Self::Notices => &["at", "text", "read_at"],
            Self::Looks => &["day", "company_name", "what", "first_at", "last_at", "times"],
        }
    }

    /// The form whose fields follow the columns.
    #[must_use]
    pub fn form(self) -> Option<&'static Form> {
        match self {
            Self::Companies => Some(&company::FORM),
            Self::Workers => Some(&worker::FORM),
            _ => None,
        }
    }

    /// The table that a file with these columns is, if its name does not say it.
    pub(super) fn of_columns(columns: &[String]) -> Option<Self> {
        let has = |name: &str| columns.iter().any(|column| column == name);
        Some(match (has("worker_id"), has("company_id")) {
            (true, true) if has("from") => Self::Ties,
            (true, _) if has("issued_at") => Self::Cards,
            (true, _) if has("day") => Self::Histories,
            (true, false) => Self::Workers,
            (false, true) => Self::Companies,
            _ if has("site_id") => Self::Sites,
            _ => return None,
        })
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it holds.
    pub kind: Kind,
    /// Names of its columns.
    pub columns: Vec<String>,
    /// Its rows, each with a text for every column.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with the columns of its kind.
    pub(super) fn new(kind: Kind, rows: Vec<Vec<String>>) -> Self {
        Self {
            kind,
            columns: kind.columns().iter().map(|name| (*name).to_owned()).collect(),
            rows,
        }
    }
}
