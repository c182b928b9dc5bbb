//! Use case: the applicant fills in a step. What is wrong is told and kept all the same: a draft loses nothing.

use domain::registration::employment::clear_employer_owned;
use domain::registration::{Context, Fields, Group, Purpose, company, likeness, worker};
use domain::{CompanyId, WorkDay};
use serde::Serialize;
use store::{StoreError, Tx, values};

use super::open::Opened;
use super::queries;
use super::stored::Application;
use crate::App;
use crate::access::{UseCase, UseCaseError};

/// Why nothing was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FillRefusal {
    /// It is not open for writing (sent, decided), or not the viewer's.
    NotOpen,
    /// It was changed meanwhile, in another tab or by a colleague.
    ChangedMeanwhile,
    /// There is no such step or field.
    NoSuchStep,
}

/// A change beside the typed fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extra {
    /// None.
    Nothing,
    /// An entry of the step's list is taken out.
    Remove(usize),
}

/// Saves a step; `typed` are the fields of that step as they came. Gives the application as it stands now; what is wrong with the step
/// is asked of the form.
///
/// # Errors
/// [`FillRefusal`].
pub async fn fill(
    tx: &Tx,
    opened: &Opened,
    step: &str,
    typed: &Fields,
    extra: Extra,
    version: i32,
) -> UseCase<Application, FillRefusal> {
    let refuse = UseCaseError::Refused;
    if !opened.writes() {
        return Err(refuse(FillRefusal::NotOpen));
    }
    if version != opened.application.version {
        return Err(refuse(FillRefusal::ChangedMeanwhile));
    }
    let (mut application, group) = with_typed(&opened.application, step, typed).map_err(refuse)?;
    if let Extra::Remove(number) = extra {
        application.fields.remove_entry(group.name, number);
    }
    save(tx, &mut application)
        .await?
        .ok_or(refuse(FillRefusal::ChangedMeanwhile))?;
    Ok(application)
}

/// The application as it would stand with what is typed in a step, without saving it.
///
/// # Errors
/// [`FillRefusal::NoSuchStep`].
pub(super) fn with_typed(
    application: &Application,
    step: &str,
    typed: &Fields,
) -> Result<(Application, &'static Group), FillRefusal> {
    let group = application.purpose.form().group(step).ok_or(FillRefusal::NoSuchStep)?;
    let mut application = application.clone();
    merge(&mut application, group, typed);
    Ok((application, group))
}

/// Sets one field that is not typed (a paper), or clears it.
///
/// # Errors
/// [`FillRefusal`].
pub(crate) async fn set(tx: &Tx, opened: &Opened, field: &str, value: &str) -> UseCase<Application, FillRefusal> {
    let refuse = UseCaseError::Refused;
    if !opened.writes() {
        return Err(refuse(FillRefusal::NotOpen));
    }
    let mut application = opened.application.clone();
    let (_, found) = application
        .purpose
        .form()
        .find(field)
        .ok_or(refuse(FillRefusal::NoSuchStep))?;
    // A form made by hand may send a photo all the same.
    if application.keeps(found, field) {
        return Ok(application);
    }
    application.fields.set(field, value);
    application.marks.retain(|mark| mark.field != field);
    save(tx, &mut application)
        .await?
        .ok_or(refuse(FillRefusal::ChangedMeanwhile))?;
    Ok(application)
}

/// Puts what was typed in the place of what was there. A fixed field of somebody registered stays as recorded.
fn merge(application: &mut Application, group: &'static Group, typed: &Fields) {
    let form = application.purpose.form();
    let levelled = form.normalised(typed);
    let employer_before = application.fields.get("employer.0.company").to_owned();
    let names: Vec<String> = typed.iter().map(|(name, _)| name.to_owned()).collect();
    let shown: Vec<String> = group
        .shown(&application.fields)
        .into_iter()
        .map(|(_, name, _)| name)
        .collect();
    for name in names.into_iter().chain(shown) {
        let Some((of, field)) = form.find(&name) else { continue };
        if of.name != group.name || !field.kind.is_typed() || application.keeps(field, &name) {
            continue;
        }
        let value = levelled.get(&name);
        if application.fields.get(&name) != value {
            application.fields.set(name.clone(), value);
            // What the reviewer marked was touched: the mark has done its work.
            application.marks.retain(|mark| mark.field != name);
        }
    }
    if application.purpose == Purpose::WorkerChange && application.fields.get("employer.0.company") != employer_before {
        // What the former employer arranged is not the new one's: it is typed anew.
        clear_employer_owned(&mut application.fields);
    }
    if let Some(proxy) = application
        .proxy
        .filter(|_| matches!(application.purpose, Purpose::WorkerNew | Purpose::WorkerChange))
    {
        set_proxy(&mut application.fields, proxy);
    }
}

/// As whom a company files for a worker: as his employer, or as another company, which needs the employer's consent too.
pub(crate) fn set_proxy(fields: &mut Fields, proxy: CompanyId) {
    let employer = fields.get("employer.0.company").parse::<CompanyId>().ok();
    fields.set("proxy", if employer == Some(proxy) { "employer" } else { "other" });
}

/// Writes body, marks, corrections and the columns for search. `None`: somebody was faster.
pub(super) async fn save(tx: &Tx, application: &mut Application) -> Result<Option<()>, StoreError> {
    let copies = Copies::of(application);
    let values = values![
        application.id.as_str(),
        json(&application.fields)?,
        application.version,
        json(&application.marks)?,
        copies.name,
        copies.kana,
        copies.alphabet,
        copies.birth_day,
        copies.phone,
        copies.corporate_number,
        copies.licence,
        json(&application.corrections)?
    ];
    if tx.run(&queries::SAVE, values).await? == 0 {
        return Ok(None);
    }
    application.version += 1;
    Ok(Some(()))
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Inconsistent("application", e.to_string()))
}

/// The fields that lists and the search for doubles ask.
pub(crate) struct Copies {
    pub(crate) name: String,
    pub(crate) kana: String,
    pub(crate) alphabet: String,
    pub(crate) birth_day: Option<i32>,
    pub(crate) phone: String,
    pub(crate) corporate_number: String,
    pub(crate) licence: String,
}

impl Copies {
    pub(crate) fn of(application: &Application) -> Self {
        Self::of_fields(application.purpose, &application.fields)
    }

    /// The same of a registration.
    pub(crate) fn of_fields(purpose: Purpose, fields: &Fields) -> Self {
        if purpose.of_company() {
            Self::of_company(fields)
        } else if purpose.ends() || matches!(purpose, Purpose::WorkerRenewal | Purpose::LevelEvaluation) {
            Self {
                name: fields.get("name").to_owned(),
                kana: fields.get("name_kana").to_owned(),
                alphabet: String::new(),
                birth_day: None,
                phone: String::new(),
                corporate_number: String::new(),
                licence: String::new(),
            }
        } else {
            Self::of_worker(fields)
        }
    }

    pub(crate) fn of_company(fields: &Fields) -> Self {
        Self {
            name: fields.get("name").to_owned(),
            kana: fields.get("name_kana").to_owned(),
            alphabet: likeness::bare_company_name(fields.get("name")),
            birth_day: None,
            phone: fields.get("phone").to_owned(),
            corporate_number: fields.get("corporate_number").to_owned(),
            licence: company::licence(fields),
        }
    }

    pub(crate) fn of_worker(fields: &Fields) -> Self {
        Self {
            name: worker::name(fields),
            kana: worker::kana(fields),
            alphabet: worker::alphabet(fields),
            birth_day: fields.get("birth_day").parse::<WorkDay>().ok().map(WorkDay::to_number),
            phone: fields.get("mobile").to_owned(),
            corporate_number: String::new(),
            licence: String::new(),
        }
    }
}

/// What the checks need to know.
pub(crate) fn context<'a>(app: &App, masters: &'a domain::Masters) -> Context<'a> {
    Context {
        masters,
        today: app.clock().today(),
    }
}
