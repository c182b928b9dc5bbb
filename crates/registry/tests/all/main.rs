//! The registry's tests, one file each, in one program: thirty would each hold and link the whole registry, and fill the disk.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where its expectation does")]

mod access;
mod accounts;
mod agreements;
mod applications;
mod audit;
mod company_accounts;
mod consents;
mod criteria;
mod device_setup;
mod devices;
mod endings;
mod exchange;
mod fee_closings;
mod fees;
mod frame;
mod intake_edges;
mod levels;
mod links;
mod mail;
mod masters;
mod missing;
mod moves;
mod notices;
mod passkeys;
mod portal;
mod search;
mod sign_in;
mod sites;
mod terms;
mod ties;
mod touches;
mod views;
