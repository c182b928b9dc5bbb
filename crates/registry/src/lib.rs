//! The central registry (中央): sites, their organisation and roster, touches and the histories they become.
//!
//! `app.rs` is the table of contents; a feature is one folder under `rooms/`.

pub mod access;
pub mod app;
pub mod made_up;
mod qr;
pub mod rooms;
mod rows;
mod sheet;
#[cfg(any(test, feature = "testing"))]
#[expect(
    clippy::expect_used,
    reason = "a test that cannot build its world is to fail there and then"
)]
pub mod testing;
mod typed;

pub use app::{App, Issuer, Settings};

/// All migrations, in order. Never edit one that has shipped; add another.
pub const MIGRATIONS: &[store::Migration] = &[
    store::Migration {
        name: "0001_masters_people_sites",
        sql: include_str!("../migrations/0001_masters_people_sites.sql"),
    },
    store::Migration {
        name: "0002_organisation_roster",
        sql: include_str!("../migrations/0002_organisation_roster.sql"),
    },
    store::Migration {
        name: "0003_touches_histories",
        sql: include_str!("../migrations/0003_touches_histories.sql"),
    },
    store::Migration {
        name: "0004_registration",
        sql: include_str!("../migrations/0004_registration.sql"),
    },
    store::Migration {
        name: "0005_accounts",
        sql: include_str!("../migrations/0005_accounts.sql"),
    },
    store::Migration {
        name: "0006_applications",
        sql: include_str!("../migrations/0006_applications.sql"),
    },
    store::Migration {
        name: "0007_papers",
        sql: include_str!("../migrations/0007_papers.sql"),
    },
    store::Migration {
        name: "0008_cards",
        sql: include_str!("../migrations/0008_cards.sql"),
    },
    store::Migration {
        name: "0009_fees",
        sql: include_str!("../migrations/0009_fees.sql"),
    },
    store::Migration {
        name: "0010_audit_notices",
        sql: include_str!("../migrations/0010_audit_notices.sql"),
    },
    store::Migration {
        name: "0011_search",
        sql: include_str!("../migrations/0011_search.sql"),
    },
    store::Migration {
        name: "0012_ties",
        sql: include_str!("../migrations/0012_ties.sql"),
    },
    store::Migration {
        name: "0013_bulk",
        sql: include_str!("../migrations/0013_bulk.sql"),
    },
    store::Migration {
        name: "0014_ends_moves_consents",
        sql: include_str!("../migrations/0014_ends_moves_consents.sql"),
    },
    store::Migration {
        name: "0015_photos_passkeys",
        sql: include_str!("../migrations/0015_photos_passkeys.sql"),
    },
    store::Migration {
        name: "0016_sites",
        sql: include_str!("../migrations/0016_sites.sql"),
    },
    store::Migration {
        name: "0017_organisation_jobs",
        sql: include_str!("../migrations/0017_organisation_jobs.sql"),
    },
    store::Migration {
        name: "0018_agreements",
        sql: include_str!("../migrations/0018_agreements.sql"),
    },
    store::Migration {
        name: "0019_missing",
        sql: include_str!("../migrations/0019_missing.sql"),
    },
    store::Migration {
        name: "0021_roster",
        sql: include_str!("../migrations/0021_roster.sql"),
    },
    store::Migration {
        name: "0023_site_sheets",
        sql: include_str!("../migrations/0023_site_sheets.sql"),
    },
    store::Migration {
        name: "0024_history_hazards",
        sql: include_str!("../migrations/0024_history_hazards.sql"),
    },
    store::Migration {
        name: "0025_direct",
        sql: include_str!("../migrations/0025_direct.sql"),
    },
    store::Migration {
        name: "0026_devices",
        sql: include_str!("../migrations/0026_devices.sql"),
    },
    store::Migration {
        name: "0027_corrections",
        sql: include_str!("../migrations/0027_corrections.sql"),
    },
    store::Migration {
        name: "0028_attended",
        sql: include_str!("../migrations/0028_attended.sql"),
    },
    store::Migration {
        name: "0031_gate_codes",
        sql: include_str!("../migrations/0031_gate_codes.sql"),
    },
    store::Migration {
        name: "0032_morning",
        sql: include_str!("../migrations/0032_morning.sql"),
    },
    store::Migration {
        name: "0033_training",
        sql: include_str!("../migrations/0033_training.sql"),
    },
    store::Migration {
        name: "0034_level_run",
        sql: include_str!("../migrations/0034_level_run.sql"),
    },
    store::Migration {
        name: "0035_level_grants",
        sql: include_str!("../migrations/0035_level_grants.sql"),
    },
    store::Migration {
        name: "0036_qr",
        sql: include_str!("../migrations/0036_qr.sql"),
    },
    store::Migration {
        name: "0037_capability",
        sql: include_str!("../migrations/0037_capability.sql"),
    },
    store::Migration {
        name: "0038_criteria_drafts",
        sql: include_str!("../migrations/0038_criteria_drafts.sql"),
    },
    store::Migration {
        name: "0039_orderers",
        sql: include_str!("../migrations/0039_orderers.sql"),
    },
];

/// Every SQL text of the registry, for the test that prepares each on both databases.
pub fn sql_texts() -> impl Iterator<Item = &'static store::Sql> {
    let rooms = [
        rooms::mail::SQL,
        rooms::jobs::SQL,
        rooms::site::SQL,
        rooms::organisation::SQL,
        rooms::agreement::SQL,
        rooms::roster::SQL,
        rooms::history::SQL,
        rooms::views::SQL,
        rooms::device::SQL,
        rooms::direct::SQL,
        rooms::facts::SQL,
        rooms::missing::SQL,
        rooms::masters::SQL,
        rooms::masters::SQL_OF_CRITERIA,
        rooms::papers::SQL,
        rooms::application::SQL,
        rooms::application::SQL_OF_REGISTER,
        rooms::application::SQL_OF_TAKE_OVER,
        rooms::bulk::SQL,
        rooms::application::SQL_OF_CONSENT,
        rooms::application::SQL_OF_END,
        rooms::terms::SQL,
        rooms::ties::SQL_OF_MOVES,
        rooms::review::SQL,
        rooms::audit::SQL,
        rooms::notices::SQL,
        rooms::fees::SQL,
        rooms::card::SQL,
        rooms::gate::SQL,
        rooms::ties::SQL,
        rooms::search::SQL,
        rooms::exchange::SQL,
        rooms::level::SQL,
        rooms::morning::SQL,
        rooms::training::SQL,
        rooms::capability::SQL,
        rooms::orderer::SQL,
        rooms::levels::SQL,
        rooms::levels::SQL_OF_FIGURES,
        rooms::portal::SQL,
        made_up::SQL,
    ];
    let many = access::SQL.iter().chain(rooms::accounts::SQL);
    many.copied().chain(rooms).flatten().copied()
}
