//! Cards on both databases: their numbers, their codes, their death; the pages; the drawings.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use domain::WorkDay;
use jiff::SignedDuration;
use store::{Sql, values};
use testkit::on_both;
use tower::ServiceExt;

use super::issue::cards_of;
use super::rows::State;
use super::*;
use crate::access::UseCaseError;
use crate::testing::World;

const BORN: Sql = Sql::new("test.born", "update worker set birth_day = $2, level = $3 where id = $1");
const DEAD_CARDS: Sql = Sql::new("test.dead_cards", "select dead_cards from worker where id = $1");
const CODE: Sql = Sql::new("test.code", "select code from card where key = $1");
const RECORD: Sql = Sql::new(
    "test.record",
    "insert into record (subject_id, number, at, account_id, body) values ($1, 1, 0, 'x', $2)",
);

async fn ordered(world: &World, reason: CardReason) -> String {
    let tx = world.test.app.db().write().await.unwrap();
    let key = issue(&world.test.app, &tx, world.ann.id, None, reason).await.unwrap();
    tx.commit().await.unwrap();
    key
}

async fn print(world: &World, key: &str) {
    let tx = world.test.app.db().write().await.unwrap();
    mark_printed(&world.test.app, &tx, &world.operator.viewer, key).await.unwrap();
    tx.commit().await.unwrap();
}

/// Number and state of ann's cards, the newest first, and the number up to which they are dead.
async fn standing(world: &World) -> (Vec<(i32, State)>, i32) {
    let tx = world.test.app.db().read().await.unwrap();
    let cards = cards_of(&tx, world.ann.id).await.unwrap();
    let dead: Option<i32> = tx.value(&DEAD_CARDS, values![world.ann.id.to_string()]).await.unwrap();
    (cards.iter().map(|c| (c.number, c.state)).collect(), dead.unwrap())
}

async fn born(world: &World, day: i32, level: i32) {
    let tx = world.test.app.db().write().await.unwrap();
    tx.run(&BORN, values![world.ann.id.to_string(), day, level]).await.unwrap();
    tx.commit().await.unwrap();
}

on_both!(a_card_from_order_to_death, |backend| async move {
    use State::{Asked, Dead, Ordered, Printed};
    let world = World::new(backend).await;
    let app = &world.test.app;
    born(&world, 19_900_810, 2).await;
    let first = ordered(&world, CardReason::First).await;
    assert_eq!(standing(&world).await, (vec![(1, Ordered)], 0));
    let tx = app.db().read().await.unwrap();
    let card = cards_of(&tx, world.ann.id).await.unwrap().remove(0);
    assert_eq!((card.valid_until, card.level), ("2036-08-10".parse::<WorkDay>().unwrap(), 2));
    let code: Option<String> = tx.value(&CODE, values![first.as_str()]).await.unwrap();
    let code = code.unwrap();
    assert!(code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit()));
    assert!(!code_fits(&tx, world.ann.id, &code).await.unwrap(), "not in his hands yet");
    drop(tx);
    print(&world, &first).await;
    let tx = app.db().read().await.unwrap();
    assert!(code_fits(&tx, world.ann.id, &code).await.unwrap());
    assert!(!code_fits(&tx, world.ann.id, "x").await.unwrap());
    assert_eq!(
        tx.value::<Option<String>>(&CODE, values![first.as_str()]).await.unwrap(),
        Some(None)
    );
    drop(tx);

    // A new level: the older card lives until the new one is printed.
    let second = ordered(&world, CardReason::LevelUp).await;
    assert_eq!(standing(&world).await, (vec![(2, Ordered), (1, Printed)], 0));
    print(&world, &second).await;
    assert_eq!(standing(&world).await, (vec![(2, Printed), (1, Dead)], 1));

    // Lost: dead at once; the new one waits for its fee, then for print.
    world.test.clock.advance(SignedDuration::from_hours(1));
    let tx = app.db().write().await.unwrap();
    let third = reissue(app, &tx, &world.ann_self.viewer, CardReason::Lost).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(standing(&world).await, (vec![(3, Asked), (2, Dead), (1, Dead)], 2));
    let tx = app.db().write().await.unwrap();
    let asked = [(world.ann.id, 1), (world.ann.id, 2), (world.ann.id, 3), (world.bob.id, 1)];
    let dead = dead_since(&tx, &asked.into()).await.unwrap();
    assert_eq!(dead.keys().map(|(_, n)| *n).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(dead[&(world.ann.id, 2)], app.clock().now());
    let again = reissue(app, &tx, &world.ann_self.viewer, CardReason::Lost).await;
    assert!(matches!(again, Err(UseCaseError::Refused(ReissueRefusal::UnderWay))));
    let cards = cards_of(&tx, world.ann.id).await.unwrap();
    assert_eq!(
        cards[0].valid_until, cards[1].valid_until,
        "it holds as long as the one it stands for"
    );
    let early = mark_printed(app, &tx, &world.operator.viewer, &third).await;
    assert!(matches!(early, Err(UseCaseError::Refused(PrintRefusal::NotWaiting))));
    release(app, &tx, &third).await.unwrap();
    tx.commit().await.unwrap();
    print(&world, &third).await;
    assert_eq!(standing(&world).await.0[0], (3, Printed));

    // The registration ends.
    let tx = app.db().write().await.unwrap();
    end_all(app, &tx, world.ann.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(standing(&world).await, (vec![(3, Dead), (2, Dead), (1, Dead)], 3));
});

on_both!(a_reader_hears_at_once_of_a_dead_card, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    let first = ordered(&world, CardReason::First).await;
    print(&world, &first).await;
    let roster = async |known: Option<&str>| {
        let mut request = Request::get(wire::ROSTER).header("authorization", format!("Bearer {}", world.reader));
        if let Some(known) = known {
            request = request.header("if-none-match", known);
        }
        let answer = app.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let stamp = answer.headers()["etag"].to_str().unwrap().to_owned();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, stamp, String::from_utf8(body.to_vec()).unwrap())
    };
    let (status, stamp, body) = roster(None).await;
    assert!(status == StatusCode::OK && !body.contains("dead_cards"), "{body}");
    let (status, _, body) = roster(Some(&stamp)).await;
    assert_eq!((status, body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let tx = app.db().write().await.unwrap();
    reissue(app, &tx, &world.ann_self.viewer, CardReason::Lost).await.unwrap();
    tx.commit().await.unwrap();
    let (status, new, body) = roster(Some(&stamp)).await;
    assert!(
        status == StatusCode::OK && new != stamp && body.contains("\"up_to\":1"),
        "{body}"
    );
    // Another day is another roster.
    world.test.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(roster(Some(&new)).await.0, StatusCode::OK);
});

on_both!(what_was_never_printed_is_never_printed_twice, |backend| async move {
    use State::{Dead, Ordered};
    let world = World::new(backend).await;
    ordered(&world, CardReason::First).await;
    ordered(&world, CardReason::LevelUp).await;
    assert_eq!(standing(&world).await, (vec![(2, Ordered), (1, Dead)], 1));
});

on_both!(nobody_else_asks_or_prints, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    let key = ordered(&world, CardReason::First).await;
    let tx = app.db().write().await.unwrap();
    for (viewer, reason, expected) in [
        (&world.bob_self.viewer, CardReason::Lost, ReissueRefusal::NoCard),
        (&world.ann_self.viewer, CardReason::LevelUp, ReissueRefusal::Forbidden),
        (&world.second.viewer, CardReason::Lost, ReissueRefusal::Forbidden),
    ] {
        let answer = reissue(app, &tx, viewer, reason).await;
        assert!(
            matches!(answer, Err(UseCaseError::Refused(refusal)) if refusal == expected),
            "{expected:?}"
        );
    }
    let printed = mark_printed(app, &tx, &world.ann_self.viewer, &key).await;
    assert!(matches!(printed, Err(UseCaseError::Refused(PrintRefusal::Forbidden))));
});

on_both!(the_worker_sees_his_card_and_asks_for_another, |backend| async move {
    let world = World::new(backend).await;
    born(&world, 19_900_810, 4).await;
    assert!(
        world
            .page(&world.ann_self, "/my/card")
            .await
            .contains("カードはまだありません")
    );
    let key = ordered(&world, CardReason::First).await;
    let page = world.page(&world.ann_self, "/my/card").await;
    assert!(page.contains("作成中") && page.contains("ゴールド") && !page.contains("再発行を申請する"));
    print(&world, &key).await;
    let page = world.page(&world.ann_self, "/my/card").await;
    assert!(page.contains("再発行を申請する") && page.contains(&world.ann.id.grouped()));
    let ann = Some(&world.ann_self);
    for fields in [
        &[("reason", "lost")][..],
        &[("sure", "on")],
        &[("reason", "level_up"), ("sure", "on")],
    ] {
        let answer = world.test.post(ann, "/my/card", fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
    }
    let answer = world
        .test
        .post(ann, "/my/card", &[("reason", "broken"), ("sure", "on")])
        .await;
    assert_eq!(
        (answer.status, answer.location.as_deref()),
        (StatusCode::SEE_OTHER, Some("/my/card"))
    );
    assert!(world.page(&world.ann_self, "/my/card").await.contains("手数料のお支払い待ち"));
    // The operator takes the fee, prints, and the code is gone.
    let queue = world.page(&world.operator, "/cards").await;
    assert!(queue.contains(&world.ann.name) && queue.contains("壊れた"));
    let card = queue
        .split("/cards/")
        .filter_map(|s| s.get(..26))
        .find(|s| s.chars().all(|c| c.is_ascii_alphanumeric()))
        .unwrap()
        .to_owned();
    let operator = Some(&world.operator);
    assert_eq!(
        world.test.get(operator, &format!("/cards/{card}/back.svg")).await.status,
        StatusCode::NOT_FOUND
    );
    world.test.post(operator, &format!("/cards/{card}/release"), &[]).await;
    let back = world.test.get(operator, &format!("/cards/{card}/back.svg")).await;
    assert_eq!(back.status, StatusCode::OK);
    assert!(
        world
            .page(&world.operator, "/cards")
            .await
            .contains(&format!("/cards/{card}/front.svg"))
    );
    world.test.post(operator, &format!("/cards/{card}/printed"), &[]).await;
    assert_eq!(
        world.test.get(operator, &format!("/cards/{card}/back.svg")).await.status,
        StatusCode::NOT_FOUND
    );
});

on_both!(a_card_is_drawn_with_the_name_the_worker_chose, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    born(&world, 19_900_810, 3).await;
    let picture = image::DynamicImage::from(image::RgbImage::from_pixel(300, 400, image::Rgb([90, 120, 150])));
    let mut photo = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut photo, image::ImageFormat::Jpeg).unwrap();
    let upload = crate::rooms::papers::Upload {
        file_name: "顔.jpg".into(),
        bytes: photo.into_inner().into(),
    };
    let tx = app.db().write().await.unwrap();
    let account = world.ann_self.viewer.account.as_str();
    let photo = crate::rooms::papers::take(app, &tx, account, crate::rooms::papers::PaperKind::Photo, &upload)
        .await
        .unwrap();
    let body = r#"{"alias":"田中 <b>&髙﨑","alias_on_card":"yes"}"#;
    tx.run(&RECORD, values![world.ann.id.to_string(), body]).await.unwrap();
    let key = issue(app, &tx, world.ann.id, Some(&photo), CardReason::First).await.unwrap();
    tx.commit().await.unwrap();
    let operator = Some(&world.operator);
    let front = world.test.get(operator, &format!("/cards/{key}/front.svg")).await;
    assert_eq!(front.status, StatusCode::OK, "{}", front.body);
    assert!(front.body.starts_with("<svg") && front.body.contains("data:image/jpeg;base64,"));
    assert!(!front.body.contains("<text"), "letters are outlines");
    for path in [format!("/cards/{key}/card.pdf"), "/cards/print.pdf".to_owned()] {
        let pdf = world.test.get(operator, &path).await;
        assert_eq!(pdf.status, StatusCode::OK);
        assert!(
            pdf.body.starts_with("%PDF-") && pdf.body.contains("/FontFile"),
            "with embedded fonts"
        );
        assert_eq!(pdf.body.matches("/MediaBox").count(), 2, "front and back");
    }
    for (person, status) in [
        (&world.ann_self, StatusCode::FORBIDDEN),
        (&world.prime, StatusCode::FORBIDDEN),
    ] {
        for path in ["front.svg", "back.svg", "card.pdf"] {
            assert_eq!(
                world.test.get(Some(person), &format!("/cards/{key}/{path}")).await.status,
                status
            );
        }
    }
});
