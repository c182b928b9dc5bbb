//! Excel files that people send and fill in: read as they come from a stranger ([`file`]), read as rows of a form ([`table`]), and made
//! as a template of the same form ([`template`]). Several rooms use them; each says which form, and what becomes of its rows.

mod file;
mod table;
mod template;

pub(crate) use file::{FileRefusal, Value, XLSX, column_name, probe, read};
pub(crate) use table::{CLEAR, CellFault, Labels, Layout, Line, MARK, Sheet, read_rows};
pub(crate) use template::{Template, attached};
use web::Language;

/// Texts of the sheets.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en");
