//! The pages of the gallery.

use anyhow::anyhow;
use askama::Template;
use axum::response::IntoResponse;
use domain::{WorkDay, WorkerId, YearMonth};
use serde::Deserialize;
use web::{FieldErrors, Form, FormState, Frame, Mood, Page, PageError, Routes, page};

use crate::data::{Day, Mark, Node, Row, days, rows, tree};

pub fn routes() -> Routes {
    Routes::new()
        .get("/", parts)
        .get("/sign-in", sign_in)
        .get("/form", form)
        .post("/form", save)
        .get("/month", month)
        .get("/mine", mine)
        .get("/tree", organisation)
        .get("/gate", gate_good)
        .get("/gate-wait", gate_wait)
        .get("/empty", empty)
        .get("/broken", broken)
}

fn november() -> Result<YearMonth, PageError> {
    YearMonth::new(2026, 11).ok_or(PageError::NotFound)
}

#[derive(Template)]
#[template(path = "parts_page.html", config = "examples/gallery/askama.toml")]
struct PartsPage {
    frame: Frame,
    moods: [(Mood, &'static str); 5],
    facts: [(&'static str, &'static str); 4],
    steps: [&'static str; 4],
    workers: Vec<Row>,
}

async fn parts(frame: Frame) -> Page {
    let workers = rows(&days(&frame.t, november()?)).into_iter().take(4).collect();
    page(&PartsPage {
        frame: frame.titled("部品の見本"),
        moods: [
            (Mood::Good, "有効"),
            (Mood::Warn, "まだ有効ではありません"),
            (Mood::Pending, "承認待ち"),
            (Mood::Info, "夜勤"),
            (Mood::Bad, "登録期限切れ"),
        ],
        facts: [
            ("現場名", "（仮称）みなと町三丁目計画新築工事"),
            ("現場ID", "0042 1873 5560 71"),
            ("元請", "見本建設株式会社"),
            ("工期", "2026年4月1日から2027年9月30日まで"),
        ],
        steps: ["現場を登録", "施工体制", "作業員名簿", "カードリーダー"],
        workers,
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RosterForm {
    worker: String,
    trade: String,
    from: String,
    work: String,
    foreman: String,
}

#[derive(Template)]
#[template(path = "form_page.html", config = "examples/gallery/askama.toml")]
struct FormPage {
    frame: Frame,
    form: FormState<RosterForm>,
    trades: [(&'static str, &'static str); 3],
}

fn form_page(frame: Frame, form: FormState<RosterForm>) -> Page {
    let frame = frame
        .titled("技能者を作業員名簿に登録")
        .crumb("現場・契約", "/empty")
        .crumb("みなと町三丁目計画", "/tree");
    let trades = [
        ("0101", "鉄筋工 / 鉄筋工"),
        ("0201", "型枠工 / 型枠大工"),
        ("0301", "左官 / 左官"),
    ];
    let status = form.status();
    Ok((status, page(&FormPage { frame, form, trades })?).into_response())
}

async fn form(frame: Frame) -> Page {
    let state = FormState::new(
        &frame.t,
        RosterForm {
            from: "2026-11-01".to_owned(),
            ..RosterForm::default()
        },
    );
    form_page(frame, state)
}

async fn save(frame: Frame, Form(form): Form<RosterForm>) -> Page {
    let mut errors = FieldErrors::new();
    errors.take("worker", form.worker.parse::<WorkerId>(), |_| {
        "gallery-worker-wrong".to_owned()
    });
    if form.trade.is_empty() {
        errors.add("trade", "gallery-trade-missing");
    }
    if errors.is_empty() {
        return Ok(web::redirect_with("/month", "gallery-saved"));
    }
    let state = FormState::wrong(&frame.t, form, errors);
    form_page(frame, state)
}

#[derive(Template)]
#[template(path = "month_page.html", config = "examples/gallery/askama.toml")]
struct MonthPage {
    frame: Frame,
    days: Vec<Day>,
    rows: Vec<Row>,
    totals: Vec<(usize, &'static str)>,
    counts: usize,
    not_yet: usize,
}

async fn month(frame: Frame) -> Page {
    let month = november()?;
    let days = days(&frame.t, month);
    let rows = rows(&days);
    let on_site = |d: usize| {
        rows.iter()
            .filter(|r| r.marks.get(d).is_some_and(|(m, _)| *m != Mark::Nothing))
            .count()
    };
    let totals = days.iter().enumerate().map(|(d, day)| (on_site(d), day.class)).collect();
    let (counts, not_yet) = (rows.iter().map(|r| r.counts).sum(), rows.iter().map(|r| r.not_yet).sum());
    let title = format!("就業履歴 月別カレンダー {}", frame.t.month(month));
    let frame = frame
        .titled(title)
        .crumb("現場・契約", "/empty")
        .crumb("みなと町三丁目計画", "/tree");
    page(&MonthPage {
        frame,
        days,
        rows,
        totals,
        counts,
        not_yet,
    })
}

#[derive(Template)]
#[template(path = "mine_page.html", config = "examples/gallery/askama.toml")]
struct MinePage {
    frame: Frame,
    days: Vec<(Day, Mark)>,
    counts: usize,
    not_yet: usize,
}

async fn mine(frame: Frame) -> Page {
    let month = november()?;
    let days = days(&frame.t, month);
    let row = rows(&days).into_iter().nth(26).ok_or(PageError::NotFound)?;
    let title = frame.t.month(month);
    let days = days.into_iter().zip(row.marks.iter().map(|(m, _)| *m)).collect();
    page(&MinePage {
        frame: frame.titled(format!("わたしの就業履歴 {title}")),
        days,
        counts: row.counts,
        not_yet: row.not_yet,
    })
}

#[derive(Template)]
#[template(path = "tree_page.html", config = "examples/gallery/askama.toml")]
struct TreePage {
    frame: Frame,
    root: Node,
}

async fn organisation(frame: Frame) -> Page {
    page(&TreePage {
        frame: frame
            .titled("施工体制")
            .crumb("現場・契約", "/empty")
            .crumb("みなと町三丁目計画", "/tree"),
        root: tree(),
    })
}

#[derive(Template)]
#[template(path = "gate_page.html", config = "examples/gallery/askama.toml")]
struct GatePage {
    frame: Frame,
    mood: Mood,
    name: &'static str,
    company: &'static str,
    verdict: &'static str,
    reason: &'static str,
}

async fn gate_good(frame: Frame) -> Page {
    let (name, company) = ("青葉 一郎", "あおば鉄筋工業 1次");
    page(&GatePage {
        frame: frame.titled("入退場"),
        mood: Mood::Good,
        name,
        company,
        verdict: "入場しました。有効です",
        reason: "",
    })
}

async fn gate_wait(frame: Frame) -> Page {
    let (name, company) = ("グエン ヴァン・ミン", "若草型枠 2次");
    let reason = "作業員名簿にまだ載っていません。若草型枠の責任者が2026年12月31日までに登録すると、有効になります。";
    page(&GatePage {
        frame: frame.titled("入退場"),
        mood: Mood::Warn,
        name,
        company,
        verdict: "記録しました。まだ有効ではありません",
        reason,
    })
}

#[derive(Template)]
#[template(path = "sign_in_page.html", config = "examples/gallery/askama.toml")]
struct SignInPage {
    frame: Frame,
}

async fn sign_in(frame: Frame) -> Page {
    page(&SignInPage {
        frame: frame.titled("ログイン"),
    })
}

#[derive(Template)]
#[template(path = "empty_page.html", config = "examples/gallery/askama.toml")]
struct EmptyPage {
    frame: Frame,
}

async fn empty(frame: Frame) -> Page {
    page(&EmptyPage {
        frame: frame.titled("現場・契約"),
    })
}

async fn broken() -> Page {
    Err(anyhow!("nothing of this is shown").into())
}

impl Day {
    /// Is this the day the gallery calls today?
    fn is_today(&self) -> bool {
        self.day == WorkDay::from_date(jiff::civil::date(2026, 11, 20))
    }
}
