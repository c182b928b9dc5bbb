//! Who belongs to a company: confirmed, ended, taken back; and what that does to rosters and days.

use axum::http::StatusCode;
use domain::Direction::In;
use jiff::SignedDuration;
use registry::testing::{Answer, Person, World};
use store::{Sql, values};
use testkit::on_both;

const ROSTER: Sql = Sql::new("test.roster", "select to_day from roster_row where worker_id = $1");
const EMPLOYMENT: Sql = Sql::new(
    "test.employment",
    "select to_day from employment where worker_id = $1 and company_id = $2",
);
const EVENTS: Sql = Sql::new(
    "test.events",
    "select what as word from change_event where subject_id = $1 order by id",
);

#[derive(sea_orm::FromQueryResult)]
struct Last {
    to_day: Option<i32>,
}

#[derive(sea_orm::FromQueryResult)]
struct Word {
    word: String,
}

async fn last_days(world: &World) -> (Option<i32>, Option<i32>) {
    let tx = world.test.app.db().read().await.unwrap();
    let ann = world.ann.id.to_string();
    let company = world.second.viewer.company_id().unwrap().to_string();
    let tie: Option<Last> = tx.one(&EMPLOYMENT, values![ann.as_str(), company]).await.unwrap();
    let row: Option<Last> = tx.one(&ROSTER, values![ann]).await.unwrap();
    (tie.unwrap().to_day, row.unwrap().to_day)
}

async fn end(world: &World, who: &Person, last: &str) -> Answer {
    let path = format!("/ties/{}/end", world.ann.handle);
    world.test.post(Some(who), &path, &[("last", last)]).await
}

on_both!(
    an_end_takes_the_worker_off_the_roster_and_keeps_his_days,
    |backend| async move {
        let world = World::new(backend).await;
        world.send(vec![world.touch(&world.ann, "2026-11-20T07:30:00", In)]).await;
        let ended = end(&world, &world.second, "2026-11-20").await;
        assert_eq!(ended.location.as_deref(), Some("/ties"), "{}", ended.body);
        assert_eq!(last_days(&world).await, (Some(20_261_120), Some(20_261_120)));
        // Today counts as before; tomorrow he comes and does not count.
        let calendar = world.page(&world.prime, &world.path("/calendar")).await;
        assert!(calendar.contains(&world.ann.name));
        world.test.clock.advance(SignedDuration::from_hours(24));
        let answer = world.send_one(&world.ann, "2026-11-21T07:30:00", In).await;
        assert!(answer.day.as_ref().is_some_and(|d| !d.counts), "{answer:?}");
        // He was told in his own words, and the change is on record.
        let notices = {
            let tx = world.test.app.db().read().await.unwrap();
            let t = world.test.app.texts().t(web::Language::Vi);
            registry::rooms::notices::newest(&tx, &world.ann_self.viewer, &t, store::Page::default())
                .await
                .unwrap()
        };
        assert!(notices.rows[0].text.contains("second建設 đã kết thúc"), "{:?}", notices.rows);
        assert!(notices.rows[0].text.contains("20/11/2026"));
        let tx = world.test.app.db().read().await.unwrap();
        let events: Vec<Word> = tx.all(&EVENTS, values![world.ann.id.to_string()]).await.unwrap();
        assert_eq!(events.iter().map(|e| e.word.as_str()).collect::<Vec<_>>(), ["tie_ended"]);
    }
);

on_both!(an_end_is_taken_back_on_the_same_day_only, |backend| async move {
    let world = World::new(backend).await;
    let back = format!("/ties/{}/take-back", world.ann.handle);
    end(&world, &world.second, "2026-11-19").await;
    assert!(world.page(&world.second, "/ties").await.contains("終了を取り消す"));
    // Nobody else's.
    assert_eq!(
        world.test.post(Some(&world.first), &back, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let done = world.test.post(Some(&world.second), &back, &[]).await;
    assert_eq!(done.location.as_deref(), Some("/ties"), "{}", done.body);
    assert_eq!(last_days(&world).await, (None, None));
    // Twice is too much.
    assert_eq!(
        world.test.post(Some(&world.second), &back, &[]).await.status,
        StatusCode::NOT_FOUND
    );

    end(&world, &world.second, "2026-11-19").await;
    let tx = world.test.app.db().write().await.unwrap();
    world.test.clock.advance(SignedDuration::from_hours(24));
    let late = registry::rooms::ties::take_back(&world.test.app, &tx, &world.second.viewer, &world.ann.handle).await;
    assert!(
        matches!(
            late,
            Err(registry::access::UseCaseError::Refused(
                registry::rooms::ties::TieRefusal::TooLate
            ))
        ),
        "{late:?}"
    );
    drop(tx);
    assert_eq!(last_days(&world).await, (Some(20_261_119), Some(20_261_119)));
});

on_both!(a_wrong_day_is_told_and_changes_nothing, |backend| async move {
    let world = World::new(backend).await;
    for (last, told) in [
        ("", "日付を入力"),
        ("2026-11-21", "今日までの日"),
        ("2026-10-31", "所属を始めた日"),
        ("2019-01-01", "所属を始めた日"),
    ] {
        let answer = end(&world, &world.second, last).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{last}");
        assert!(answer.body.contains(told), "{last}: {}", answer.body);
    }
    assert_eq!(last_days(&world).await, (None, None));
});

on_both!(
    the_list_confirms_and_finds_without_words_in_the_address,
    |backend| async move {
        let world = World::new(backend).await;
        let list = world.page(&world.second, "/ties").await;
        assert!(list.contains("2人（うち未確認 2人）"), "{list}");
        assert!(list.contains(&world.ann.name) && list.contains(&world.bob.name) && !list.contains(&world.dora.name));
        // Another company's worker in the form is passed over.
        let fields = [("worker", world.ann.handle.as_str()), ("worker", world.dora.handle.as_str())];
        world.test.post(Some(&world.second), "/ties/confirm", &fields).await;
        let open = world.test.post(Some(&world.second), "/ties", &[("open", "on")]).await.body;
        assert!(open.contains(&world.bob.name) && !open.contains(&world.ann.name));
        assert!(
            world.page(&world.sibling, "/ties").await.contains("未確認 1人"),
            "dora's company has not confirmed her"
        );
        let found = world.test.post(Some(&world.second), "/ties", &[("q", "坊")]).await.body;
        assert!(found.contains(&world.bob.name) && !found.contains(&world.ann.name));
        // All of the page at once.
        let fields = [("listed", world.bob.handle.as_str()), ("everybody", "yes")];
        world.test.post(Some(&world.second), "/ties/confirm", &fields).await;
        assert!(world.page(&world.second, "/ties").await.contains("未確認 0人"));
    }
);
