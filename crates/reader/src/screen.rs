//! What the worker reads: one to three lines, in the worker's own language where the roster copy tells it.

use domain::Direction;
use domain::time::japan_time;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wire::Remark;

use crate::card::{Device, Fault};
use crate::gate::{Answer, Verdict};
use crate::signal::Beep;
use crate::words::Say;

/// Languages of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
    /// Vietnamese.
    Vi,
    /// Indonesian.
    Id,
}

impl Language {
    /// As in `Accept-Language`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
            Self::Vi => "vi",
            Self::Id => "id",
        }
    }

    /// The language of a locale such as `ja_JP.UTF-8`. None if it is empty; English if it is one we do not speak (and for `C`).
    #[must_use]
    pub fn of_locale(locale: &str) -> Option<Self> {
        let tag = locale.split(['_', '.', '-']).next().unwrap_or_default();
        match tag {
            "" => None,
            tag => Some(Self::from_tag(tag).unwrap_or(Self::En)),
        }
    }

    fn from_tag(tag: &str) -> Option<Self> {
        [Self::Ja, Self::En, Self::Vi, Self::Id].into_iter().find(|l| l.tag() == tag)
    }
}

/// What the worker gets to see of a touch, or of a card that gave none: on the terminal as text, on the kiosk page as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Language of the sentences, as in HTML.
    pub language: &'static str,
    /// What is heard.
    pub beep: Beep,
    /// `in` or `out`; none for a card that gave no number.
    pub direction: Option<&'static str>,
    /// The same in words.
    pub way: &'static str,
    /// Name, else the number with its middle hidden; empty for a card that gave none.
    pub name: String,
    /// Time of day of the touch.
    pub time: String,
    /// Does it count?
    pub verdict: &'static str,
    /// What else there is to know: said before, or said from the roster copy.
    pub notes: Vec<String>,
    /// Why it does not count, who can mend it, until when.
    pub reasons: Vec<String>,
}

impl View {
    /// Of a touch. `own` is the screen's language, used when the worker's is not known.
    #[must_use]
    pub fn of(answer: &Answer, own: Language) -> Self {
        let language = answer.language.as_deref().and_then(Language::from_tag).unwrap_or(own);
        let (direction, way) = (
            answer.key.direction,
            match answer.key.direction {
                Direction::In => Say::In,
                Direction::Out => Say::Out,
            },
        );
        let verdict = match answer.verdict {
            Verdict::Counts => Say::Counts,
            Verdict::NotYet(_) => Say::NotYet,
            Verdict::Recorded => Say::Recorded,
            Verdict::Refused(_) => Say::Refused,
        };
        let mut notes = Vec::new();
        if answer.again {
            notes.push(Say::Again.to(language).to_owned());
        }
        if let Some(as_of) = answer.copy_of {
            notes.push(format!(
                "{} {}",
                Say::AsOf.to(language),
                japan_time(as_of).strftime("%m-%d %H:%M")
            ));
        }
        if answer.expired {
            notes.push(Say::CopyExpired.to(language).to_owned());
        }
        let reason = |remark: &Remark| {
            let mut text = remark.text.clone();
            if let Some(mender) = &remark.mender {
                text += &format!(" → {mender}");
            }
            if let Some(until) = remark.until {
                text += &format!(" ({} {until})", Say::Until.to(language));
            }
            text
        };
        Self {
            language: language.tag(),
            beep: answer.verdict.beep(),
            direction: Some(direction.word()),
            way: way.to(language),
            name: answer.name.clone().unwrap_or_else(|| answer.key.worker.masked()),
            time: japan_time(answer.key.at).strftime("%H:%M").to_string(),
            verdict: verdict.to(language),
            notes,
            reasons: answer.verdict.remarks().iter().map(reason).collect(),
        }
    }

    /// Of something that was held to the reader, but is no touch.
    #[must_use]
    pub fn of_none(sentence: &'static str, own: Language) -> Self {
        Self {
            language: own.tag(),
            beep: Beep::Long,
            direction: None,
            way: "",
            name: String::new(),
            time: String::new(),
            verdict: sentence,
            notes: Vec::new(),
            reasons: Vec::new(),
        }
    }

    /// The lines for a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        if self.direction.is_none() {
            return self.verdict.to_owned();
        }
        let mut text = format!("{}  {}  {}  {}", self.way, self.name, self.time, self.verdict);
        for note in &self.notes {
            text += &format!(" ({note})");
        }
        for reason in &self.reasons {
            text += &format!("\n    {reason}");
        }
        text
    }
}

/// The line for a card that gave no number.
#[must_use]
pub fn fault(fault: Fault, own: Language) -> &'static str {
    match fault {
        Fault::NotCareerCard => Say::NotCareerCard,
        Fault::PulledAway => Say::PulledAway,
        Fault::Damaged(_) => Say::Damaged,
        Fault::Number(_) => Say::Number,
        Fault::NoCode => Say::NoCode,
        Fault::WrongCode => Say::WrongCode,
        Fault::ForgedQr => Say::ForgedQr,
        Fault::StaleQr => Say::StaleQr,
        Fault::QrAhead => Say::QrAhead,
        Fault::UsedQr => Say::UsedQr,
        Fault::QrRests => Say::QrRests,
        Fault::PlainQr => Say::PlainQr,
        Fault::NotOnCopy => Say::NotOnCopy,
    }
    .to(own)
}

/// The line for a touch that could not be written down.
#[must_use]
pub fn not_recorded(own: Language) -> &'static str {
    Say::NotRecorded.to(own)
}

/// The line for the device.
#[must_use]
pub fn device(device: &Device, own: Language) -> &'static str {
    match device {
        Device::Ready(_) => Say::Ready,
        Device::NoReader => Say::NoReader,
        Device::NoService(_) => Say::NoService,
    }
    .to(own)
}

/// A time as people here read it.
#[must_use]
pub fn local(at: Timestamp) -> String {
    japan_time(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
