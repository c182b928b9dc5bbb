//! Names put together from lists: common enough to look real, belonging to nobody in particular.

use rand::RngExt;
use rand::rngs::StdRng;

const FAMILY: &[(&str, &str)] = &[
    ("青山", "アオヤマ"),
    ("浅野", "アサノ"),
    ("石田", "イシダ"),
    ("上村", "ウエムラ"),
    ("大沢", "オオサワ"),
    ("岡本", "オカモト"),
    ("川口", "カワグチ"),
    ("木下", "キノシタ"),
    ("桑原", "クワバラ"),
    ("小池", "コイケ"),
    ("坂井", "サカイ"),
    ("沢田", "サワダ"),
    ("島田", "シマダ"),
    ("杉浦", "スギウラ"),
    ("高瀬", "タカセ"),
    ("竹内", "タケウチ"),
    ("田村", "タムラ"),
    ("堤", "ツツミ"),
    ("寺尾", "テラオ"),
    ("富田", "トミタ"),
    ("中尾", "ナカオ"),
    ("永井", "ナガイ"),
    ("西川", "ニシカワ"),
    ("野口", "ノグチ"),
    ("服部", "ハットリ"),
    ("平野", "ヒラノ"),
    ("福島", "フクシマ"),
    ("堀内", "ホリウチ"),
    ("松岡", "マツオカ"),
    ("宮崎", "ミヤザキ"),
    ("村上", "ムラカミ"),
    ("森下", "モリシタ"),
    ("矢野", "ヤノ"),
    ("山口", "ヤマグチ"),
    ("吉川", "ヨシカワ"),
    ("和田", "ワダ"),
    ("𠮷野", "ヨシノ"),
    ("髙橋", "タカハシ"),
];

const GIVEN: &[(&str, &str)] = &[
    ("明", "アキラ"),
    ("一輝", "カズキ"),
    ("勝", "マサル"),
    ("健太", "ケンタ"),
    ("浩司", "コウジ"),
    ("悟", "サトル"),
    ("翔", "ショウ"),
    ("誠", "マコト"),
    ("大輔", "ダイスケ"),
    ("拓海", "タクミ"),
    ("剛", "ツヨシ"),
    ("徹", "トオル"),
    ("直樹", "ナオキ"),
    ("信吾", "シンゴ"),
    ("光", "ヒカル"),
    ("弘", "ヒロシ"),
    ("雅之", "マサユキ"),
    ("学", "マナブ"),
    ("稔", "ミノル"),
    ("優斗", "ユウト"),
    ("豊", "ユタカ"),
    ("亮", "リョウ"),
    ("蓮", "レン"),
    ("渉", "ワタル"),
    ("葵", "アオイ"),
    ("恵", "メグミ"),
    ("さくら", "サクラ"),
    ("千尋", "チヒロ"),
    ("遥", "ハルカ"),
    ("美咲", "ミサキ"),
];

const ABROAD: &[(&str, &str, &str)] = &[
    ("TRAN VAN DUNG", "チャン ヴァン ズン", "vi"),
    ("TRAN QUOC BAO", "チャン クオック バオ", "vi"),
    ("LE MINH TUAN", "レ ミン トゥアン", "vi"),
    ("PHAM DUC LONG", "ファム ドゥック ロン", "vi"),
    ("AGUS SETIAWAN", "アグス セティアワン", "id"),
    ("BUDI HARTONO", "ブディ ハルトノ", "id"),
    ("RIZKY PRATAMA", "リズキー プラタマ", "id"),
    ("MARIA SANTOS", "マリア サントス", "en"),
];

const FIRST: &[(&str, &str)] = &[
    ("あさぎり", "アサギリ"),
    ("いちょう", "イチョウ"),
    ("うみかぜ", "ウミカゼ"),
    ("かえで", "カエデ"),
    ("きらめき", "キラメキ"),
    ("くじら", "クジラ"),
    ("こだま", "コダマ"),
    ("さざなみ", "サザナミ"),
    ("しらかば", "シラカバ"),
    ("すずらん", "スズラン"),
    ("たんぽぽ", "タンポポ"),
    ("つばめ", "ツバメ"),
    ("なでしこ", "ナデシコ"),
    ("はるかぜ", "ハルカゼ"),
    ("ひばり", "ヒバリ"),
    ("ほしの", "ホシノ"),
    ("まつば", "マツバ"),
    ("めじろ", "メジロ"),
    ("やまびこ", "ヤマビコ"),
    ("ゆうなぎ", "ユウナギ"),
];

const SECOND: &[(&str, &str)] = &[
    ("躯体工業", "クタイコウギョウ"),
    ("鉄筋", "テッキン"),
    ("型枠", "カタワク"),
    ("電設", "デンセツ"),
    ("設備", "セツビ"),
    ("塗装", "トソウ"),
    ("左官", "サカン"),
    ("土木", "ドボク"),
    ("鳶工業", "トビコウギョウ"),
    ("内装", "ナイソウ"),
    ("防水", "ボウスイ"),
    ("板金", "バンキン"),
];

/// Name, kana and language of a person.
pub fn person_name(random: &mut StdRng) -> (String, String, &'static str) {
    if random.random_ratio(1, 9) {
        let (name, kana, language) = ABROAD[random.random_range(0..ABROAD.len())];
        return (name.to_owned(), kana.to_owned(), language);
    }
    let (family, given) = (
        FAMILY[random.random_range(0..FAMILY.len())],
        GIVEN[random.random_range(0..GIVEN.len())],
    );
    (format!("{} {}", family.0, given.0), format!("{} {}", family.1, given.1), "ja")
}

/// The `n`th company name and its kana; different for different `n`.
#[must_use]
pub fn company_name(n: usize) -> (String, String) {
    let (first, second) = (FIRST[n % FIRST.len()], SECOND[n / FIRST.len() % SECOND.len()]);
    let number = n / (FIRST.len() * SECOND.len());
    let suffix = if number == 0 {
        String::new()
    } else {
        format!("第{}", number + 1)
    };
    (
        format!("{}{}{suffix}株式会社", first.0, second.0),
        format!("{}{}{suffix}", first.1, second.1),
    )
}
