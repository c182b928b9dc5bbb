//! The zip with photos and papers: files are found by their names, whatever folder they lie in and however the sender's computer wrote the
//! names, and unpacked one at a time, within a limit.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use axum::body::Bytes;
use encoding_rs::SHIFT_JIS;
use unicode_normalization::UnicodeNormalization;
use zip::ZipArchive;

use crate::rooms::papers::{LARGEST, Upload};
use crate::sheet::FileRefusal;

/// Most files in a zip.
const MOST_FILES: usize = 20_000;

/// An opened zip. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Bundle {
    archive: ZipArchive<Cursor<Bytes>>,
    /// Places by name, as [`plain`] has it.
    places: BTreeMap<String, Vec<usize>>,
    /// Names as people see them.
    names: BTreeMap<String, String>,
}

/// Why a file of the zip is not had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// There is none of this name.
    NotThere,
    /// There are several, in different folders.
    Several,
    /// It opens with a password only.
    Locked,
    /// Larger than a paper may be.
    TooLarge,
    /// Broken.
    Damaged,
}

impl Missing {
    /// Key of the sentence.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::NotThere => "bulk-paper-not-there",
            Self::Several => "bulk-paper-several",
            Self::Locked => "bulk-paper-locked",
            Self::TooLarge => "bulk-paper-too-large",
            Self::Damaged => "bulk-paper-damaged",
        }
    }
}

/// Opens a zip without unpacking anything.
///
/// # Errors
/// [`FileRefusal`].
pub(super) fn open(bytes: Bytes) -> Result<Bundle, FileRefusal> {
    if bytes.is_empty() {
        return Err(FileRefusal::Empty);
    }
    if !bytes.starts_with(b"PK") {
        return Err(FileRefusal::NotZip);
    }
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileRefusal::Damaged)?;
    if archive.len() > MOST_FILES {
        return Err(FileRefusal::Bomb);
    }
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut names = BTreeMap::new();
    for number in 0..archive.len() {
        let entry = archive.by_index_data(number).map_err(|_| FileRefusal::Damaged)?;
        let path = path_of(entry.name_raw());
        // What Macs add, and what Windows hides.
        if entry.is_dir() || path.starts_with("__MACOSX/") {
            continue;
        }
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
        if name.is_empty() || name.starts_with('.') || name.eq_ignore_ascii_case("thumbs.db") {
            continue;
        }
        places.entry(plain(name)).or_default().push(number);
        names.insert(plain(name), name.to_owned());
    }
    Ok(Bundle { archive, places, names })
}

/// A name in a zip: UTF-8, or, from Windows in Japan, Shift_JIS.
fn path_of(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(text) => text.nfc().collect(),
        Err(_) => SHIFT_JIS.decode(raw).0.nfc().collect(),
    }
}

/// A name as it is compared: Macs write marks apart, and nobody minds small and capital letters.
fn plain(name: &str) -> String {
    name.trim().nfc().collect::<String>().to_lowercase()
}

impl Bundle {
    /// A file by its name. Slow, so not on an async thread.
    ///
    /// # Errors
    /// [`Missing`].
    pub(super) fn file(&mut self, name: &str) -> Result<Upload, Missing> {
        // A path may be written, too.
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let place = match self.places.get(&plain(last)).map(Vec::as_slice) {
            Some([one]) => *one,
            Some(_) => return Err(Missing::Several),
            None => return Err(Missing::NotThere),
        };
        let entry = self.archive.by_index_data(place).map_err(|_| Missing::Damaged)?;
        if entry.encrypted() {
            return Err(Missing::Locked);
        }
        let file = self.archive.by_index(place).map_err(|_| Missing::Damaged)?;
        let mut bytes = Vec::new();
        let most = u64::try_from(LARGEST).unwrap_or(u64::MAX);
        // Whatever it says of its own size: one byte more than may be is enough to know.
        file.take(most + 1).read_to_end(&mut bytes).map_err(|_| Missing::Damaged)?;
        if bytes.len() > LARGEST {
            return Err(Missing::TooLarge);
        }
        Ok(Upload {
            file_name: last.nfc().filter(|c| !c.is_control()).take(100).collect(),
            bytes: bytes.into(),
        })
    }

    /// Names of files that the table does not ask for.
    pub(super) fn unused(&self, asked: &BTreeSet<String>) -> Vec<&str> {
        let asked: BTreeSet<String> = asked
            .iter()
            .map(|name| plain(name.rsplit(['/', '\\']).next().unwrap_or_default()))
            .collect();
        self.names
            .iter()
            .filter(|(name, _)| !asked.contains(*name))
            .map(|(_, name)| name.as_str())
            .collect()
    }
}
