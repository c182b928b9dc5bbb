//! Who is told what when an application moves: a notice on the applicant's home, and a mail without personal data.

use domain::registration::moves::{Move, State};
use store::{StoreError, Tx};
use web::Language;

use super::stored::{Application, state_word};
use crate::App;
use crate::rooms::mail::{self, Mail};
use crate::rooms::notices::{self, Whom};

/// Tells the applicant about a move that he did not make himself, or that he should have in writing.
pub(super) async fn moved(app: &App, tx: &Tx, application: &Application, step: Move) -> Result<(), StoreError> {
    if matches!(step, Move::Take | Move::PutBack | Move::Confirm | Move::Reopen) {
        return Ok(());
    }
    let key = match application.state {
        State::Registered => format!("application-told-{}", state_word(application.purpose, application.state)),
        state => format!("application-told-{}", state.word()),
    };
    let link = format!("/applications/{}", application.id);
    let args = [("number", application.number.as_str())];
    notices::tell(app, tx, &Whom::Account(application.account.clone()), &key, &args, Some(&link)).await?;
    let to = application.fields.get("email");
    if to.is_empty() {
        return Ok(());
    }
    let language = Language::from_code(application.fields.get("language")).unwrap_or(Language::Ja);
    let t = app.texts().t(language);
    let mail = Mail {
        to,
        subject: t.with(format!("{key}-subject"), &args),
        body: t.with(format!("{key}-mail"), &args),
    };
    mail::send(app, tx, mail).await
}
