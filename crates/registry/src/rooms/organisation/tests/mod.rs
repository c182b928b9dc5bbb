//! The rules of the organisation on both databases, and its pages.

mod large;
mod moves;
mod pages;
mod patterns;
mod proxy;
mod rules;
mod telling;

use axum::http::StatusCode;
use domain::organisation::{Chain, NodeId, NodeStatus};
use domain::{CompanyId, Direction};
use testkit::{Backend, on_both};

use super::*;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::site::{self, OpenSite};
use crate::testing::{Person, World};

async fn open(world: &World, who: &Person) -> OpenSite {
    let tx = world.test.app.db().read().await.unwrap();
    site::open(&tx, &who.viewer, &world.site.to_string()).await.unwrap()
}

/// An invitation, refused or not; kept if not.
async fn try_invite(world: &World, viewer: &Viewer, form: &InviteForm) -> Result<NodeId, InviteRefusal> {
    let tx = world.test.app.db().write().await.unwrap();
    let open = site::open(&tx, viewer, &world.site.to_string()).await.unwrap();
    match invite(&world.test.app, &tx, viewer, &open, form).await {
        Ok(node) => {
            tx.commit().await.unwrap();
            Ok(node)
        }
        Err(UseCaseError::Refused(refusal)) => Err(refusal),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

async fn try_answer(world: &World, viewer: &Viewer, node: &NodeId, given: &Answer) -> Result<Answered, AnswerRefusal> {
    let tx = world.test.app.db().write().await.unwrap();
    match answer(&world.test.app, &tx, viewer, node, given).await {
        Ok(answered) => {
            tx.commit().await.unwrap();
            Ok(answered)
        }
        Err(UseCaseError::Refused(refusal)) => Err(refusal),
        Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
    }
}

fn approve() -> Answer {
    Answer::Approve {
        work_name: "塗装工事".into(),
        work_content: "外壁".into(),
    }
}

fn decline() -> Answer {
    Answer::Decline { reason: String::new() }
}

fn of(company: CompanyId) -> InviteForm {
    InviteForm {
        company: company.to_string(),
        ..InviteForm::default()
    }
}

fn company(person: &Person) -> CompanyId {
    person.viewer.company_id().unwrap()
}

/// The key noted for a field.
fn fault(world: &World, refusal: &InviteRefusal, field: &str) -> String {
    let InviteRefusal::Fields(errors) = refusal else {
        panic!("{refusal:?}")
    };
    errors.at(&world.test.app.texts().t(Language::Ja), field).unwrap_or_default()
}

fn said(world: &World, key: &str) -> String {
    world.test.app.texts().t(Language::Ja).s(key)
}

#[derive(sea_orm::FromQueryResult)]
struct Text {
    id: String,
}

/// A use case on one node, kept if it is not refused.
macro_rules! on_node {
    ($case:ident, $world:expr, $who:expr, $node:expr, $form:expr) => {{
        let (world, who): (&World, &Person) = ($world, $who);
        let tx = world.test.app.db().write().await.unwrap();
        let site = site::open(&tx, &who.viewer, &world.site.to_string()).await.unwrap();
        match $case(&world.test.app, &tx, &who.viewer, &site, $node, &$form).await {
            Ok(done) => {
                tx.commit().await.unwrap();
                Ok(done)
            }
            Err(UseCaseError::Refused(refusal)) => Err(refusal),
            Err(UseCaseError::Broken(error)) => panic!("{error:#}"),
        }
    }};
}
use on_node;

/// A form that comes from a page made now.
async fn fresh_form(world: &World, who: &Person) -> MoveForm {
    MoveForm {
        version: open(world, who).await.head.tree_version.to_string(),
        ..MoveForm::default()
    }
}

async fn node_of(world: &World, who: &Person) -> NodeId {
    let site = open(world, &world.prime).await;
    let node = site.tree.of_company(company(who)).find(|n| n.status.stands());
    node.unwrap().id.clone()
}

/// The key noted for a field of a move.
fn move_fault(world: &World, refusal: &MoveRefusal, field: &str) -> String {
    let MoveRefusal::Fields(errors) = refusal else {
        panic!("{refusal:?}")
    };
    errors.at(&world.test.app.texts().t(Language::Ja), field).unwrap_or_default()
}
