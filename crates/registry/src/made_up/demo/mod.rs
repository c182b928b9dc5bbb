//! The demo: a building site with its organisation, sixty people, two months of touches and the usual faults, made through the
//! same use cases as everything else.

mod cards;
mod life;
mod organisation;
mod papers;
mod past;
mod records;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub(super) use cards::LEVEL;
use domain::access::Role;
use domain::form::Fields;
use domain::judge::open_since;
use domain::master::Trade;
use domain::organisation::NodeId;
use domain::site::Publication;
use domain::{Clock, CompanyId, SiteId, TradeCode, WorkDay, WorkerId, time};
use jiff::Timestamp;
pub(super) use life::TERM;
use rand::SeedableRng;
use rand::rngs::StdRng;
pub(super) use records::BIRTH;
use store::{Db, Tx};

use super::{Company, Worker, company_id, insert_companies, insert_workers, move_worker, site_fields, worker};
use crate::access::{UseCaseError, Viewer};
use crate::rooms::accounts::{self, NewAccount};
use crate::rooms::application;
use crate::rooms::orderer::{self, AgreeForm};
use crate::rooms::organisation::{Answer, InviteForm, answer, invite};
use crate::rooms::roster::{PutForm, PutWorker, put};
use crate::rooms::site;
use crate::{App, Settings};

/// Password of every account of the demo.
pub const DEMO_PASSWORD: &str = "ashiba-demo-2026";

/// One log-in of the demo.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Whose it is, for the table that is printed.
    pub who: String,
    /// What is typed.
    pub id: String,
}

/// What the demo's gate and its start page need.
#[derive(Debug, Clone)]
pub struct Demo {
    /// Log-ins, one of each kind.
    pub sign_ins: Vec<SignIn>,
    /// Site with the simulated gate.
    pub site: SiteId,
    /// Its reader's key.
    pub reader_key: String,
    /// People who come to it.
    pub people: Vec<WorkerId>,
}

/// A clock that stands where it was put, for making the past.
#[derive(Debug)]
struct PastClock(AtomicI64);

impl PastClock {
    fn set(&self, at: Timestamp) {
        self.0.store(at.as_second(), Ordering::SeqCst);
    }
}

impl Clock for PastClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// A use case that may not be refused here.
fn done<T, R: std::fmt::Debug>(result: Result<T, UseCaseError<R>>) -> anyhow::Result<T> {
    result.map_err(|error| match error {
        UseCaseError::Refused(refusal) => anyhow::anyhow!("made-up data were refused: {refusal:?}"),
        UseCaseError::Broken(error) => error,
    })
}

/// A made-up site, opened by somebody who stands in it.
async fn open(tx: &Tx, viewer: &Viewer, site: SiteId) -> anyhow::Result<site::OpenSite> {
    let opened = site::open(tx, viewer, &site.to_string()).await;
    opened.map_err(|closed| anyhow::anyhow!("a made-up site does not open: {closed:?}"))
}

/// The instant of a time of day in Japan.
fn at(day: WorkDay, hour: i8, minute: i8, second: i8) -> Timestamp {
    let local = day.date().at(hour, minute, second, 0);
    local.to_zoned(time::japan()).map_or(Timestamp::UNIX_EPOCH, |z| z.timestamp())
}

struct Made {
    app: App,
    clock: Arc<PastClock>,
    random: StdRng,
    accounts: BTreeMap<CompanyId, Viewer>,
    sign_ins: Vec<SignIn>,
}

impl Made {
    async fn tx(&self) -> anyhow::Result<Tx> {
        Ok(self.app.db().write().await?)
    }

    fn viewer(&self, company: CompanyId) -> anyhow::Result<&Viewer> {
        self.accounts
            .get(&company)
            .ok_or_else(|| anyhow::anyhow!("a made-up company without an account"))
    }

    /// Gives the key of the account.
    async fn account(&mut self, new: NewAccount<'_>, who: &str, company_name: &str) -> anyhow::Result<String> {
        let tx = self.tx().await?;
        let account = accounts::create(&self.app, &tx, &new).await?;
        tx.commit().await?;
        self.sign_ins.push(SignIn {
            who: who.to_owned(),
            id: new.sign_in_id.to_owned(),
        });
        if let (Role::Administrator, Some(company)) = (new.role, new.company) {
            let viewer = Viewer::without_session(account.clone(), new.name, new.role, Some((company, company_name.to_owned())));
            self.accounts.insert(company, viewer);
        }
        Ok(account)
    }

    async fn invite(&self, site: SiteId, upper: CompanyId, lower: CompanyId) -> anyhow::Result<NodeId> {
        let tx = self.tx().await?;
        let viewer = self.viewer(upper)?;
        let open = open(&tx, viewer, site).await?;
        let form = InviteForm {
            company: lower.to_string(),
            ..InviteForm::default()
        };
        let node = done(invite(&self.app, &tx, viewer, &open, &form).await)?;
        tx.commit().await?;
        Ok(node)
    }

    async fn approve(&self, company: CompanyId, node: &NodeId, work_name: &str, work_content: &str) -> anyhow::Result<()> {
        let tx = self.tx().await?;
        let approve = Answer::Approve {
            work_name: work_name.to_owned(),
            work_content: work_content.to_owned(),
        };
        done(answer(&self.app, &tx, self.viewer(company)?, node, &approve).await)?;
        tx.commit().await?;
        Ok(())
    }

    async fn put(
        &self,
        site: SiteId,
        company: CompanyId,
        people: &[(&Worker, &str, bool)],
        work_content: &str,
    ) -> anyhow::Result<()> {
        let tx = self.tx().await?;
        let viewer = self.viewer(company)?;
        let open = open(&tx, viewer, site).await?;
        let workers = people
            .iter()
            .map(|(worker, position, with_trade)| PutWorker {
                worker: worker.handle.clone(),
                trade: worker
                    .trades
                    .first()
                    .filter(|_| *with_trade)
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                position: (*position).to_owned(),
                ..PutWorker::default()
            })
            .collect();
        let form = PutForm {
            work_content: work_content.to_owned(),
            workers,
            ..PutForm::default()
        };
        done(put(&self.app, &tx, viewer, &open, &form).await)?;
        tx.commit().await?;
        Ok(())
    }
}

/// Fills an empty, migrated database. `now`: where the past ends.
///
/// # Errors
/// If the database fails or is not empty.
pub async fn seed(db: &Db, now: Timestamp) -> anyhow::Result<Demo> {
    let today = WorkDay::of(now, 0);
    let first_day = open_since(today, 1);
    let clock = Arc::new(PastClock(AtomicI64::new(at(first_day.plus(-3), 9, 0, 0).as_second())));
    let shared: Arc<dyn Clock> = Arc::<PastClock>::clone(&clock);
    let app = App::new(db.clone(), shared, StdRng::seed_from_u64(2026), Settings::default()).await?;
    let mut made = Made {
        app,
        clock,
        random: StdRng::seed_from_u64(1126),
        accounts: BTreeMap::new(),
        sign_ins: Vec::new(),
    };

    // Companies.
    let names = [
        ("大空みらい建設株式会社", "オオゾラミライケンセツ", "元請の事業者責任者"),
        ("ひばり躯体工業株式会社", "ヒバリクタイコウギョウ", "一次下請の事業者責任者"),
        ("ほしの鉄筋株式会社", "ホシノテッキン", "二次下請の事業者責任者"),
        ("つばめ電設株式会社", "ツバメデンセツ", "別の一次下請の事業者責任者"),
        ("めじろ塗装株式会社", "メジロトソウ", "未承認の一次下請の事業者責任者"),
        ("くじら土木株式会社", "クジラドボク", "この現場に関係のない会社"),
    ];
    let mut companies = Vec::new();
    for (name, kana, _) in names {
        companies.push(Company {
            id: company_id(&mut made.random),
            name: name.into(),
            kana: kana.into(),
        });
    }
    let tx = made.tx().await?;
    insert_companies(&tx, made.clock.now(), &companies).await?;
    records::companies(&made, &tx, 0, &companies).await?;
    tx.commit().await?;
    for (company, (_, _, who)) in companies.iter().zip(names) {
        let id = company.id.to_string();
        let (name, _, _) = super::person_name(&mut made.random);
        let new = NewAccount {
            sign_in_id: &id,
            role: Role::Administrator,
            company: Some(company.id),
            worker: None,
            name: &name,
            password: DEMO_PASSWORD,
            sites: &[],
            made_up: false,
        };
        made.account(new, &format!("{who}（{}）", company.name), &company.name)
            .await?;
    }
    let [prime, first, second, electric, painter, stranger] = [0, 1, 2, 3, 4, 5].map(|n| companies[n].id);

    // People.
    let trades = |codes: &[&str]| codes.iter().filter_map(|c| c.parse().ok()).collect::<Vec<TradeCode>>();
    let before = first_day.plus(-400);
    let mut people: BTreeMap<CompanyId, Vec<Worker>> = BTreeMap::new();
    let crews: [(CompanyId, usize, &[&str]); 6] = [
        (prime, 4, &["01-01"]),
        (first, 16, &["33-01", "01-01"]),
        (second, 18, &["10-01"]),
        (electric, 12, &["09-01"]),
        (painter, 8, &["12-01"]),
        (stranger, 2, &["02-01"]),
    ];
    for (company, count, codes) in crews {
        let known: Vec<TradeCode> = trades(codes)
            .into_iter()
            .filter(|c| made.app.masters().trade(*c).is_some_and(Trade::selectable))
            .collect();
        let mut crew: Vec<Worker> = Vec::new();
        while crew.len() < count {
            let worker = worker(&mut made.random, Some((company, before)), &known);
            // Two people of one name are real, but puzzling in a demo.
            if !people.values().flatten().chain(&crew).any(|other| other.name == worker.name) {
                crew.push(worker);
            }
        }
        people.insert(company, crew);
    }
    // One has the simplified registration, one speaks Vietnamese and has an account.
    if let Some(crew) = people.get_mut(&second) {
        crew[2].detailed = false;
        crew[1].name = "NGUYEN VAN HUNG".into();
        crew[1].kana = "グエン ヴァン フン".into();
        crew[1].language = "vi";
    }
    let tx = made.tx().await?;
    for crew in people.values() {
        insert_workers(&tx, made.clock.now(), crew).await?;
    }
    tx.commit().await?;

    // Two sites; the second one works at night.
    let mut building = site_fields(
        "みどり台駅前ビル新築工事",
        ("架空市", "みどり台1-2-3"),
        first_day,
        today.plus(300),
    );
    for (name, value) in [
        ("name_kana", "ミドリダイエキマエビルシンチクコウジ"),
        ("office", "みどり台駅前ビル作業所"),
        ("phone", "0300000010"),
        ("place", "35.7000,139.5000"),
        ("radius", "150"),
        ("contract.0.name", "みどり台駅前ビル新築工事"),
        ("contract.0.content", "鉄骨造 地上8階建て事務所ビルの新築"),
        ("contract.0.form", "single"),
        ("contract.0.orderer", "架空市街地開発株式会社"),
        ("contract.0.orderer_address", "東京都架空市本町9-9"),
        ("contract.0.amount_yen", "1280000000"),
        ("contract.0.licences", "02"),
        ("contract.0.agent", "青空 誠"),
        ("contract.0.agent_authority", "契約書記載のとおり"),
        ("contract.0.engineer_kind", "supervising"),
        ("contract.0.engineer", "朝日 真由美"),
        ("contract.0.engineer_full_time", "full_time"),
        ("contract.0.safety_head", "青空 誠"),
        ("works.0.division", "building"),
        ("works.0.use", "事務所"),
        ("works.0.scale", "延べ面積 4,200㎡"),
        ("works.0.corins", "no"),
        ("kentaikyo_method", "electronic"),
        ("kentaikyo_number", "6000001"),
        ("kentaikyo_link", "auto"),
        ("kentaikyo_batch", "prime"),
    ] {
        building.set(name, value);
    }
    building.set("contract.0.signed_on", first_day.plus(-40).to_string());
    building.set("contract.0.from", first_day.plus(-3).to_string());
    building.set("contract.0.to", today.plus(300).to_string());
    building.set("kentaikyo_from", first_day.month().to_string());
    let site = register(&made, prime, &building).await?;
    let mut bridge = site_fields(
        "ひかり大橋夜間補修工事",
        ("架空市", "ひかり町4-5"),
        first_day.plus(-7),
        today.plus(60),
    );
    bridge.set("order_kind", "public_prefecture");
    bridge.set("contract.0.name", "ひかり大橋補修工事（その2）");
    bridge.set("contract.0.orderer", "架空県土木事務所");
    let night = register(&made, prime, &bridge).await?;
    for (upper, lower, name, content) in [
        (prime, first, "躯体工事", "型枠・鉄筋・コンクリート"),
        (first, second, "鉄筋工事", "鉄筋の加工と組立"),
        (prime, electric, "電気設備工事", "幹線・電灯"),
    ] {
        let node = made.invite(site, upper, lower).await?;
        made.approve(lower, &node, name, content).await?;
    }
    made.invite(site, prime, painter).await?;
    let uppers = organisation::Uppers {
        prime,
        first,
        second,
        electric,
    };
    organisation::deepen(&mut made, site, &uppers, first_day.plus(20)).await?;
    let node = made.invite(night, prime, electric).await?;
    made.approve(electric, &node, "照明設備更新", "橋梁灯具の取替").await?;

    // The roster: a few are forgotten, one has no trade yet.
    for (company, work) in [(first, "型枠の建込み"), (second, "鉄筋の組立"), (electric, "幹線の配線")] {
        let crew = &people[&company];
        let forgotten = if company == second { 3 } else { 1 };
        let listed: Vec<(&Worker, &str, bool)> = crew
            .iter()
            .enumerate()
            .take(crew.len() - forgotten)
            .map(|(n, w)| {
                (
                    w,
                    ["foreman", "squad_leader"].get(n).copied().unwrap_or(""),
                    !(company == electric && n == 4),
                )
            })
            .collect();
        made.put(site, company, &listed, work).await?;
    }
    let crew: Vec<(&Worker, &str, bool)> = people[&electric].iter().take(5).map(|w| (w, "", true)).collect();
    made.put(night, electric, &crew, "灯具の取替").await?;

    let born = [
        (people[&second][0].id, "1985-04-12"),
        (people[&second][1].id, "1998-02-28"),
        (people[&electric][7].id, "1964-02-29"),
        (people[&electric][6].id, "2001-01-03"),
    ];
    papers::all(&made, &people, &born, second).await?;

    // Accounts of single people.
    let tx = made.tx().await?;
    let moved = people[&electric][7].id;
    move_worker(&tx, moved, electric, stranger, today.plus(-1)).await?;
    application::employer_left(&made.app, &tx, records::BY, moved, electric).await?;
    application::employer_joined(&made.app, &tx, records::BY, moved, (stranger, today, true)).await?;
    tx.commit().await?;
    let site_manager = NewAccount {
        sign_in_id: "midoridai-genba",
        role: Role::SiteManager,
        company: Some(prime),
        worker: None,
        name: "寺尾 豊",
        password: DEMO_PASSWORD,
        sites: &[site],
        made_up: false,
    };
    made.account(site_manager, "元請の現場管理者（みどり台のみ）", "").await?;
    let clerk = NewAccount {
        sign_in_id: "hibari-daikou",
        role: Role::ProxyClerk,
        company: Some(first),
        worker: None,
        name: "代田 行子",
        password: DEMO_PASSWORD,
        sites: &[],
        made_up: false,
    };
    made.account(clerk, "代行登録担当者（ひばり躯体工業）", "").await?;
    for (person, who) in [
        (&people[&second][0], "技能者"),
        (&people[&second][1], "技能者（ベトナム語）"),
        (&people[&electric][7], "昨日まで別の会社にいた技能者"),
    ] {
        let id = person.id.to_string();
        let new = NewAccount {
            sign_in_id: &id,
            role: Role::Worker,
            company: None,
            worker: Some(person.id),
            name: &person.name,
            password: DEMO_PASSWORD,
            sites: &[],
            made_up: false,
        };
        let account = made.account(new, &format!("{who}（{}）", person.name), "").await?;
        if person.employer.is_some_and(|(company, _)| company == second) {
            papers::consent(&made, person, account, first, second).await?;
        }
    }
    let operator = NewAccount {
        sign_in_id: "operator",
        role: Role::Operator,
        company: None,
        worker: None,
        name: "登録簿 運営",
        password: DEMO_PASSWORD,
        sites: &[],
        made_up: false,
    };
    let account = made.account(operator, "登録簿の運営者", "").await?;
    let operator = Viewer::without_session(account, "登録簿 運営", Role::Operator, None);
    for (sign_in_id, role, name, who) in [
        ("reviewer", Role::Reviewer, "審査 見子", "審査担当者"),
        ("auditor", Role::Auditor, "監査 見太", "監査担当者"),
        ("applicant", Role::Applicant, "申請 始", "登録を申請する人（まだIDがない）"),
        ("orderer", Role::Orderer, "架空市街地開発株式会社", "発注者"),
    ] {
        let new = NewAccount {
            sign_in_id,
            role,
            company: None,
            worker: None,
            name,
            password: DEMO_PASSWORD,
            sites: &[],
            made_up: false,
        };
        made.account(new, who, "").await?;
    }
    let holders = [(0, 3, true), (1, 1, true), (2, 4, false), (3, 2, false)].map(|(n, level, printed)| cards::Holder {
        worker: born[n].0,
        level,
        printed,
    });
    cards::issue_all(&made, &operator, &holders).await?;

    let tx = made.tx().await?;
    let viewer = made.viewer(prime)?;
    let shown = AgreeForm {
        sign_in_id: "orderer".into(),
    };
    done(orderer::agree(&made.app, &tx, viewer, &open(&tx, viewer, site).await?, &shown).await)?;
    tx.commit().await?;

    // Readers, and the past.
    let reader_key = add_reader(&made, prime, site, "正門").await?;
    let night_key = add_reader(&made, prime, night, "橋のたもと").await?;
    let gate: Vec<WorkerId> = [first, second, electric, painter]
        .iter()
        .flat_map(|c| people[c].iter().map(|w| w.id))
        .collect();
    let bridge: Vec<WorkerId> = people[&electric].iter().take(5).map(|w| w.id).collect();
    past::days(&mut made, site, &reader_key.0, &gate, first_day, today).await?;
    past::nights(&mut made, night, &night_key.0, &bridge, first_day, today).await?;

    // Today, beside the sites.
    let all: Vec<CompanyId> = companies.iter().map(|company| company.id).collect();
    life::terms(&made, &all, painter, today).await?;
    made.clock.set(now);
    life::moving(&made, &people[&electric][8], electric, first, today).await?;

    Ok(Demo {
        sign_ins: made.sign_ins,
        site,
        reader_key: reader_key.1,
        people: gate,
    })
}

/// A site with a contract and works.
async fn register(made: &Made, prime: CompanyId, fields: &Fields) -> anyhow::Result<SiteId> {
    let tx = made.tx().await?;
    let site = done(site::register(&made.app, &tx, made.viewer(prime)?, fields, &Publication::default()).await)?;
    tx.commit().await?;
    Ok(site)
}

async fn add_reader(made: &Made, prime: CompanyId, site: SiteId, name: &str) -> anyhow::Result<(String, String)> {
    let tx = made.tx().await?;
    let viewer = made.viewer(prime)?;
    let open = open(&tx, viewer, site).await?;
    let reader = done(site::add_reader(&made.app, &tx, viewer, &open, name).await)?;
    tx.commit().await?;
    Ok((reader.id, reader.key))
}
