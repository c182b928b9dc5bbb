//! The registry as one value, and its table of contents.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use domain::{Clock, Masters};
use rand::Rng;
use rand::rngs::StdRng;
use store::{Db, GroupCommit, GroupError, GroupSettings, StoreError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use ulid::Ulid;
use web::cookies::SessionCookie;
use web::{Language, Routes, Texts, Web};
use wire::qr::QrKey;

use crate::access::KnownReaders;
use crate::rooms::accounts::Letters;
use crate::rooms::device::Contacts;
use crate::rooms::history::{self, Batch, Taken};
use crate::rooms::mail::Post;
use crate::rooms::papers::{self, Files};
use crate::rooms::{
    accounts, agreement, application, audit, bulk, capability, card, device, direct, exchange, facts, fees, gate, jobs, level,
    levels, mail, masters, missing, morning, notices, orderer, organisation, portal, review, roster, search, site, terms, ties,
    training, views,
};
use crate::{MIGRATIONS, access, sheet};

/// What can be set from outside.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// People reach us over https (also when a proxy in front ends it): cookies and headers follow.
    pub https: bool,
    /// Folder of the papers that people send in; without one they are kept in memory only (tests, measurements).
    pub files: Option<PathBuf>,
    /// A proxy in front tells in `X-Forwarded-For` who is asking.
    pub behind_proxy: bool,
    /// Address under which people reach us, for links in mails: `https://registry.example`. Empty: the links lack it.
    pub address: String,
    /// How mails leave.
    pub post: Post,
    /// Who sends the invoices. Without it nothing is billed by itself; what is billed by hand lacks the issuer.
    pub issuer: Option<Issuer>,
    /// Invoices can be paid with the simulator: for trying out, never where money is meant.
    pub simulate_payments: bool,
}

/// Who sends the invoices (適格請求書発行事業者).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Issuer {
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// 登録番号: T and 13 digits.
    pub number: String,
    /// Bank account to transfer to, as it stands on open invoices; empty: none.
    pub bank: String,
}

/// Why a batch of touches has no answer.
pub type IntakeError = GroupError<Arc<StoreError>>;

/// The registry: database, clock, chance, master data, texts. Cheap to clone; the state of every handler.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    random: Mutex<StdRng>,
    masters: Arc<RwLock<Arc<Masters>>>,
    texts: Arc<Texts>,
    intake: GroupCommit<Batch, Taken, Arc<StoreError>>,
    files: Files,
    known_readers: KnownReaders,
    contacts: Contacts,
    settings: Settings,
    /// Letters just written, shown once and then forgotten.
    letters: Letters,
    /// Password hashes worked on at once.
    hashing: Arc<Semaphore>,
    /// Signs the QRs of workers.
    qr_key: QrKey,
}

/// As many as make use of a small machine; a hash takes 19 MiB.
const HASHES_AT_ONCE: usize = 4;

impl App {
    /// Opens the registry on a migrated database.
    ///
    /// # Errors
    /// If the database is not migrated, its master data do not pass the check, or the folder of papers cannot be made.
    pub async fn new(db: Db, clock: Arc<dyn Clock>, mut random: StdRng, settings: Settings) -> anyhow::Result<Self> {
        db.require_migrated(MIGRATIONS).await?;
        history::ensure_partitions(&db, clock.today()).await?;
        audit::ensure_partitions(&db, clock.today()).await?;
        let qr_key = gate::qr_key(&db, &*clock, &mut random).await?;
        let tx = db.read().await?;
        let masters = Arc::new(RwLock::new(Arc::new(masters::in_force(&tx).await?)));
        let work = {
            let (db, clock, masters) = (db.clone(), Arc::clone(&clock), Arc::clone(&masters));
            move |batches: Vec<Batch>| {
                let (db, clock, masters) = (db.clone(), Arc::clone(&clock), current(&masters));
                async move {
                    history::receive_group(&db, &*clock, masters.policies(), batches)
                        .await
                        .map_err(Arc::new)
                }
            }
        };
        let intake = GroupCommit::start(
            GroupSettings::of(db.backend()),
            |batch: &Batch| batch.touches.len(),
            |e: &Arc<StoreError>| e.is_passing(),
            work,
        );
        let texts = Texts::new(texts());
        let files = Files::open(settings.files.as_deref())?;
        Ok(Self(Arc::new(Inner {
            db,
            clock,
            random: Mutex::new(random),
            masters,
            texts,
            intake,
            files,
            known_readers: KnownReaders::default(),
            contacts: Contacts::default(),
            settings,
            letters: Letters::default(),
            hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
            qr_key,
        })))
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    /// The master data in force.
    #[must_use]
    pub fn masters(&self) -> Arc<Masters> {
        current(&self.0.masters)
    }

    /// All texts.
    #[must_use]
    pub fn texts(&self) -> &Arc<Texts> {
        &self.0.texts
    }

    /// Does something with chance.
    pub fn with_random<T>(&self, use_it: impl FnOnce(&mut StdRng) -> T) -> T {
        use_it(&mut self.0.random.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A new key for a row: ordered by time, not to be guessed.
    #[must_use]
    pub fn new_key(&self) -> String {
        let millis = u64::try_from(self.clock().now().as_millisecond()).unwrap_or(0);
        let chance = self.with_random(|r| u128::from(r.next_u64()) << 64 | u128::from(r.next_u64()));
        Ulid::from_parts(millis, chance).to_string()
    }

    /// What was set from outside.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// What signs the QRs of workers.
    pub(crate) fn qr_key(&self) -> &QrKey {
        &self.0.qr_key
    }

    /// Letters that wait to be shown.
    pub(crate) fn letters(&self) -> &Letters {
        &self.0.letters
    }

    /// The session cookie.
    #[must_use]
    pub fn session_cookie(&self) -> SessionCookie {
        SessionCookie::new(self.0.settings.https)
    }

    /// Hands in touches; answered only when they are committed.
    ///
    /// # Errors
    /// [`IntakeError`]: nothing is known to be stored, send again.
    pub async fn take_in(&self, batch: Batch) -> Result<Taken, IntakeError> {
        self.0.intake.submit(batch).await
    }

    /// The files of papers.
    pub(crate) fn files(&self) -> &Files {
        &self.0.files
    }

    /// Readers looked up a moment ago.
    pub(crate) fn known_readers(&self) -> &KnownReaders {
        &self.0.known_readers
    }

    /// What was heard of the readers and is not written down yet.
    pub(crate) fn contacts(&self) -> &Contacts {
        &self.0.contacts
    }

    /// Reads the master data in force anew.
    ///
    /// # Errors
    /// If they do not pass the check; the old ones stay.
    pub async fn reload_masters(&self) -> anyhow::Result<()> {
        let masters = masters::in_force(&self.db().read().await?).await?;
        *self.0.masters.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(masters);
        Ok(())
    }

    /// For ever: keeps the house, works on what waits in the background (files with many applications, jobs), and judges levels once a day.
    pub async fn keep_house(self) {
        tokio::join!(
            self.keep_rooms(),
            bulk::keep_working(&self),
            jobs::keep(&self),
            levels::keep(&self)
        );
    }

    /// For ever: sends the mails that wait, every few seconds; every minute takes up master data that a command has replaced, makes
    /// the partitions of the months to come, reminds of invitations that nobody answers, tells the morning when it is due, and throws out sessions that have ended;
    /// every hour deletes files of papers that nobody can read any more, tells what runs out, tells whose registration or card ends,
    /// lets registrations run out, tells what was entered directly and still waits, lets it lapse at its deadline, and, if there is an
    /// issuer, bills what is to be billed and suspends who does not pay.
    async fn keep_rooms(&self) {
        const SECONDS: u64 = 5;
        for round in 1u64.. {
            tokio::time::sleep(Duration::from_secs(SECONDS)).await;
            if let Err(error) = mail::send_waiting(self, &self.settings().post).await {
                tracing::error!(error = format!("{error:#}"), "the mails that wait could not be read");
            }
            if round % (60 / SECONDS) != 0 {
                continue;
            }
            if let Err(error) = self.reload_masters().await {
                tracing::error!(
                    error = format!("{error:#}"),
                    "the master data could not be read again; the old ones stay"
                );
            }
            let today = self.clock().today();
            let made = match history::ensure_partitions(self.db(), today).await {
                Ok(()) => audit::ensure_partitions(self.db(), today).await,
                Err(error) => Err(error),
            };
            if let Err(error) = made {
                tracing::error!(
                    error = format!("{error:#}"),
                    "partitions could not be made; the default partition takes the rows"
                );
            }
            if let Err(error) = organisation::remind(self).await {
                tracing::error!(
                    error = format!("{error:#}"),
                    "companies could not be reminded of invitations; it is tried again in a minute"
                );
            }
            if let Err(error) = morning::keep(self).await {
                tracing::error!(
                    error = format!("{error:#}"),
                    "the morning could not be told; it is tried again in a minute"
                );
            }
            if let Err(error) = self.tidy().await {
                tracing::error!(error = format!("{error:#}"), "ended sessions could not be thrown out");
            }
            if round % (3_600 / SECONDS) == 0
                && let Err(error) = papers::sweep(self).await
            {
                tracing::error!(
                    error = format!("{error:#}"),
                    "files of papers could not be cleaned up; it is tried again in an hour"
                );
            }
            // In the first minute too: a server that is started every morning tells and bills all the same.
            if round % (3_600 / SECONDS) == 60 / SECONDS
                && let Err(error) = roster::tell_due(self).await
            {
                tracing::error!(
                    error = format!("{error:#}"),
                    "what runs out could not be told; it is tried again in an hour"
                );
            }
            if round % (3_600 / SECONDS) == 60 / SECONDS
                && let Err(error) = direct::keep(self).await
            {
                tracing::error!(
                    error = format!("{error:#}"),
                    "direct input that waits could not be looked at; it is tried again in an hour"
                );
            }
            if round % (3_600 / SECONDS) == 60 / SECONDS
                && let Err(error) = terms::keep(self).await
            {
                tracing::error!(
                    error = format!("{error:#}"),
                    "terms that end could not be looked at; it is tried again in an hour"
                );
            }
            if round % (3_600 / SECONDS) == 60 / SECONDS
                && self.settings().issuer.is_some()
                && let Err(error) = fees::keep(self).await
            {
                tracing::error!(
                    error = format!("{error:#}"),
                    "fees could not be billed; it is tried again in an hour"
                );
            }
        }
    }

    /// Throws out what has ended: sessions, tickets, counts of misses, sent mails past their time. Says how many rows.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn tidy(&self) -> store::Result<u64> {
        let tx = self.db().write().await?;
        let gone = access::tidy(&tx, self.clock()).await? + mail::tidy(&tx, self.clock()).await?;
        tx.commit().await?;
        Ok(gone)
    }

    /// Waits for one's turn to hash a password; the turn ends when what is returned is dropped.
    pub async fn turn_to_hash(&self) -> Option<OwnedSemaphorePermit> {
        // It is never closed, so there is always a turn.
        Arc::clone(&self.0.hashing).acquire_owned().await.ok()
    }

    /// Takes no more touches, answers those that wait.
    pub async fn shutdown(&self) {
        self.0.intake.shutdown().await;
    }

    /// The whole application, ready to serve.
    pub fn router(&self) -> Router {
        let app = routes()
            .into_router()
            .layer(from_fn(web::error_pages))
            .layer(from_fn_with_state(self.clone(), access::session_layer))
            .with_state(self.clone());
        Web::new(Arc::clone(&self.0.texts), self.0.settings.https)
            .wrap(app)
            .layer(from_fn(history::problems))
    }
}

fn current(masters: &RwLock<Arc<Masters>>) -> Arc<Masters> {
    Arc::clone(&masters.read().unwrap_or_else(PoisonError::into_inner))
}

/// Every route of the registry. A test holds the list against the table of who may do what.
#[must_use]
pub fn routes() -> Routes<App> {
    web::routes()
        .merge(accounts::routes())
        .merge(site::routes())
        .merge(organisation::routes())
        .merge(agreement::routes())
        .merge(roster::routes())
        .merge(history::routes())
        .merge(views::routes())
        .merge(device::routes())
        .merge(direct::routes())
        .merge(facts::routes())
        .merge(morning::routes())
        .merge(training::routes())
        .merge(capability::routes())
        .merge(orderer::routes())
        .merge(missing::routes())
        .merge(masters::routes())
        .merge(papers::routes())
        .merge(application::routes())
        .merge(bulk::routes())
        .merge(review::routes())
        .merge(audit::routes())
        .merge(notices::routes())
        .merge(jobs::routes())
        .merge(fees::routes())
        .merge(card::routes())
        .merge(gate::routes())
        .merge(ties::routes())
        .merge(search::routes())
        .merge(exchange::routes())
        .merge(level::routes())
        .merge(levels::routes())
        .merge(portal::routes())
}

/// What does the background work, by its kind.
pub(crate) fn works() -> &'static [(&'static str, jobs::Work)] {
    &[
        (organisation::REPLACE, organisation::work_replace),
        (masters::PREVIEW, masters::work_preview),
    ]
}

/// Texts of all rooms and of the frame.
pub fn texts() -> Vec<(Language, &'static str)> {
    [
        accounts::TEXTS,
        site::TEXTS,
        organisation::TEXTS,
        agreement::TEXTS,
        roster::TEXTS,
        history::TEXTS,
        views::TEXTS,
        device::TEXTS,
        direct::TEXTS,
        facts::TEXTS,
        morning::TEXTS,
        training::TEXTS,
        capability::TEXTS,
        orderer::TEXTS,
        missing::TEXTS,
        masters::TEXTS,
        papers::TEXTS,
        application::TEXTS,
        bulk::TEXTS,
        sheet::TEXTS,
        review::TEXTS,
        audit::TEXTS,
        notices::TEXTS,
        jobs::TEXTS,
        fees::TEXTS,
        card::TEXTS,
        gate::TEXTS,
        terms::TEXTS,
        ties::TEXTS,
        search::TEXTS,
        exchange::TEXTS,
        level::TEXTS,
        levels::TEXTS,
        portal::TEXTS,
    ]
    .concat()
}
