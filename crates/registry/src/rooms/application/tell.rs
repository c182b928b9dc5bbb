//! Who is told what when an application moves: a notice on the applicant's home, and a mail without personal data.

use domain::registration::moves::{Move, State};
use store::{StoreError, Tx};
use web::Language;

use super::stored::{Application, state_word};
use crate::App;
use crate::rooms::mail::{self, Mail};
use crate::rooms::notices::{self, Whom};

/// The sentence about a move; nobody hears of what happens inside the house, or of what the applicant just did on his screen.
fn sentence(application: &Application, step: Move) -> Option<String> {
    if matches!(step, Move::Take | Move::PutBack | Move::Confirm | Move::Reopen) {
        return None;
    }
    Some(match application.state {
        State::Registered => format!("application-told-{}", state_word(application.purpose, application.state)),
        state => format!("application-told-{}", state.word()),
    })
}

/// Tells the applicant about a move that he did not make himself, or that he should have in writing.
pub(super) async fn moved(app: &App, tx: &Tx, application: &Application, step: Move) -> Result<(), StoreError> {
    if let Some(key) = sentence(application, step) {
        let link = format!("/applications/{}", application.id);
        let args = [("number", application.number.as_str())];
        notices::tell(app, tx, &Whom::Account(application.account.clone()), &key, &args, Some(&link)).await?;
    }
    by_mail(app, tx, application, step).await
}

/// The mail alone, to the address that stands in the application.
pub(super) async fn by_mail(app: &App, tx: &Tx, application: &Application, step: Move) -> Result<(), StoreError> {
    let to = application.fields.get("email");
    let Some(key) = sentence(application, step).filter(|_| !to.is_empty()) else {
        return Ok(());
    };
    let args = [("number", application.number.as_str())];
    let language = Language::from_code(application.fields.get("language")).unwrap_or(Language::Ja);
    let t = app.texts().t(language);
    let mail = Mail {
        to,
        subject: t.with(format!("{key}-subject"), &args),
        body: t.with(format!("{key}-mail"), &args),
    };
    mail::send(app, tx, mail).await
}
