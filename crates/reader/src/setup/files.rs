//! What a set-up leaves on the disc: per site a settings file and a key, whole or not at all.

use std::ffi::OsString;
use std::fs::{copy, create_dir_all, remove_file, rename};
use std::io;
use std::path::{Path, PathBuf};

use super::draft::{Choice, Device};
use crate::gate::Mode;
use crate::os::{self, Places};

/// The files of one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Files {
    pub(super) config: PathBuf,
    pub(super) key: PathBuf,
    data: PathBuf,
}

impl Files {
    /// Of a site. The first one's lie where they are looked for without a word, those of others bear the site in their names. Touches
    /// of two sites never share an outbox, for a key sends for its own site alone.
    pub(super) fn of(places: &Places, site: &str, first: bool) -> Self {
        let stem = places.config.file_stem().unwrap_or_default().to_string_lossy();
        let stem = if first { stem.into_owned() } else { format!("{stem}-{site}") };
        let config = if first {
            places.config.clone()
        } else {
            places.config.with_file_name(format!("{stem}.toml"))
        };
        Self {
            key: places.config.with_file_name(format!("{stem}.key")),
            config,
            data: places.data.join(site),
        }
    }

    /// The settings as text.
    pub(super) fn settings(&self, registry: &str, site: &str, device: &Device) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let path = |path: &Path| quoted(&path.to_string_lossy());
        let (source, reader) = match &device.reader {
            Choice::Any => ("card", None),
            Choice::Named(name) => ("card", Some(name)),
            Choice::Lines => ("lines", None),
        };
        let mode = match device.mode {
            Mode::In => "in",
            Mode::Out => "out",
            Mode::Auto => "auto",
        };
        let mut text = format!(
            "# Written by the set-up of the card reader. What else can be set: docs/reader.md. An unknown key is an error.\n\
             registry = {}\nsite = {}\nkey-file = {}\ndata-dir = {}\nmode = \"{mode}\"\nlanguage = \"{}\"\nsource = \"{source}\"\nbell = {}\n",
            quoted(registry),
            quoted(site),
            path(&self.key),
            path(&self.data),
            device.language.tag(),
            device.bell,
        );
        if let Some(name) = reader {
            text += &format!("card-reader = {}\n", quoted(name));
        }
        text
    }
}

fn before(path: &Path) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(".before");
    name.into()
}

/// Writes these files for their owner alone. Those that were there are kept beside them. If one cannot be written, all is as it was.
pub(super) fn write(files: &[(&Path, String)]) -> Result<(), (PathBuf, io::Error)> {
    let mut begun: Vec<(&Path, bool)> = Vec::new();
    for (path, text) in files {
        let path: &Path = path;
        let was_there = path.exists();
        let written = keep(path, was_there).and_then(|()| {
            begun.push((path, was_there));
            os::write_private(path, text.as_bytes())
        });
        if let Err(error) = written {
            for (path, was_there) in begun {
                // What cannot be put back either is told by the first error.
                let _ = if was_there {
                    rename(before(path), path)
                } else {
                    remove_file(path)
                };
            }
            return Err((path.to_path_buf(), error));
        }
    }
    Ok(())
}

fn keep(path: &Path, was_there: bool) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        create_dir_all(folder)?;
    }
    if was_there {
        let copy_of = before(path);
        copy(path, &copy_of)?;
        os::make_private(&copy_of)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::{read_dir, read_to_string, write as put};

    use super::*;
    use crate::config::Options;
    use crate::screen::Language;

    const SITE: &str = "12345678901271";

    fn places(dir: &Path) -> Places {
        Places {
            config: dir.join("etc").join("reader.toml"),
            data: dir.join("data"),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let places = places(dir.path());
        let device = Device {
            name: "gate".into(),
            reader: Choice::Named("a \"quoted\" \\ reader".into()),
            mode: Mode::Out,
            language: Language::Vi,
            bell: true,
        };
        let first = Files::of(&places, SITE, true);
        let other = Files::of(&places, "22345678901271", false);
        assert!(first.config != other.config && first.key != other.key && first.data != other.data);
        let text = first.settings("https://registry.example", SITE, &device);
        write(&[(&first.key, "secret".into()), (&first.config, text)]).unwrap();
        let options = Options {
            config: Some(first.config.clone()),
            ..Options::default()
        };
        let options = options.load().unwrap();
        assert_eq!(options.site().unwrap().to_string(), SITE);
        assert_eq!(options.key().unwrap(), "secret");
        assert_eq!(
            (options.mode, options.language(), options.bell),
            (Some(Mode::Out), Language::Vi, Some(true))
        );
        assert_eq!(options.card_reader.as_deref(), Some("a \"quoted\" \\ reader"));
        assert!(options.outbox().starts_with(dir.path().join("data").join(SITE)));
    }

    #[test]
    fn all_is_as_it_was_if_one_cannot_be_written() {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (dir.path().join("old"), dir.path().join("new"));
        put(&old, "one").unwrap();
        // A folder where the third file should lie.
        let folder = dir.path().join("folder");
        create_dir_all(folder.join("full")).unwrap();
        let failed = write(&[(&old, "two".into()), (&new, "two".into()), (&folder, "two".into())]);
        assert_eq!(failed.unwrap_err().0, folder);
        assert!(read_to_string(&old).unwrap() == "one" && !new.exists() && folder.join("full").exists());
        write(&[(&old, "two".into())]).unwrap();
        assert_eq!(read_to_string(before(&old)).unwrap(), "one");
        assert_eq!(read_dir(dir.path()).unwrap().count(), 3);
    }
}
