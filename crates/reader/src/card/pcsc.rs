//! Cards through PC/SC. Everything here blocks and lives on the card thread.

use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::thread::sleep;
use std::time::Duration;

use domain::WorkerId;
use pcsc::{Context, Error, PNP_NOTIFICATION, Protocols, ReaderState, Scope, ShareMode, State};
use tokio::sync::mpsc::Sender;
use wire::Method;

use super::{Device, Fault, Found, READ, Reading, SELECT, parse_record};

/// How often the thread looks up from waiting, to see whether the program still wants cards.
const LOOK_UP: Duration = Duration::from_secs(2);

/// Watches the readers until the receiver is gone. Unplugged readers and a stopped service are waited for.
pub(super) fn watch(name: Option<&str>, send: &Sender<Reading>) {
    let mut told = None;
    while !send.is_closed() {
        let error = match Context::establish(Scope::User).and_then(|context| watch_readers(&context, name, send, &mut told)) {
            Ok(()) => return,
            Err(error) => error,
        };
        tell(send, &mut told, Device::NoService(error.to_string()));
        sleep(LOOK_UP);
    }
}

/// Says where the device stands, once per change.
fn tell(send: &Sender<Reading>, told: &mut Option<Device>, device: Device) {
    if told.as_ref() != Some(&device) {
        *told = Some(device.clone());
        let _ = send.blocking_send(Reading::Device(device));
    }
}

/// Looks once at service, reader and card, for the self-check. Blocks for as long as a card needs.
#[must_use]
pub fn find(name: Option<&str>) -> Found {
    let look = || -> Result<Found, Error> {
        let context = Context::establish(Scope::User)?;
        let readers = context.list_readers_owned()?;
        let Some(reader) = readers.iter().find(|reader| wanted(reader, name)) else {
            let names: Vec<_> = readers.iter().map(|r| r.to_string_lossy().into_owned()).collect();
            return Ok(if names.is_empty() {
                Found::NoReader
            } else {
                Found::OtherReaders(names)
            });
        };
        let mut state = [ReaderState::new(reader.clone(), State::UNAWARE)];
        context.get_status_change(Duration::ZERO, &mut state)?;
        let there = state[0].event_state().contains(State::PRESENT);
        let card = there.then(|| read(&context, reader).map(|(worker, _)| worker));
        Ok(Found::Reader(reader.to_string_lossy().into_owned(), card))
    };
    look().unwrap_or_else(|error| Found::NoService(error.to_string()))
}

/// Names of the readers that are connected, without those that are no place for cards.
///
/// # Errors
/// Why they cannot be listed, in the words of the service.
pub fn readers() -> Result<Vec<String>, String> {
    let list = || -> Result<Vec<CString>, Error> { Context::establish(Scope::User)?.list_readers_owned() };
    let names = list().map_err(|error| error.to_string())?;
    let names = names.iter().filter(|name| wanted(name, None));
    Ok(names.map(|name| name.to_string_lossy().into_owned()).collect())
}

fn wanted(reader: &CStr, name: Option<&str>) -> bool {
    let reader = reader.to_string_lossy();
    match name {
        Some(name) => reader.contains(name),
        // The slot of a security module holds a card that nobody touches with.
        None => !reader.contains("SAM"),
    }
}

/// Waits for cards as long as the service answers. `Ok` when the receiver is gone.
///
/// A card is new when the reader's counter of comings and goings has moved and a card is there: that sees a swap between two looks
/// and is deaf to other programs using the card. A card that lies there when we first see the reader is no touch: it may lie there
/// since yesterday.
fn watch_readers(context: &Context, name: Option<&str>, send: &Sender<Reading>, told: &mut Option<Device>) -> Result<(), Error> {
    let mut states = vec![ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE)];
    let mut seen: HashMap<CString, u32> = HashMap::new();
    while !send.is_closed() {
        states.retain(|s| s.name() == PNP_NOTIFICATION() || !gone(s));
        seen.retain(|name, _| states.iter().any(|s| s.name() == name.as_c_str()));
        for reader in context.list_readers_owned()? {
            if wanted(&reader, name) && states.iter().all(|s| s.name() != reader.as_c_str()) {
                states.push(ReaderState::new(reader, State::UNAWARE));
            }
        }
        for state in &mut states {
            state.sync_current_state();
        }
        match context.get_status_change(LOOK_UP, &mut states) {
            Ok(()) | Err(Error::UnknownReader | Error::Timeout) => {}
            Err(error) => return Err(error),
        }
        for state in states[1..].iter().filter(|s| !gone(s)) {
            let before = seen.insert(state.name().into(), state.event_count());
            let moved = before.is_some_and(|count| count != state.event_count());
            if moved && state.event_state().contains(State::PRESENT) {
                let reading = read(context, state.name()).map_or_else(Reading::Unreadable, |(worker, issue)| Reading::Worker {
                    worker,
                    issue: Some(issue),
                    method: Method::Card,
                });
                if send.blocking_send(reading).is_err() {
                    return Ok(());
                }
            }
        }
        let ready = states[1..].iter().find(|s| !gone(s));
        let device = ready.map_or(Device::NoReader, |s| Device::Ready(s.name().to_string_lossy().into_owned()));
        tell(send, told, device);
    }
    Ok(())
}

fn gone(state: &ReaderState) -> bool {
    state.event_state().intersects(State::UNKNOWN | State::IGNORE)
}

/// Reads the worker's number and the number of issue from the card on a reader.
fn read(context: &Context, reader: &CStr) -> Result<(WorkerId, u8), Fault> {
    let card = context.connect(reader, ShareMode::Shared, Protocols::ANY).map_err(fault)?;
    let mut buffer = [0; 258];
    let mut ask = |apdu: &[u8]| -> Result<(Vec<u8>, u16), Fault> {
        let answer = card.transmit(apdu, &mut buffer).map_err(fault)?;
        // An answer without a status word is one that broke off.
        let (data, status) = answer.split_last_chunk::<2>().ok_or(Fault::PulledAway)?;
        Ok((data.to_vec(), u16::from_be_bytes(*status)))
    };
    match ask(&SELECT)? {
        (_, 0x9000) => {}
        _ => return Err(Fault::NotCareerCard),
    }
    match ask(&READ)? {
        (record, 0x9000) => parse_record(&record),
        (_, status) => Err(Fault::Damaged(status)),
    }
}

/// A card that speaks no protocol of ours is a foreign one; every other fault at the card means it was not held long enough.
fn fault(error: Error) -> Fault {
    match error {
        Error::UnsupportedCard | Error::ProtoMismatch | Error::InvalidAtr => Fault::NotCareerCard,
        _ => Fault::PulledAway,
    }
}
