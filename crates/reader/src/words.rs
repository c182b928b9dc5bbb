//! The program's own words, each in Japanese, English, Vietnamese and Indonesian. Reasons come from the registry.

use crate::screen::Language;

/// What there is to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Say {
    In,
    Out,
    Counts,
    NotYet,
    Recorded,
    Refused,
    Again,
    AsOf,
    CopyExpired,
    Until,
    NotCareerCard,
    PulledAway,
    Damaged,
    Number,
    NotRecorded,
    Ready,
    NoReader,
    NoService,
    // The kiosk page.
    Mode,
    ModeIn,
    ModeOut,
    ModeAuto,
    Today,
    OnSite,
    Nobody,
    Online,
    Offline,
    Waiting,
    NeedsPerson,
    SoundOff,
    Gone,
    PinTitle,
    PinHelp,
    PinOpen,
    PinWrong,
    PinWait,
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
            Self::CopyExpired => [
                "名簿の写しが古いため、有効かどうかは判定していません",
                "the roster copy is too old to judge by",
                "bản sao danh sách quá cũ để đánh giá",
                "salinan daftar terlalu lama untuk dinilai",
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
            Self::Mode => ["タッチの向き", "Touches are", "Lượt chạm là", "Sentuhan adalah"],
            Self::ModeIn => ["入場", "IN", "VÀO", "MASUK"],
            Self::ModeOut => ["退場", "OUT", "RA", "KELUAR"],
            Self::ModeAuto => ["自動", "Automatic", "Tự động", "Otomatis"],
            Self::Today => ["本日の入場", "Came in today", "Đã vào hôm nay", "Masuk hari ini"],
            Self::OnSite => ["場内", "On site now", "Đang ở công trường", "Di lokasi sekarang"],
            Self::Nobody => [
                "場内には誰もいません",
                "Nobody is on site",
                "Không có ai ở công trường",
                "Tidak ada orang di lokasi",
            ],
            Self::Online => ["オンライン", "On line", "Trực tuyến", "Daring"],
            Self::Offline => [
                "オフライン（記録は続きます）",
                "Off line (touches are kept)",
                "Ngoại tuyến (vẫn ghi nhận)",
                "Luring (tetap dicatat)",
            ],
            Self::Waiting => ["未送信", "Waiting", "Chờ gửi", "Menunggu"],
            Self::NeedsPerson => [
                "登録できない記録があります。現場の担当者は ashiba reader status で確認してください",
                "Some touches were refused. The site office: see ashiba reader status",
                "Có lượt chạm bị từ chối. Văn phòng: xem ashiba reader status",
                "Ada sentuhan ditolak. Kantor: lihat ashiba reader status",
            ],
            Self::SoundOff => ["音を出す", "Turn sound on", "Bật âm thanh", "Nyalakan suara"],
            Self::Gone => [
                "リーダーのプログラムが止まっています。タッチは記録されません",
                "The reader program does not run. Touches are NOT recorded",
                "Chương trình đọc thẻ không chạy. Lượt chạm KHÔNG được ghi",
                "Program pembaca tidak berjalan. Sentuhan TIDAK dicatat",
            ],
            Self::PinTitle => [
                "この端末で開く",
                "Open on this device",
                "Mở trên thiết bị này",
                "Buka di perangkat ini",
            ],
            Self::PinHelp => [
                "リーダーの機械で「ashiba reader pin」を実行すると番号が出ます",
                "The number is shown by “ashiba reader pin” on the reader's machine",
                "Chạy “ashiba reader pin” trên máy đọc thẻ để xem số",
                "Nomor ditampilkan oleh “ashiba reader pin” di mesin pembaca",
            ],
            Self::PinOpen => ["開く", "Open", "Mở", "Buka"],
            Self::PinWrong => ["番号が違います", "That is not the number", "Số không đúng", "Nomor salah"],
            Self::PinWait => [
                "間違いが続いたため、1分待ってください",
                "Too many wrong numbers: wait a minute",
                "Sai quá nhiều lần: hãy chờ một phút",
                "Terlalu banyak salah: tunggu satu menit",
            ],
        }
    }

    pub(crate) fn to(self, language: Language) -> &'static str {
        self.texts()[language as usize]
    }
}
