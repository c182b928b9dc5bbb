//! From the first draft to the ID: applications, their review, and what follows from them, through the pages.
#![expect(clippy::unwrap_used, reason = "a test fails where its expectation does")]

mod changing;
mod desk;
mod filling;
mod reviewing;
mod sending;
