//! A worker moves to another company: what each of the three sees, what follows at the sites, and what can be taken back.

use axum::http::StatusCode;
use domain::Direction::In;
use jiff::SignedDuration;
use registry::rooms::application::newest_record;
use registry::rooms::notices;
use registry::testing::{Answer, Filing, Person, World};
use store::{Sql, values};
use testkit::on_both;

const TIE: Sql = Sql::new(
    "test.tie",
    "select from_day, to_day, main, case when confirmed_at is null then 0 else 1 end as confirmed from employment
     where worker_id = $1 and company_id = $2 order by from_day desc",
);
const ROW: Sql = Sql::new("test.row", "select to_day as day from roster_row where worker_id = $1");

#[derive(Debug, PartialEq, Eq, sea_orm::FromQueryResult)]
struct Tie {
    from_day: i32,
    to_day: Option<i32>,
    main: i32,
    confirmed: i32,
}

#[derive(sea_orm::FromQueryResult)]
struct Last {
    day: Option<i32>,
}

async fn tie(world: &World, company: &Person) -> Option<(i32, Option<i32>, i32, i32)> {
    let tx = world.test.app.db().read().await.unwrap();
    let company = company.viewer.company_id().unwrap().to_string();
    let tie: Option<Tie> = tx.one(&TIE, values![world.ann.id.to_string(), company]).await.unwrap();
    tie.map(|t| (t.from_day, t.to_day, t.main, t.confirmed))
}

async fn roster_end(world: &World) -> Option<i32> {
    let tx = world.test.app.db().read().await.unwrap();
    let last: Option<Last> = tx.one(&ROW, values![world.ann.id.to_string()]).await.unwrap();
    last.unwrap().day
}

async fn tell(world: &World, to: &Person, from: &str, leave: &str) -> Answer {
    let company = to.viewer.company_id().unwrap().to_string();
    let fields = [("company", company.as_str()), ("from", from), ("leave", leave)];
    world.test.post(Some(&world.ann_self), "/my/move", &fields).await
}

async fn told(world: &World, who: &Person) -> Vec<String> {
    let tx = world.test.app.db().read().await.unwrap();
    let t = world.test.app.texts().t(web::Language::Ja);
    let all = notices::newest(&tx, &who.viewer, &t, store::Page::default()).await.unwrap();
    all.rows.into_iter().map(|notice| notice.text).collect()
}

fn key(page: &str) -> String {
    page.split("/moves/").nth(1).unwrap().get(..26).unwrap().to_owned()
}

fn second(world: &World) -> String {
    world.second.viewer.company_id().unwrap().to_string()
}

const RECORD: &[(&str, &str)] = &[
    ("family_name", "安"),
    ("health_insurance", "kyokai"),
    ("pension_insurance", "employees"),
    ("employment_insurance", "joined"),
    ("employment_number", "1234"),
    ("kentaikyo", "yes"),
    ("kentaikyo_number", "12345"),
];

on_both!(a_move_is_seen_by_both_companies_and_confirmed, |backend| async move {
    let world = World::new(backend).await;
    let filing = Filing::new(&world).await;
    let own = world.ann.id.to_string();
    let mut record = RECORD.to_vec();
    let employer = second(&world);
    record.extend([("employer.0.company", employer.as_str()), ("employer.0.from", "2026-11-01")]);
    filing.record(&own, &record).await;
    // From today on she works for third, at the site where both companies stand.
    let answer = tell(&world, &world.third, "2026-11-20", &second(&world)).await;
    assert_eq!(answer.location.as_deref(), Some("/my/move"), "{}", answer.body);
    assert_eq!(tie(&world, &world.second).await, Some((20_261_101, Some(20_261_119), 1, 0)));
    assert_eq!(roster_end(&world).await, Some(20_261_119), "the roster follows");
    assert_eq!(tie(&world, &world.third).await, None, "nothing without its word");
    assert!(
        told(&world, &world.second)
            .await
            .join("\n")
            .contains("貴社を離れると届け出ました")
    );
    let left = told(&world, &world.second).await;
    let left = left.iter().find(|text| text.contains("貴社を離れると届け出ました")).unwrap();
    assert!(!left.contains("third"), "where she goes is not told");
    assert!(
        told(&world, &world.third)
            .await
            .join("\n")
            .contains("貴社に所属すると届け出ました")
    );

    // She comes to work before the company has answered: the day waits.
    let before = world.send_one(&world.ann, "2026-11-20T07:30:00", In).await;
    assert!(before.day.as_ref().is_some_and(|day| !day.counts), "{before:?}");

    let list = world.page(&world.third, "/moves").await;
    assert!(
        list.contains(&world.ann.name) && !list.contains("second建設"),
        "where she comes from is not told"
    );
    let leaving = world.page(&world.second, "/moves").await;
    assert!(leaving.contains(&world.ann.name) && !leaving.contains("third建設"));
    let path = format!("/moves/{}", key(&list));
    for other in [&world.second, &world.stranger] {
        let answer = world.test.post(Some(other), &path, &[("answer", "confirm")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "nobody else answers");
    }
    let done = world.test.post(Some(&world.third), &path, &[("answer", "confirm")]).await;
    assert_eq!(done.location.as_deref(), Some("/moves"), "{}", done.body);
    let again = world
        .test
        .post(Some(&world.third), &path, &[("answer", "decline"), ("reason", "x")])
        .await;
    assert_eq!(again.status, StatusCode::CONFLICT, "answered once");
    assert_eq!(tie(&world, &world.third).await, Some((20_261_120, None, 1, 1)));
    assert!(
        told(&world, &world.ann_self).await.join("\n").contains("社会保険"),
        "the insurance is to be filled in anew"
    );

    // On the roster of the new company the day counts.
    let t = |page: &str| page.contains(&world.ann.name);
    assert!(t(&world.page(&world.third, "/ties").await) && !t(&world.page(&world.second, "/ties").await));
    world.list(&world.third, &world.ann, "鉄筋の組立").await;
    let calendar = format!("/workers/{}/calendar?month=2026-11", world.ann.handle);
    assert_eq!(world.test.get(Some(&world.third), &calendar).await.status, StatusCode::OK);
    let after = world.send_one(&world.ann, "2026-11-20T07:30:00", In).await;
    assert!(after.day.as_ref().is_some_and(|day| day.counts), "judged again: {after:?}");

    // What the former employer arranged is not registered with the new one.
    let tx = world.test.app.db().read().await.unwrap();
    let now = newest_record(&tx, &own).await.unwrap();
    assert_eq!(
        now.get("employer.0.company"),
        world.third.viewer.company_id().unwrap().to_string()
    );
    for gone in ["health_insurance", "pension_insurance", "employment_number"] {
        assert!(!now.has(gone), "{gone}");
    }
    assert_eq!(now.get("kentaikyo_number"), "12345", "hers, not the company's");
});

on_both!(a_move_is_taken_back_or_declined, |backend| async move {
    let world = World::new(backend).await;
    let filing = Filing::new(&world).await;
    let own = world.ann.id.to_string();
    let mut record = RECORD.to_vec();
    let employer = second(&world);
    record.extend([("employer.0.company", employer.as_str()), ("employer.0.from", "2026-11-01")]);
    filing.record(&own, &record).await;
    // Told ahead: until then everything is as before.
    tell(&world, &world.third, "2026-12-01", &second(&world)).await;
    assert_eq!(tie(&world, &world.second).await, Some((20_261_101, Some(20_261_130), 1, 0)));
    let now = world.send_one(&world.ann, "2026-11-20T07:30:00", In).await;
    assert!(now.day.as_ref().is_some_and(|day| day.counts), "{now:?}");
    // A second click is not a second move; the company she leaves cannot undo it.
    tell(&world, &world.third, "2026-12-01", &second(&world)).await;
    let page = world.page(&world.ann_self, "/my/move").await;
    assert_eq!(
        page.matches("会社の確認待ち").count(),
        2,
        "one move: the callout and the list"
    );
    let back = format!("/ties/{}/take-back", world.ann.handle);
    assert_eq!(
        world.test.post(Some(&world.second), &back, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let path = format!(
        "/my/move/{}/withdraw",
        page.split("/my/move/").nth(1).unwrap().get(..26).unwrap()
    );
    assert_eq!(
        world.test.post(Some(&world.bob_self), &path, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let done = world.test.post(Some(&world.ann_self), &path, &[]).await;
    assert_eq!(done.location.as_deref(), Some("/my/move"), "{}", done.body);
    assert_eq!(tie(&world, &world.second).await, Some((20_261_101, None, 1, 0)));
    assert_eq!(roster_end(&world).await, None);
    {
        let tx = world.test.app.db().read().await.unwrap();
        let now = newest_record(&tx, &own).await.unwrap();
        assert_eq!(
            (now.get("health_insurance"), now.get("employer.0.company")),
            ("kyokai", employer.as_str())
        );
    }
    assert!(told(&world, &world.third).await.join("\n").contains("取り消しました"));

    // Declined: she is told why; the tie she left has ended all the same, by her own word.
    tell(&world, &world.third, "2026-11-21", &second(&world)).await;
    let path = format!("/moves/{}", key(&world.page(&world.third, "/moves").await));
    let wordless = world.test.post(Some(&world.third), &path, &[("answer", "decline")]).await;
    assert_eq!(wordless.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("answer", "decline"), ("reason", "採用していません")];
    world.test.post(Some(&world.third), &path, &fields).await;
    assert!(told(&world, &world.ann_self).await.join("\n").contains("採用していません"));
    assert_eq!(tie(&world, &world.third).await, None);
    assert_eq!(tie(&world, &world.second).await, Some((20_261_101, Some(20_261_120), 1, 0)));
    // And back again: the former employer confirms.
    world.test.clock.advance(SignedDuration::from_hours(24));
    let world = World {
        ann_self: world.again(&world.ann.id.to_string()).await,
        second: world.again(&second(&world)).await,
        ..world
    };
    let answer = tell(&world, &world.second, "2026-11-21", "none").await;
    assert_eq!(answer.location.as_deref(), Some("/my/move"), "{}", answer.body);
    let path = format!("/moves/{}", key(&world.page(&world.second, "/moves").await));
    world.test.post(Some(&world.second), &path, &[("answer", "confirm")]).await;
    assert_eq!(tie(&world, &world.second).await, Some((20_261_121, None, 1, 1)));
});

on_both!(what_is_wrong_with_a_move_is_told_and_changes_nothing, |backend| async move {
    let world = World::new(backend).await;
    let leave = second(&world);
    let stranger = world.stranger.viewer.company_id().unwrap().to_string();
    let gone = world.past.viewer.company_id().unwrap().to_string();
    {
        const WITHDRAWN: Sql = Sql::new("test.withdrawn", "update company set state = 'withdrawn' where id = $1");
        let tx = world.test.app.db().write().await.unwrap();
        tx.run(&WITHDRAWN, values![gone.as_str()]).await.unwrap();
        tx.commit().await.unwrap();
    }
    for (company, from, leave, said) in [
        ("", "2026-11-21", leave.as_str(), "14桁の事業者ID"),
        ("12345678901222", "2026-11-21", &leave, "この事業者IDの会社はありません"),
        (&leave, "2026-11-21", "none", "すでに所属している会社"),
        (&gone, "2026-11-21", &leave, "退会したか"),
        (&stranger, "", &leave, "日付"),
        (&stranger, "2026-11-01", &leave, "2026年11月2日"),
        (&stranger, "2026-09-30", "none", "もう直せません"),
        (&stranger, "2027-06-01", &leave, "2027年1月21日"),
        (&stranger, "2026-11-21", &stranger, "どの会社を離れるか"),
        (&world.ann.id.to_string(), "2026-11-21", &leave, "14桁の事業者ID"),
    ] {
        let fields = [("company", company), ("from", from), ("leave", leave)];
        let answer = world.test.post(Some(&world.ann_self), "/my/move", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{company} {from}");
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
    }
    assert_eq!(tie(&world, &world.second).await, Some((20_261_101, None, 1, 0)));
});
