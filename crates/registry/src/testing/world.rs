//! A small world: a site with its prime, two branches, three tiers, and people of each kind.
//!
//! ```text
//! prime ─ first ─ second ─ third
//!       └ sibling            (stranger, past: not in the organisation)
//! ```

use axum::http::StatusCode;
use domain::access::Role;
use domain::organisation::NodeId;
use domain::site::Publication;
use domain::{CompanyId, Direction, SiteId, WorkDay};
use testkit::{Backend, rng};

use super::{Answer as Reply, TestApp};
use crate::Settings;
use crate::access::{Origin, UseCaseError, Viewer, open_session, viewer_of_token};
use crate::made_up::{Company, Worker, company_id, insert_companies, insert_workers, move_worker, site_fields, worker};
use crate::rooms::accounts::{NewAccount, create};
use crate::rooms::organisation::{Answer, InviteForm, answer, invite};
use crate::rooms::roster::{PutForm, PutWorker, put};
use crate::rooms::site;

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// As the registry sees him.
    pub viewer: Viewer,
    /// Token of his session.
    pub token: String,
}

impl Person {
    /// The cookie his browser sends.
    #[must_use]
    pub fn cookie(&self) -> String {
        format!("session={}; lang=ja", self.token)
    }
}

/// The password of everybody in it.
const PASSWORD: &str = "足場のうえで7時半";

/// The world.
pub struct World {
    /// The registry.
    pub test: TestApp,
    /// The site: 2026-10-01 to 2027-03-31.
    pub site: SiteId,
    /// Key of its reader.
    pub reader: String,
    /// Its reader's row.
    pub reader_id: String,
    /// Node of `second`.
    pub second_node: NodeId,
    /// Administrators: the prime.
    pub prime: Person,
    /// First tier.
    pub first: Person,
    /// Second tier, beneath `first`.
    pub second: Person,
    /// Third tier, beneath `second`.
    pub third: Person,
    /// First tier, another branch.
    pub sibling: Person,
    /// Nothing to do with the site.
    pub stranger: Person,
    /// Employed `ann` until the end of October.
    pub past: Person,
    /// A site manager of the prime who was given the site.
    pub manager: Person,
    /// One who was not.
    pub other_manager: Person,
    /// A proxy clerk of the prime; no test signs in as he, so that his account may be closed.
    pub spare: Person,
    /// The operator.
    pub operator: Person,
    /// Worker of `second`, on the roster.
    pub ann: Worker,
    /// `ann` signed in.
    pub ann_self: Person,
    /// Worker of `second`, not on the roster.
    pub bob: Worker,
    /// `bob` signed in.
    pub bob_self: Person,
    /// Worker of `sibling`, on the roster.
    pub dora: Worker,
}

impl World {
    /// Makes it.
    ///
    /// # Panics
    /// If anything refuses: it is a test.
    pub async fn new(backend: Backend) -> Self {
        Self::with(backend, Settings::default()).await
    }

    /// The same with other settings.
    ///
    /// # Panics
    /// If anything refuses: it is a test.
    pub async fn with(backend: Backend, settings: Settings) -> Self {
        let test = TestApp::with(backend, settings).await;
        let mut random = rng(11);
        let at = test.app.clock().now();
        let companies: Vec<Company> = ["prime", "first", "second", "third", "sibling", "stranger", "past"]
            .iter()
            .map(|name| Company {
                id: company_id(&mut random),
                name: format!("{name}建設"),
                kana: format!("{name}ケンセツ"),
            })
            .collect();
        let trade = "01-01".parse().expect("a trade");
        let since: WorkDay = "2026-11-01".parse().expect("a day");
        let mut person = |name: &str, company: usize, since| Worker {
            name: name.into(),
            language: "ja",
            ..worker(&mut random, Some((companies[company].id, since)), &[trade])
        };
        let ann = person("安 ann", 6, since.plus(-400));
        let bob = person("坊 bob", 2, since);
        let dora = person("寅 dora", 4, since);
        let tx = test.app.db().write().await.expect("a transaction");
        insert_companies(&tx, at, &companies).await.expect("companies");
        insert_workers(&tx, at, &[ann.clone(), bob.clone(), dora.clone()])
            .await
            .expect("workers");
        move_worker(&tx, ann.id, companies[6].id, companies[2].id, since.plus(-1))
            .await
            .expect("a move");
        tx.commit().await.expect("a commit");

        let mut admins = Vec::new();
        for company in &companies {
            admins.push(
                account(
                    &test,
                    &company.id.to_string(),
                    Role::Administrator,
                    Some(company.id),
                    None,
                    &[],
                )
                .await,
            );
        }
        let ann_self = account(&test, &ann.id.to_string(), Role::Worker, None, Some(&ann), &[]).await;
        let bob_self = account(&test, &bob.id.to_string(), Role::Worker, None, Some(&bob), &[]).await;
        let operator = account(&test, "operator", Role::Operator, None, None, &[]).await;

        let tx = test.app.db().write().await.expect("a transaction");
        let fields = site_fields(
            "架空の現場",
            ("架空市", "1-1"),
            "2026-10-01".parse().expect("a day"),
            "2027-03-31".parse().expect("a day"),
        );
        let site = site::register(&test.app, &tx, &admins[0].viewer, &fields, &Publication::default())
            .await
            .map_err(say)
            .expect("a site");
        tx.commit().await.expect("a commit");
        let manager = account(&test, "manager", Role::SiteManager, Some(companies[0].id), None, &[site]).await;
        let other_manager = account(&test, "other-manager", Role::SiteManager, Some(companies[0].id), None, &[]).await;

        let spare = account(&test, "spare", Role::ProxyClerk, Some(companies[0].id), None, &[]).await;

        let mut nodes = Vec::new();
        for (upper, lower) in [(0, 1), (1, 2), (2, 3), (0, 4)] {
            let node = Self::invite_in(&test, site, &admins[upper], companies[lower].id).await;
            Self::approve_in(&test, &admins[lower], &node).await;
            nodes.push(node);
        }
        let tx = test.app.db().write().await.expect("a transaction");
        let open = site::open(&tx, &admins[0].viewer, &site.to_string()).await.expect("the site");
        let reader = site::add_reader(&test.app, &tx, &admins[0].viewer, &open, "正門")
            .await
            .map_err(say)
            .expect("a reader");
        tx.commit().await.expect("a commit");

        let [prime, first, second, third, sibling, stranger, past] = [0, 1, 2, 3, 4, 5, 6].map(|n| admins[n].clone());
        let world = Self {
            test,
            site,
            reader: reader.key,
            reader_id: reader.id,
            second_node: nodes[1].clone(),
            prime,
            first,
            second,
            third,
            sibling,
            stranger,
            past,
            manager,
            other_manager,
            spare,
            operator,
            ann,
            ann_self,
            bob,
            bob_self,
            dora,
        };
        world.list(&world.second, &world.ann, "鉄筋の組立").await;
        world.list(&world.sibling, &world.dora, "配線").await;
        world
    }

    async fn invite_in(test: &TestApp, site: SiteId, upper: &Person, lower: CompanyId) -> NodeId {
        let tx = test.app.db().write().await.expect("a transaction");
        let open = site::open(&tx, &upper.viewer, &site.to_string()).await.expect("the site");
        let form = InviteForm {
            company: lower.to_string(),
            ..InviteForm::default()
        };
        let node = invite(&test.app, &tx, &upper.viewer, &open, &form)
            .await
            .map_err(say)
            .expect("an invitation");
        tx.commit().await.expect("a commit");
        node
    }

    async fn approve_in(test: &TestApp, lower: &Person, node: &NodeId) {
        let tx = test.app.db().write().await.expect("a transaction");
        let approve = Answer::Approve {
            work_name: "躯体工事".into(),
            work_content: String::new(),
        };
        answer(&test.app, &tx, &lower.viewer, node, &approve)
            .await
            .map_err(say)
            .expect("an approval");
        tx.commit().await.expect("a commit");
    }

    /// Somebody who has just signed in, by the answer to the form.
    ///
    /// # Panics
    /// If the answer opened no session.
    pub async fn signed_in(&self, answer: &Reply) -> Person {
        let cookie = answer.cookies.iter().find_map(|c| c.strip_prefix("session="));
        let token = cookie.and_then(|c| c.split(';').next()).expect("a session cookie").to_owned();
        let tx = self.test.app.db().read().await.expect("a transaction");
        let viewer = viewer_of_token(&tx, self.test.app.clock(), &token).await;
        let viewer = viewer.expect("a query").expect("an open session");
        Person { viewer, token }
    }

    /// Signs somebody in again whose session has run out meanwhile, by his ID.
    ///
    /// # Panics
    /// If he cannot sign in.
    pub async fn again(&self, id: &str) -> Person {
        let fields = [("name", id), ("password", PASSWORD)];
        self.signed_in(&self.test.post(None, "/sign-in", &fields).await).await
    }

    /// A company invites a lower one.
    pub async fn invite(&self, upper: &Person, lower: CompanyId) -> NodeId {
        Self::invite_in(&self.test, self.site, upper, lower).await
    }

    /// A company approves.
    pub async fn approve(&self, lower: &Person, node: &NodeId) {
        Self::approve_in(&self.test, lower, node).await;
    }

    /// A company puts a worker on the roster with his main trade.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn list(&self, company: &Person, worker: &Worker, work_content: &str) {
        let tx = self.test.app.db().write().await.expect("a transaction");
        let open = site::open(&tx, &company.viewer, &self.site.to_string())
            .await
            .expect("the site");
        let trade = worker.trades[0].to_string();
        let workers = vec![PutWorker {
            worker: worker.handle.clone(),
            trade,
            ..PutWorker::default()
        }];
        let form = PutForm {
            work_content: work_content.into(),
            workers,
            ..PutForm::default()
        };
        put(&self.test.app, &tx, &company.viewer, &open, &form)
            .await
            .map_err(say)
            .expect("a row");
        tx.commit().await.expect("a commit");
    }

    /// A touch at the site's reader, by its Japan time `2026-11-20T07:30:00`.
    #[must_use]
    pub fn touch(&self, worker: &Worker, time: &str, direction: Direction) -> wire::TouchItem {
        wire::TouchItem {
            item_id: format!("{}-{time}-{}", worker.handle, direction.word()),
            worker_id: worker.id.to_string(),
            site_id: self.site.to_string(),
            at: format!("{time}+09:00").parse().expect("a time"),
            direction,
            method: wire::Method::Card,
            seq: None,
            card_issue: None,
        }
    }

    /// Sends touches of the site's reader.
    pub async fn send(&self, touches: Vec<wire::TouchItem>) -> Vec<wire::TouchAnswer> {
        self.test.touches(&self.reader, touches).await
    }

    /// One touch that is taken in, and its answer.
    ///
    /// # Panics
    /// If there is no answer.
    pub async fn send_one(&self, worker: &Worker, time: &str, direction: Direction) -> wire::TouchAnswer {
        self.send(vec![self.touch(worker, time, direction)]).await.remove(0)
    }

    /// What the page of the site's data sends for its first step, with some fields changed.
    #[must_use]
    pub fn site_form<'a>(&self, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut form = vec![
            ("name", "架空の現場"),
            ("order_kind", "private"),
            ("from", "2026-10-01"),
            ("to", "2027-03-31"),
            ("boundary", "0"),
            ("prefecture", "13"),
            ("city", "架空市"),
            ("street", "1-1"),
            ("hazardous", "no"),
            ("version", "1"),
        ];
        for (name, value) in changes {
            match form.iter_mut().find(|(known, _)| known == name) {
                Some(pair) => pair.1 = value,
                None => form.push((name, value)),
            }
        }
        form
    }

    /// The page of the site with this ending.
    #[must_use]
    pub fn path(&self, ending: &str) -> String {
        format!("/sites/{}{ending}", self.site)
    }

    /// A page that must open.
    ///
    /// # Panics
    /// If it does not.
    pub async fn page(&self, who: &Person, path: &str) -> String {
        let answer = self.test.get(Some(who), path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }
}

/// An account of any kind, signed in.
///
/// # Panics
/// If it cannot be made.
pub async fn account(
    test: &TestApp,
    id: &str,
    role: Role,
    company: Option<CompanyId>,
    worker: Option<&Worker>,
    sites: &[SiteId],
) -> Person {
    let tx = test.app.db().write().await.expect("a transaction");
    let name = worker.map_or(id, |w| w.name.as_str());
    let new = NewAccount {
        sign_in_id: id,
        role,
        company,
        worker: worker.map(|w| w.id),
        name,
        password: PASSWORD,
        sites,
        made_up: true,
    };
    let account = create(&test.app, &tx, &new).await.expect("an account");
    let mut chance = [0u8; 32];
    test.app.with_random(|r| rand::Rng::fill_bytes(r, &mut chance));
    let masters = test.app.masters();
    let token = open_session(
        &tx,
        test.app.clock(),
        masters.policies(),
        &account,
        &Origin::default(),
        &chance,
    )
    .await
    .expect("a session");
    let viewer = viewer_of_token(&tx, test.app.clock(), &token)
        .await
        .expect("a query")
        .expect("a viewer");
    tx.commit().await.expect("a commit");
    Person { viewer, token }
}

fn say<R: std::fmt::Debug>(error: UseCaseError<R>) -> String {
    match error {
        UseCaseError::Refused(refusal) => format!("refused: {refusal:?}"),
        UseCaseError::Broken(error) => format!("broken: {error:#}"),
    }
}
