//! The stories, one file each: the real registry and the real reader program, over real HTTP, on both databases.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where its expectation does")]

mod any_order;
mod broken_batch;
mod card_to_calendar;
mod days_offline;
mod exact_sets;
mod faults;
mod kill_nine;
mod proxy;
mod records;
mod stick;
mod support;
