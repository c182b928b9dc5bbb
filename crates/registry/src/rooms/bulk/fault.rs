//! What is wrong with a file, by row and column, and why a file is not read at all.

use domain::registration::{Fault, worker};
use serde::{Deserialize, Serialize};
use web::T;

use crate::rooms::application::{label_of, sentence};

/// What is wrong with one cell, or with a row as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CellFault {
    /// Row as Excel counts it; 0: the file as a whole.
    pub(super) row: u32,
    /// Column as Excel names it; empty: there is none for the field.
    pub(super) column: String,
    /// Field and sentence.
    pub(super) fault: Fault,
}

impl CellFault {
    /// A fault whose sentence has values.
    pub(super) fn new(row: u32, column: &str, field: &str, key: &str, args: &[(&str, String)]) -> Self {
        Self {
            row,
            column: column.to_owned(),
            fault: Fault {
                field: field.to_owned(),
                key: key.to_owned(),
                args: args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            },
        }
    }

    /// The label of its field; empty if it is about the row or the file.
    pub(super) fn label(&self, t: &T) -> String {
        match worker::FORM.find(&self.fault.field) {
            Some(_) => label_of(t, &worker::FORM, &self.fault.field),
            None => String::new(),
        }
    }

    /// What is wrong, in words.
    pub(super) fn sentence(&self, t: &T) -> String {
        sentence(t, &self.fault)
    }
}

/// Why a file is not read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileRefusal {
    /// It has no content.
    Empty,
    /// Not an Excel file at all (`.csv`, a picture …).
    NotExcel,
    /// Excel's form of before 2007 (`.xls`).
    OldExcel,
    /// It opens with a password only.
    Locked,
    /// It holds macros (`.xlsm`).
    Macros,
    /// Unpacked, it would be far too large.
    Bomb,
    /// Cut off or broken.
    Damaged,
    /// Excel, but without our row of field names.
    NotTheTemplate,
    /// Not a zip.
    NotZip,
}

impl FileRefusal {
    /// Key of the sentence.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Empty => "bulk-file-empty",
            Self::NotExcel => "bulk-file-not-excel",
            Self::OldExcel => "bulk-file-old-excel",
            Self::Locked => "bulk-file-locked",
            Self::Macros => "bulk-file-macros",
            Self::Bomb => "bulk-file-bomb",
            Self::Damaged => "bulk-file-damaged",
            Self::NotTheTemplate => "bulk-file-not-template",
            Self::NotZip => "bulk-file-not-zip",
        }
    }
}
