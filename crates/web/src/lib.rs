#![doc = include_str!("../README.md")]

pub mod cookies;
pub mod csrf;
mod csv;
mod dates;
mod error;
mod files_form;
mod form;
mod frame;
mod language;
mod layers;
mod routes;
pub mod statics;
mod texts;

pub use csv::{CsvError, Encoding, csv_bytes, csv_response, is_formula};
pub use error::{Page, PageError, error_pages, page, redirect, reference, safe_next, sign_in_path};
pub use files_form::{FilesForm, body_limit};
pub use form::{FieldErrors, Form, FormState, NoFields, OpenForm};
pub use frame::{Crumb, Flash, Frame, MenuEntry, Mood, Standing, Viewer, redirect_with, redirect_with_numbers};
pub use language::Language;
pub use layers::Web;
pub use routes::{Routes, routes};
pub use statics::asset;
pub use texts::{Problem, ProblemKind, T, Texts, Value};
