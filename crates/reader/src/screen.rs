//! What the worker reads: one to three lines, in the worker's own language where the roster copy tells it.

use domain::Direction;
use domain::time::japan_time;
use jiff::Timestamp;
use serde::Deserialize;

use crate::card::{Device, Fault};
use crate::gate::{Answer, Verdict};

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

    fn from_tag(tag: &str) -> Option<Self> {
        [Self::Ja, Self::En, Self::Vi, Self::Id].into_iter().find(|l| l.tag() == tag)
    }
}

/// The program's own sentences; reasons come from the registry. Each in Japanese, English, Vietnamese, Indonesian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Say {
    In,
    Out,
    Counts,
    NotYet,
    Recorded,
    Refused,
    Again,
    AsOf,
    Until,
    NotCareerCard,
    PulledAway,
    Damaged,
    Number,
    NotRecorded,
    Ready,
    NoReader,
    NoService,
}

impl Say {
    fn texts(self) -> [&'static str; 4] {
        match self {
            Self::In => ["入場", "IN", "VÀO", "MASUK"],
            Self::Out => ["退場", "OUT", "RA", "KELUAR"],
            Self::Counts => ["有効です", "It counts", "Được tính", "Dihitung"],
            Self::NotYet => [
                "記録しました。まだ有効ではありません",
                "Recorded. It does not count yet",
                "Đã ghi nhận. Chưa được tính",
                "Tercatat. Belum dihitung",
            ],
            Self::Recorded => [
                "記録しました。有効かどうかは後で確認されます",
                "Recorded. Whether it counts is checked later",
                "Đã ghi nhận. Việc có được tính hay không sẽ kiểm tra sau",
                "Tercatat. Apakah dihitung akan diperiksa nanti",
            ],
            Self::Refused => [
                "登録できません。現場の担当者に知らせてください",
                "Not accepted. Please tell the site office",
                "Không được chấp nhận. Hãy báo văn phòng công trường",
                "Tidak diterima. Beri tahu kantor proyek",
            ],
            Self::Again => ["記録済み", "already recorded", "đã ghi nhận rồi", "sudah tercatat"],
            Self::AsOf => [
                "オフライン・名簿の時点",
                "offline, roster of",
                "ngoại tuyến, danh sách lúc",
                "luring, daftar per",
            ],
            Self::Until => ["期限", "until", "hạn", "batas"],
            Self::NotCareerCard => [
                "キャリアアップカードではありません",
                "This is not a career card",
                "Đây không phải thẻ nghề",
                "Ini bukan kartu karier",
            ],
            Self::PulledAway => [
                "もう一度、止めてかざしてください",
                "Hold the card still and try again",
                "Giữ yên thẻ và thử lại",
                "Tahan kartu dan coba lagi",
            ],
            Self::Damaged => [
                "カードを読めません。現場の担当者に知らせてください",
                "The card cannot be read. Please tell the site office",
                "Không đọc được thẻ. Hãy báo văn phòng công trường",
                "Kartu tidak terbaca. Beri tahu kantor proyek",
            ],
            Self::Number => [
                "技能者IDではありません",
                "This is not a worker ID",
                "Đây không phải mã số thợ",
                "Ini bukan ID pekerja",
            ],
            Self::NotRecorded => [
                "記録できませんでした。現場の担当者に知らせてください",
                "NOT recorded. Please tell the site office",
                "KHÔNG ghi được. Hãy báo văn phòng công trường",
                "TIDAK tercatat. Beri tahu kantor proyek",
            ],
            Self::Ready => [
                "カードをかざしてください",
                "Hold your card to the reader",
                "Hãy đặt thẻ vào máy đọc",
                "Tempelkan kartu",
            ],
            Self::NoReader => [
                "カードリーダーがつながっていません",
                "No card reader is connected",
                "Chưa kết nối máy đọc thẻ",
                "Pembaca kartu tidak terhubung",
            ],
            Self::NoService => [
                "カードリーダーのサービスが動いていません",
                "The card reader service does not run",
                "Dịch vụ đọc thẻ không chạy",
                "Layanan pembaca kartu tidak berjalan",
            ],
        }
    }

    fn to(self, language: Language) -> &'static str {
        self.texts()[language as usize]
    }
}

/// The lines for a touch. `own` is the screen's language, used when the worker's is not known.
#[must_use]
pub fn touch(answer: &Answer, own: Language) -> String {
    let language = answer.language.as_deref().and_then(Language::from_tag).unwrap_or(own);
    let way = match answer.key.direction {
        Direction::In => Say::In,
        Direction::Out => Say::Out,
    };
    let verdict = match answer.verdict {
        Verdict::Counts => Say::Counts,
        Verdict::NotYet(_) => Say::NotYet,
        Verdict::Recorded => Say::Recorded,
        Verdict::Refused(_) => Say::Refused,
    };
    let name = answer.name.clone().unwrap_or_else(|| answer.key.worker.masked());
    let time = japan_time(answer.key.at).strftime("%H:%M");
    let mut text = format!("{}  {name}  {time}  {}", way.to(language), verdict.to(language));
    if answer.again {
        text += &format!(" ({})", Say::Again.to(language));
    }
    if let Some(as_of) = answer.copy_of {
        text += &format!(" ({} {})", Say::AsOf.to(language), japan_time(as_of).strftime("%m-%d %H:%M"));
    }
    for remark in answer.verdict.remarks() {
        text += &format!("\n    {}", remark.text);
        if let Some(mender) = &remark.mender {
            text += &format!(" → {mender}");
        }
        if let Some(until) = remark.until {
            text += &format!(" ({} {until})", Say::Until.to(language));
        }
    }
    text
}

/// The line for a card that gave no number.
#[must_use]
pub fn fault(fault: Fault, own: Language) -> &'static str {
    match fault {
        Fault::NotCareerCard => Say::NotCareerCard,
        Fault::PulledAway => Say::PulledAway,
        Fault::Damaged(_) => Say::Damaged,
        Fault::Number(_) => Say::Number,
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
