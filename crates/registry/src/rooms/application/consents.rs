//! Use cases: consent on the screen (画面での同意) to what a company files for a worker. Whoever is asked sees exactly what will be filed;
//! his word holds for that and nothing else, and can be taken back until it is sent.

use domain::access::Act;
use domain::registration::consent::{Party, content};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use store::{Sql, StoreError, Tx, values};
use web::FieldErrors;

use super::fill::json;
use super::open::Opened;
use super::stored::{Application, by_id};
use super::{faults, note};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::notices::{Whom, tell};
use crate::rows::{id, millisecond, unreadable};
use crate::typed::line;

/// Texts of this file, prepared on both databases in a test.
pub(super) const ALL: &[&Sql] = &[&INSERT, &VOID, &OF_APPLICATION, &ONE, &ANSWER, &ASKED_OF];

const INSERT: Sql = Sql::new(
    "consent.insert",
    "insert into consent (id, application_id, party, subject_id, content, state, asked_at, asked_by, reason)
     values ($1, $2, $3, $4, $5, 'asked', $6, $7, '')",
);
/// Asked again, what was asked or said before no longer counts.
const VOID: Sql = Sql::new(
    "consent.void",
    "update consent set state = 'void' where application_id = $1 and party = $2 and state in ('asked', 'agreed')",
);
const OF_APPLICATION: Sql = Sql::new(
    "consent.of_application",
    "select id, application_id, party, subject_id, content, state, asked_at, answered_at, reason from consent
     where application_id = $1 and state <> 'void' order by asked_at desc, id desc",
);
const ONE: Sql = Sql::new(
    "consent.one",
    "select id, application_id, party, subject_id, content, state, asked_at, answered_at, reason from consent where id = $1",
);
const ANSWER: Sql = Sql::new(
    "consent.answer",
    "update consent set state = $3, answered_at = $4, answered_by = $5, reason = $6 where id = $1 and state = $2",
);
/// What worker or company `$1` was asked and can still answer or take back.
const ASKED_OF: Sql = Sql::new(
    "consent.asked_of",
    "select c.id, c.state, a.number, a.name, coalesce(p.name, '') as proxy from consent c join application a on a.id = c.application_id
     left join company p on p.id = a.proxy_company_id
     where c.subject_id = $1 and c.state in ('asked', 'agreed') and a.state in ('draft', 'returned') order by c.asked_at desc, c.id limit 50",
);

/// Where a consent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentState {
    /// Waits for the answer.
    Asked,
    /// Agreed.
    Agreed,
    /// Declined.
    Declined,
    /// Agreed, and taken back.
    Revoked,
    /// Asked again since.
    Void,
}

impl ConsentState {
    const ALL: [Self; 5] = [Self::Asked, Self::Agreed, Self::Declined, Self::Revoked, Self::Void];

    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Agreed => "agreed",
            Self::Declined => "declined",
            Self::Revoked => "revoked",
            Self::Void => "void",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A consent that was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Consent {
    pub(crate) id: String,
    application: String,
    pub(crate) party: Party,
    pub(super) subject: String,
    content: String,
    pub(crate) state: ConsentState,
    pub(crate) asked: Timestamp,
    pub(crate) answered: Option<Timestamp>,
    pub(crate) reason: String,
}

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    application_id: String,
    party: String,
    subject_id: String,
    content: String,
    state: String,
    asked_at: i64,
    answered_at: Option<i64>,
    reason: String,
}

impl TryFrom<Columns> for Consent {
    type Error = StoreError;
    fn try_from(row: Columns) -> Result<Self, StoreError> {
        Ok(Self {
            party: Party::from_word(&row.party).ok_or_else(|| unreadable("consent.party"))?,
            state: ConsentState::from_word(&row.state).ok_or_else(|| unreadable("consent.state"))?,
            asked: millisecond(row.asked_at, "consent.asked_at")?,
            answered: row.answered_at.map(|at| millisecond(at, "consent.answered_at")).transpose()?,
            id: row.id,
            application: row.application_id,
            subject: row.subject_id,
            content: row.content,
            reason: row.reason,
        })
    }
}

/// A line of what somebody was asked.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct AskedLine {
    pub(super) id: String,
    pub(super) state: String,
    pub(super) number: String,
    pub(super) name: String,
    pub(super) proxy: String,
}

/// What is asked of the viewer, or was agreed to by him and can still be taken back.
pub(super) async fn asked_of(tx: &Tx, viewer: &Viewer) -> Result<Vec<AskedLine>, StoreError> {
    match subject_of(viewer) {
        Some(subject) => tx.all(&ASKED_OF, values![subject]).await,
        None => Ok(Vec::new()),
    }
}

/// In whose name a viewer consents: a worker in his own, an administrator in his company's.
fn subject_of(viewer: &Viewer) -> Option<String> {
    let worker = viewer.worker.as_ref().map(|(worker, _)| worker.to_string());
    let company = viewer.company_id().filter(|_| viewer.may(Act::ChangeCompany));
    worker.or_else(|| company.map(|company| company.to_string()))
}

/// The hash of what a consent is about.
fn hash(application: &Application) -> Result<String, StoreError> {
    let fields = application.purpose.form().pruned(&application.fields);
    let text = json(&content(&fields))?;
    Ok(hex::encode(Sha256::digest(text.as_bytes())))
}

/// The consents of an application, the newest first.
pub(crate) async fn consents(tx: &Tx, application: &Application) -> Result<Vec<Consent>, StoreError> {
    let rows: Vec<Columns> = tx.all(&OF_APPLICATION, values![application.id.as_str()]).await?;
    rows.into_iter().map(Consent::try_from).collect()
}

/// Who has agreed on the screen to the application as it stands now.
pub(super) async fn agreed(tx: &Tx, application: &Application) -> Result<Vec<Party>, StoreError> {
    if application.proxy.is_none() {
        return Ok(Vec::new());
    }
    let content = hash(application)?;
    let all = consents(tx, application).await?;
    let holds = |consent: &&Consent| consent.state == ConsentState::Agreed && consent.content == content;
    Ok(all.iter().filter(holds).map(|consent| consent.party).collect())
}

/// Whether somebody's consent was given, but to something else than what stands there now.
pub(crate) fn is_stale(application: &Application, consent: &Consent) -> Result<bool, StoreError> {
    Ok(consent.content != hash(application)?)
}

/// Whom to ask on the screen: the worker if he is registered, the employer if it is.
pub(super) fn whom(application: &Application, party: Party) -> Option<Whom> {
    let fields = &application.fields;
    if !party.is_needed(fields) {
        return None;
    }
    match party {
        Party::Worker => application.subject.as_deref()?.parse().ok().map(Whom::Worker),
        Party::Employer => fields.get("employer.0.company").parse().ok().map(Whom::Company),
    }
}

/// Why nobody is asked, or an answer is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentRefusal {
    /// Not open for writing, or not the viewer's.
    NotOpen,
    /// Nobody can be asked on the screen: he has no log-in. The paper is the way.
    NobodyToAsk,
    /// Something else is still wrong with the application: what is shown must be what is filed.
    Unfinished,
    /// No such consent, or not the viewer's to give.
    NotFound,
    /// Answered, asked again, or what is to be filed was changed meanwhile.
    Over,
    /// These fields are wrong.
    Fields(FieldErrors),
}

/// The company that files asks for a consent. Asked again, what was said before no longer counts.
///
/// # Errors
/// [`ConsentRefusal`].
pub async fn ask_consent(app: &App, tx: &Tx, viewer: &Viewer, opened: &Opened, party: Party) -> UseCase<(), ConsentRefusal> {
    let refuse = UseCaseError::Refused;
    let application = &opened.application;
    if !opened.writes() || application.proxy.is_none() {
        return Err(refuse(ConsentRefusal::NotOpen));
    }
    let whom = whom(application, party).ok_or(refuse(ConsentRefusal::NobodyToAsk))?;
    let wrong = faults::all_faults(app, tx, application).await?;
    if wrong
        .all()
        .iter()
        .any(|fault| Party::ALL.iter().all(|party| fault.field != party.paper()))
    {
        return Err(refuse(ConsentRefusal::Unfinished));
    }
    tx.run(&VOID, values![application.id.as_str(), party.word()]).await?;
    let subject = match &whom {
        Whom::Worker(worker) => worker.to_string(),
        Whom::Company(company) => company.to_string(),
        Whom::Account(account) => account.clone(),
    };
    let key = app.new_key();
    let values = values![
        key.as_str(),
        application.id.as_str(),
        party.word(),
        subject,
        hash(application)?,
        app.clock().now().as_millisecond(),
        viewer.account.as_str()
    ];
    tx.run(&INSERT, values).await?;
    let company = viewer.company.as_ref().map_or("", |(_, name)| name.as_str());
    let args = [("company", company), ("number", application.number.as_str())];
    let said = format!("notice-consent-asked-{}", party.word());
    tell(app, tx, &whom, &said, &args, Some(&format!("/consents/{key}"))).await?;
    event(app, tx, viewer, application, party, "consent_asked", "").await?;
    Ok(())
}

async fn event(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    application: &Application,
    party: Party,
    what: &str,
    reason: &str,
) -> Result<(), StoreError> {
    let state = application.state.word();
    let details = serde_json::json!({ "party": party.word(), "note": reason });
    note(app, tx, &viewer.account, &application.id, what, (state, state), &details).await
}

/// A consent that the viewer is to give, with what it is about.
pub(super) async fn to_give(tx: &Tx, viewer: &Viewer, id: &str) -> Result<Option<(Consent, Application)>, StoreError> {
    let row: Option<Columns> = tx.one(&ONE, values![id]).await?;
    let Some(consent) = row.map(Consent::try_from).transpose()? else {
        return Ok(None);
    };
    if subject_of(viewer).as_deref() != Some(consent.subject.as_str()) {
        return Ok(None);
    }
    let application = by_id(tx, &consent.application).await?;
    Ok(application.map(|application| (consent, application)))
}

/// Whether a consent can still be given or taken back, for what stands there now.
pub(super) fn is_open(consent: &Consent, application: &Application) -> Result<bool, StoreError> {
    Ok(application.state.is_open() && !is_stale(application, consent)?)
}

/// What is answered to the question for a consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentAnswer {
    /// Yes, to just this.
    Agree,
    /// No, and why.
    Decline(String),
    /// A yes is taken back.
    Revoke,
}

/// Who was asked answers, or takes his yes back. Who filed is told.
///
/// # Errors
/// [`ConsentRefusal`].
pub async fn answer_consent(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    key: &str,
    answer: &ConsentAnswer,
) -> UseCase<(), ConsentRefusal> {
    let refuse = UseCaseError::Refused;
    let (consent, application) = to_give(tx, viewer, key).await?.ok_or(refuse(ConsentRefusal::NotFound))?;
    // No one is bound to a form that was changed or sent; a yes to a former one can be taken back all the same.
    if !application.state.is_open() || (*answer == ConsentAnswer::Agree && is_stale(&application, &consent)?) {
        return Err(refuse(ConsentRefusal::Over));
    }
    let (from, to, reason) = match answer {
        ConsentAnswer::Agree => (ConsentState::Asked, ConsentState::Agreed, String::new()),
        ConsentAnswer::Decline(reason) => {
            let mut errors = FieldErrors::new();
            let reason = line(&mut errors, "reason", reason, 200, true);
            if !errors.is_empty() {
                return Err(refuse(ConsentRefusal::Fields(errors)));
            }
            (ConsentState::Asked, ConsentState::Declined, reason)
        }
        ConsentAnswer::Revoke => (ConsentState::Agreed, ConsentState::Revoked, String::new()),
    };
    let now = app.clock().now().as_millisecond();
    let values = values![key, from.word(), to.word(), now, viewer.account.as_str(), reason.as_str()];
    if tx.run(&ANSWER, values).await? == 0 {
        return Err(refuse(ConsentRefusal::Over));
    }
    let what = format!("consent_{}", to.word());
    event(app, tx, viewer, &application, consent.party, &what, &reason).await?;
    let said = format!("notice-consent-{}-{}", to.word(), consent.party.word());
    let args = [("number", application.number.as_str()), ("reason", reason.as_str())];
    let link = format!("/applications/{}", application.id);
    tell(
        app,
        tx,
        &Whom::Account(application.account.clone()),
        &said,
        &args,
        Some(&link),
    )
    .await?;
    Ok(())
}

/// The names that stand on the form to sign: the worker's and his employer's.
#[derive(Debug, Clone, Default)]
pub(super) struct Signers {
    pub(super) worker: String,
    pub(super) employer: String,
    pub(super) proxy: String,
    pub(super) employer_id: String,
    pub(super) proxy_id: String,
}

/// Who signs the form of consent of an application.
pub(super) async fn signers(tx: &Tx, application: &Application) -> Result<Signers, StoreError> {
    let employer = application.fields.get("employer.0.company").to_owned();
    let proxy = application.proxy.map(|company| company.to_string()).unwrap_or_default();
    let names = super::company_names(tx, [employer.as_str(), proxy.as_str()].into_iter()).await?;
    let named = |id: &str| names.get(id).cloned();
    let grouped = |text: &str| {
        let company: Result<domain::CompanyId, StoreError> = id(text, "application.employer");
        company.map(|company| company.grouped()).unwrap_or_default()
    };
    Ok(Signers {
        worker: super::fill::Copies::of(application).name,
        employer: named(&employer).unwrap_or_else(|| application.fields.get("employer.0.name").to_owned()),
        proxy: named(&proxy).unwrap_or_default(),
        employer_id: grouped(&employer),
        proxy_id: grouped(&proxy),
    })
}
