//! Invitations reach people: notices, mails with a link, reminders that are told once.

use jiff::SignedDuration;

use super::*;

const EMAIL: &str = "boss@stranger.example";

/// Gives an administrator an address.
async fn with_email(world: &World, who: &Person, email: &str) {
    let tx = world.test.app.db().write().await.unwrap();
    let set = Sql::new("test.email", "update account set email = $2 where id = $1");
    tx.run(&set, values![who.viewer.account.as_str(), email]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn links(world: &World) -> Vec<String> {
    let mails = world.test.mails(EMAIL).await;
    let lines = mails
        .iter()
        .filter_map(|(_, body)| body.lines().find(|l| l.starts_with("/invitations/")));
    lines.map(str::to_owned).collect()
}

on_both!(an_invitation_reaches_the_administrator, |backend| async move {
    let world = World::new(backend).await;
    with_email(&world, &world.stranger, EMAIL).await;
    with_email(&world, &world.past, "other@past.example").await;
    let node = world.invite(&world.prime, company(&world.stranger)).await;
    let mails = world.test.mails(EMAIL).await;
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].0.contains("架空の現場") && mails[0].1.contains("prime建設"),
        "{mails:?}"
    );
    assert!(world.test.mails("other@past.example").await.is_empty());
    let notices = world.page(&world.stranger, "/notices").await;
    assert!(notices.contains("招待されました"), "{notices}");
    // The count stands in the menu of every page.
    assert!(world.page(&world.stranger, "/account").await.contains("class=\"badge\""));

    let link = links(&world).await.remove(0);
    let approval = format!("/approvals/{node}");
    // Nobody signed in: the sign-in, and then there. Nothing is shown before.
    let answer = world.test.get(None, &link).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let to = answer.location.unwrap();
    assert!(to.starts_with("/sign-in?") && to.contains(&node.0), "{to}");
    // Signed in already: straight there. Somebody else: not.
    let own = world.test.get(Some(&world.stranger), &link).await;
    assert_eq!(
        (own.status, own.location.as_deref()),
        (StatusCode::SEE_OTHER, Some(approval.as_str()))
    );
    let other = world.test.get(Some(&world.past), &link).await;
    assert!(
        other.status == StatusCode::FORBIDDEN && other.body.contains("別の利用者"),
        "{}",
        other.body
    );
    // A wrong one, and one that is too old.
    assert_eq!(
        world.test.get(Some(&world.stranger), "/invitations/abc").await.status,
        StatusCode::GONE
    );
    world.test.clock.advance(SignedDuration::from_hours(24 * 14));
    assert_eq!(world.test.get(None, &link).await.status, StatusCode::GONE);
});

on_both!(reminders_are_told_once_each, |backend| async move {
    let world = World::new(backend).await;
    with_email(&world, &world.stranger, EMAIL).await;
    let node = world.invite(&world.first, company(&world.stranger)).await;
    let told = async |hours: i64| {
        world.test.clock.advance(SignedDuration::from_hours(hours));
        remind(&world.test.app).await.unwrap()
    };
    assert_eq!(told(71).await, 0, "not yet");
    assert_eq!(told(1).await, 1, "after three days");
    assert_eq!(told(1).await, 0, "once");
    assert_eq!(world.test.mails(EMAIL).await.len(), 2);
    assert_eq!(told(24 * 4).await, 1, "after seven");
    assert_eq!(told(24 * 30).await, 0, "and no more");
    assert_eq!(world.test.mails(EMAIL).await.len(), 3);
    // The second one tells the inviting company too. (Sessions have ended meanwhile.)
    let tx = world.test.app.db().read().await.unwrap();
    let count = Sql::new(
        "test.told",
        "select count(*) from notice where whom = $1 and text_key = 'notice-not-answered'",
    );
    let first = tx
        .value::<i64>(&count, values![company(&world.first).to_string()])
        .await
        .unwrap();
    assert_eq!(first, Some(1));
    drop(tx);
    // Answered: silence.
    try_answer(&world, &world.stranger.viewer, &node, &approve()).await.unwrap();
    let other = world.invite(&world.first, company(&world.past)).await;
    try_answer(&world, &world.past.viewer, &other, &decline()).await.unwrap();
    assert_eq!(told(24 * 5).await, 0);
});
