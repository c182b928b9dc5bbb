//! Use case: a device was heard of, with the touches it sent. Noted in their transaction, at most every half minute: a touch costs no
//! write of its own here. Running numbers of the time between are kept in memory; should they get lost with the program, they count as missing,
//! and the device is asked for them and sends them again, which changes nothing else.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use domain::device::{self, Concern, Device, Limits, Numbers, Report};
use domain::master::{Policies, Policy};
use domain::{Clock, WorkDay};
use jiff::{SignedDuration, Timestamp};
use store::{Rows, StoreError, Tx};
use wire::DeviceReport;

use super::queries;
use super::rows::{DeviceColumns, row};

/// Contacts of one reader are written down at most so often.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(30);
/// Most gaps that a device is asked for at once.
const ASKED_FOR: usize = 20;

/// A reader was heard of.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Key of its row.
    pub reader: String,
    /// The device's own id; empty if it tells none.
    pub device: String,
    /// What was heard.
    pub heard: device::Contact,
}

/// What the note of a contact brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Noted {
    /// Running numbers of the device that never came in, as ranges.
    pub missing: Vec<(u64, u64)>,
    /// What the prime was told of the device is not what holds now.
    pub to_tell: bool,
}

/// When each reader's contact was last written down, and which numbers came since.
#[derive(Debug, Default)]
pub(crate) struct Contacts(Mutex<HashMap<String, Kept>>);

#[derive(Debug)]
struct Kept {
    noted: Timestamp,
    device: String,
    numbers: Numbers,
}

impl Contacts {
    /// The numbers that came since the last note, if it is time for the next one. Another device with the same key is noted at once.
    pub(crate) fn due(&self, reader: &str, device: &str, now: Timestamp) -> Option<Numbers> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |numbers| Kept {
            noted: now,
            device: device.to_owned(),
            numbers,
        };
        match all.get_mut(reader) {
            Some(kept) if kept.device == device && now.duration_since(kept.noted) < NOTED_EVERY => None,
            Some(kept) => {
                let before = std::mem::replace(kept, fresh(Numbers::default()));
                Some(if before.device == device {
                    before.numbers
                } else {
                    Numbers::default()
                })
            }
            None => {
                all.insert(reader.to_owned(), fresh(Numbers::default()));
                Some(Numbers::default())
            }
        }
    }

    /// Keeps numbers for the next note, once their touches are stored.
    pub(crate) fn keep(&self, reader: &str, device: &str, numbers: &Numbers) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = all.get_mut(reader).filter(|kept| kept.device == device) {
            kept.numbers.add_all(numbers);
        }
    }
}

/// A device's id in a form that can be stored: a text of any length and with any characters may have come.
pub(crate) fn id_of(told: &str) -> String {
    told.chars().filter(char::is_ascii_alphanumeric).take(64).collect()
}

/// What a device tells of itself, the same way.
pub(crate) fn report_of(told: &DeviceReport) -> Report {
    Report {
        backlog: told.backlog,
        highest: told.highest,
        chain: told.chain.as_deref().map(id_of),
        broken_at: told.broken_at,
    }
}

/// The limits of the day.
pub(super) fn limits(policies: &Policies, today: WorkDay) -> Limits {
    Limits {
        clock: SignedDuration::from_secs(policies.at(Policy::ClockAheadSeconds, today)),
        offline: SignedDuration::from_hours(24 * policies.at(Policy::OfflineDays, today)),
    }
}

/// What the prime was told of a device, and what holds now.
pub(super) fn words(concerns: impl IntoIterator<Item = Concern>) -> String {
    let words: Vec<&str> = concerns.into_iter().map(Concern::word).collect();
    words.join(" ")
}

/// A device and what was told of it, by the keys of its row.
pub(super) type Held = BTreeMap<(String, String), (Device, String)>;

/// The devices of these readers, held for this transaction.
pub(super) async fn hold(tx: &Tx, readers: impl IntoIterator<Item = &str>) -> Result<Held, StoreError> {
    let readers = Rows::of(readers.into_iter().map(|reader| [reader]))?;
    let mut held = Held::new();
    for columns in tx.all::<DeviceColumns>(&queries::HOLD, [readers.into_value()]).await? {
        let (key, told) = ((columns.reader_id.clone(), columns.device_id.clone()), columns.told.clone());
        held.insert(key, (columns.read()?, told));
    }
    Ok(held)
}

/// First and last contact of the other devices with the same key.
pub(super) fn others(held: &Held, key: &(String, String)) -> Vec<(Timestamp, Timestamp)> {
    held.iter()
        .filter(|((reader, device), _)| *reader == key.0 && *device != key.1)
        .map(|(_, (device, _))| (device.first, device.last))
        .collect()
}

/// Writes contacts down. Two statements, however many; none without contacts.
///
/// # Errors
/// If the database fails.
pub(crate) async fn note(
    tx: &Tx,
    clock: &dyn Clock,
    policies: &Policies,
    contacts: &[&Contact],
) -> Result<Vec<Noted>, StoreError> {
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    let mut held = hold(tx, contacts.iter().map(|contact| contact.reader.as_str())).await?;
    let key = |contact: &Contact| (contact.reader.clone(), contact.device.clone());
    for contact in contacts {
        let new = || (Device::new(contact.heard.at), String::new());
        held.entry(key(contact)).or_insert_with(new).0.hear(contact.heard.clone());
    }
    // A statement may not meet the same row twice; two batches of one device may.
    let heard: BTreeSet<_> = contacts.iter().map(|contact| key(contact)).collect();
    let mut rows = Rows::new();
    for key in &heard {
        if let Some((device, _)) = held.get(key) {
            rows.push(row(&key.0, &key.1, device))?;
        }
    }
    tx.run(&queries::NOTE, [rows.into_value()]).await?;
    let (now, limits) = (clock.now(), limits(policies, clock.today()));
    let noted = contacts.iter().map(|contact| {
        let key = key(contact);
        let Some((device, told)) = held.get(&key) else {
            return Noted::default();
        };
        let concerns = device.concerns(&others(&held, &key), now, &limits);
        Noted {
            missing: device.numbers.gaps().into_iter().take(ASKED_FOR).collect(),
            to_tell: words(concerns) != *told,
        }
    });
    Ok(noted.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_wait_for_the_next_note() {
        let contacts = Contacts::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        let numbers = |text: &str| text.parse::<Numbers>().unwrap();
        let due = |device, second| contacts.due("r", device, at(second)).map(|numbers| numbers.to_string());
        assert_eq!(due("a", 0).as_deref(), Some(""), "the first contact");
        assert_eq!(due("a", 29), None);
        contacts.keep("r", "a", &numbers("2"));
        contacts.keep("r", "b", &numbers("9"));
        contacts.keep("r", "a", &numbers("3"));
        assert_eq!(due("a", 30).as_deref(), Some("2-3"));
        assert_eq!(due("a", 31), None, "they are taken once");
        contacts.keep("r", "a", &numbers("4"));
        assert_eq!(due("b", 32).as_deref(), Some(""), "another device, at once");
        assert_eq!(contacts.due("s", "a", at(32)), Some(Numbers::default()), "another reader");
    }
}
