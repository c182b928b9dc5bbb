//! The standard API (標準API) and the reader protocol as types: where registry, site systems and readers meet.
//!
//! The real wire format of the national system is not public; this one is ours. IDs travel as texts, so that a wrong one in one
//! item is answered for that item and does not spoil the batch.

pub mod code;
pub mod qr;
pub mod seal;
pub mod setup;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most items one request may carry (our rule; the operator can set it lower).
pub const MAX_ITEMS: usize = 1_000;

/// Version of this protocol. A server answers it in the header `ashiba-protocol`; a client that meets a higher major number says so.
pub const PROTOCOL: &str = "1.4";

/// Path of the intake of touches.
pub const TOUCHES: &str = "/api/v1/touches";
/// Path of the roster copy for readers.
pub const ROSTER: &str = "/api/v1/roster";

/// Header of the roster copy: its code by [`seal::Secret::code`], over the bytes of the body (since 1.2).
pub const ROSTER_CODE: &str = "ashiba-code";

/// `POST /api/v1/touches`: a batch of touches from one sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TouchBatch {
    /// The sender's clock at the moment of sending; the registry measures the offset from it.
    #[schema(value_type = String, format = DateTime)]
    pub sent_at: Timestamp,
    /// Program and version of the sender, for the device list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// What the device tells of itself (since 1.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceReport>,
    /// 1 to 1,000 touches.
    pub touches: Vec<TouchItem>,
}

/// What a device tells of itself with each batch, for the page of the devices (since 1.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceReport {
    /// The device's own id, made by chance when its record was begun: 1 to 64 letters and digits. By it two devices with one key are noticed.
    pub id: String,
    /// Touches that wait on it still, without those of this batch.
    pub backlog: u64,
    /// Highest running number it has given.
    pub highest: u64,
    /// Head of its hash chain at that number, as it makes it: kept as a witness.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    /// First running number at which its own record does not hold any more, if one was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_at: Option<u64>,
}

/// One touch (タッチ) as it travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TouchItem {
    /// The sender's own id of the item (ULID advised), repeated in the answer. It does not decide sameness: worker, site, time and direction do.
    pub item_id: String,
    /// 技能者ID, 14 digits.
    pub worker_id: String,
    /// 現場ID, 14 digits.
    pub site_id: String,
    /// Device time with offset, to the second.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Entry or exit.
    #[schema(value_type = String, example = "in")]
    pub direction: domain::Direction,
    /// How the worker was known.
    #[serde(default)]
    pub method: Method,
    /// Running number of the device, for finding gaps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Number of issue of the card (発行番号), 1 to 99, if the chip told it: a lost or replaced card is then refused (since 1.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_issue: Option<u16>,
}

/// How the worker was known at the device (devices table of the site-system rule book).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The card's chip.
    #[default]
    Card,
    /// A file of a reader with built-in logging.
    Import,
    /// The worker's number alone, typed or scanned from print: says less than the chip.
    Number,
    /// The worker's number and his own code (番号入力). Sent by a reader only if its roster copy told [`NumberEntry`], so that an older
    /// registry never meets the word (since 1.3).
    NumberCode,
    /// A QR on the worker's telephone that the registry had signed a moment before. Sent only if the copy told [`QrEntry`] (since 1.4).
    Qr,
    /// A printed QR with the worker ID alone: says less than a signed one. Sent only if the copy told [`QrEntry`] (since 1.4).
    QrPlain,
}

impl Method {
    /// The stored form.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Import => "import",
            Self::Number => "number",
            Self::NumberCode => "number_code",
            Self::Qr => "qr",
            Self::QrPlain => "qr_plain",
        }
    }
}

/// Answer to a batch: one result per item, in the order sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TouchAnswers {
    /// The registry's clock.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// One per item, same order.
    pub results: Vec<TouchAnswer>,
    /// Running numbers between the lowest and the highest of this device that never came in, as pairs of the first and the last of each
    /// gap. Whoever still has these touches sends them again (since 1.2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<(u64, u64)>,
}

/// Touches on their way by stick: what [`seal::Kind::Outbox`] seals, as JSON (since 1.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxFile {
    /// When it was written, by the device's clock.
    pub written_at: Timestamp,
    /// Program and version.
    pub sender: String,
    /// The device's own id.
    pub device: String,
    /// The touches, in the order of their running numbers; any number.
    pub touches: Vec<TouchItem>,
}

/// What the registry has of a device's touches: what [`seal::Kind::Receipt`] seals, as JSON (since 1.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The reader's devices by their own ids: running numbers that came in, as pairs of the first and the last.
    pub devices: Vec<(String, Vec<(u64, u64)>)>,
}

/// What became of one touch. `stored` and `already_stored` are both success: the sender may forget the touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TouchAnswer {
    /// As sent.
    pub item_id: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The worker's name as the card shows it; absent if refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Does the day count? Absent if refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<DayAnswer>,
    /// Why it was refused, or what else there is to know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
}

/// Fate of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Stored just now.
    Stored,
    /// Was there already; nothing changed.
    AlreadyStored,
    /// Not taken in; see the remark. The registry keeps a note of it, and the sender keeps the touch.
    Refused,
}

/// The history (就業履歴) of the day the touch belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayAnswer {
    /// The work day in Japan, `2026-11-21`.
    #[schema(value_type = String, format = Date)]
    pub work_day: domain::WorkDay,
    /// Whether the day counts toward ability evaluation (能力評価に有効) as things stand.
    pub counts: bool,
    /// If it does not count: why, who can mend it, until when. First the one to mend first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Remark>,
}

/// A reason, refusal or note in a form for machines and for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Remark {
    /// Stable code, such as `OCUK0407W`.
    pub code: String,
    /// Finer stable word, such as `history.not_on_roster`.
    pub key: String,
    /// A sentence in the reader's language.
    pub text: String,
    /// The field or JSON pointer concerned, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Who can mend it, as a name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mender: Option<String>,
    /// Last day on which mending helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<domain::WorkDay>,
    /// Path of the screen that mends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// `GET /api/v1/roster`: what a reader needs to answer at the gate without a network. Only workers of the reader's own site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RosterCopy {
    /// Site of the reader.
    pub site_id: String,
    /// Name of the site.
    pub site_name: String,
    /// When the copy was made; shown beside every answer given from it.
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Timestamp,
    /// Until when touches may be judged by it; later they are kept without a word on whether they count (since 1.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// Number entry (番号入力), if the prime lets this reader take it (since 1.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_entry: Option<NumberEntry>,
    /// QRs of workers, if the prime lets this reader take them (since 1.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr: Option<QrEntry>,
    /// One row per worker.
    pub workers: Vec<RosterCopyRow>,
}

/// How number entry (番号入力) goes at a reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NumberEntry {
    /// Wrong codes of a worker in a row before none of his is taken for a while.
    pub misses: u32,
    /// How long that is.
    pub rest_minutes: u32,
}

/// How QRs of workers go at a reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QrEntry {
    /// What signed ones are checked by: the registry's public key on P-256, a compressed point (SEC 1) in hex.
    pub key: String,
    /// For how many seconds a signed one is good after it was made.
    pub seconds: u32,
    /// Whether printed ones with the worker ID alone are taken too.
    pub plain: bool,
    /// Wrong ones of a worker in a row before none of his is taken for a while.
    pub misses: u32,
    /// How long that is.
    pub rest_minutes: u32,
}

/// One worker of a roster copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RosterCopyRow {
    /// 技能者ID.
    pub worker_id: String,
    /// Name as the card shows it.
    pub name: String,
    /// Language the worker asked for (`ja`, `en`, `vi`, `id`).
    pub language: String,
    /// Whether a touch today would count.
    pub counts: bool,
    /// If not, why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Remark>,
    /// Cards of the worker that are dead, if any are (since 1.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_cards: Option<DeadCards>,
    /// What the worker's own code is checked by, if he has set one and the reader takes number entry (since 1.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<code::CodeCheck>,
}

/// Cards that a reader without a network refuses by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeadCards {
    /// All up to this number of issue.
    pub up_to: u16,
    /// What to say of them.
    pub remark: Remark,
}

/// Body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Stable code, such as `OCUX0904E`.
    pub code: String,
    /// A sentence for people.
    pub text: String,
    /// Field or JSON pointer, if one is concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Number to tell the support; the log has the whole story under it.
    pub reference: String,
    /// Whether sending the same again later can help.
    pub passing: bool,
}
