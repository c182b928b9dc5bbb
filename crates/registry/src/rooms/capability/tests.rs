//! A company states, publishes, renews and takes back; the public sees what is published and nothing else.

use domain::capability::{Figures, Item, RatedArea};
use store::sea_orm::Value;
use store::{Sql, values};
use testkit::on_both;

use super::{CapabilityRefusal, StatementForm, figures, publish, state, withdraw};
use crate::access::UseCaseError;
use crate::testing::{Person, World};

const FIELD: &str = "scaffolding_tobi";

fn form(figures: &[(&str, &str)]) -> StatementForm {
    StatementForm {
        figures: figures
            .iter()
            .map(|(item, typed)| ((*item).to_owned(), (*typed).to_owned()))
            .collect(),
    }
}

fn why<T: std::fmt::Debug>(done: Result<T, UseCaseError<CapabilityRefusal>>) -> CapabilityRefusal {
    match done.unwrap_err() {
        UseCaseError::Refused(why) => why,
        UseCaseError::Broken(error) => panic!("{error:#}"),
    }
}

async fn try_state(
    world: &World,
    who: &Person,
    field: &str,
    told: &[(&str, &str)],
) -> Result<Figures, UseCaseError<CapabilityRefusal>> {
    let tx = world.test.app.db().write().await.unwrap();
    let done = state(&world.test.app, &tx, &who.viewer, field, &form(told)).await?;
    tx.commit().await.unwrap();
    Ok(done)
}

async fn try_publish(world: &World, who: &Person, field: &str) -> Result<[RatedArea; 3], UseCaseError<CapabilityRefusal>> {
    let tx = world.test.app.db().write().await.unwrap();
    let done = publish(&world.test.app, &tx, &who.viewer, field).await?;
    tx.commit().await.unwrap();
    Ok(done)
}

async fn try_withdraw(world: &World, who: &Person) -> Result<(), UseCaseError<CapabilityRefusal>> {
    let tx = world.test.app.db().write().await.unwrap();
    withdraw(&world.test.app, &tx, &who.viewer, FIELD).await?;
    tx.commit().await.unwrap();
    Ok(())
}

fn company(who: &Person) -> domain::CompanyId {
    who.viewer.company.as_ref().unwrap().0
}

async fn figures_of(world: &World, who: &Person) -> Figures {
    let (masters, today) = (world.test.app.masters(), world.test.app.clock().today());
    let tx = world.test.app.db().read().await.unwrap();
    let field = masters.levels().field(FIELD).unwrap();
    figures::of_company(&tx, company(who), field, today).await.unwrap()
}

async fn run(world: &World, sql: &'static str, values: Vec<Value>) {
    let tx = world.test.app.db().write().await.unwrap();
    tx.run(&Sql::new("test.set", sql), values).await.unwrap();
    tx.commit().await.unwrap();
}

/// Gives a worker the first trade of the field.
async fn in_the_field(world: &World, worker: &str) {
    let today = world.test.app.clock().today();
    let trade = world
        .test
        .app
        .masters()
        .levels()
        .field(FIELD)
        .unwrap()
        .edition_on(today)
        .unwrap()
        .trades[0];
    let add = "insert into worker_trade (worker_id, ordinal, trade) values ($1, 9, $2)";
    run(world, add, values![worker, trade.to_string()]).await;
}

on_both!(people_sites_and_lower_companies_are_counted, |backend| async move {
    let world = World::new(backend).await;
    let of = |figures: &Figures, item: Item| figures.get(&item).copied();
    let nobody = figures_of(&world, &world.second).await;
    assert_eq!(of(&nobody, Item::SkilledShare), Some(0), "nobody has a trade of the field");
    for worker in [&world.ann, &world.bob] {
        in_the_field(&world, &worker.id.to_string()).await;
    }
    let set = "update worker set level = 3, birth_day = 20000101 where id = $1";
    run(&world, set, values![world.ann.id.to_string()]).await;
    run(
        &world,
        "update worker set birth_day = 19800101 where id = $1",
        values![world.bob.id.to_string()],
    )
    .await;
    let core = world.test.app.masters().levels().field(FIELD).unwrap().core_worker.clone();
    let hold = "insert into worker_qualification (worker_id, ordinal, class, name, from_day, until_day) values ($1, 90, 'core_worker', $2, 20240401, $3)";
    run(&world, hold, values![world.ann.id.to_string(), core.as_str(), 20_270_331]).await;
    run(&world, hold, values![world.bob.id.to_string(), core.as_str(), 20_260_331]).await;
    let second = figures_of(&world, &world.second).await;
    let wanted = [
        (Item::SkilledShare, 50),
        (Item::YoungShare, 50),
        (Item::CoreWorkers, 1),
        (Item::Works, 1),
        (Item::SecondTier, 0),
    ];
    for (item, figure) in wanted {
        assert_eq!(of(&second, item), Some(figure), "{item:?}");
    }
    let first = figures_of(&world, &world.first).await;
    assert_eq!(of(&first, Item::SecondTier), Some(1), "ann, whom second has on the roster");
    assert_eq!(of(&first, Item::Cards), Some(0), "second's people are not first's");
    assert_eq!(of(&figures_of(&world, &world.stranger).await, Item::Works), Some(0));
});

on_both!(
    what_is_published_is_seen_until_it_is_taken_back_or_too_old,
    |backend| async move {
        let world = World::new(backend).await;
        let path = format!("/published/{}/{FIELD}", company(&world.second));
        assert_eq!(world.test.get(None, &path).await.status, 404, "nothing is published yet");
        try_state(
            &world,
            &world.second,
            FIELD,
            &[("no_penalty", "yes"), ("staff", "１，２３４")],
        )
        .await
        .unwrap();
        let areas = try_publish(&world, &world.second, FIELD).await.unwrap();
        assert_eq!(areas[2].stars, 2, "20 points for no penalty");
        let public = world.test.get(None, &path).await.body;
        for part in ["1,234人", "自己申告", "本システムの案です", "2027年"] {
            assert!(public.contains(part), "{part}: {public}");
        }
        assert!(!public.contains(&world.ann.name), "no names of workers");
        let list = world.test.get(None, "/published?q=second").await.body;
        assert!(list.contains(&path), "{list}");
        assert!(!world.test.get(None, "/published?q=stranger").await.body.contains(&path));
        assert!(!world.test.get(None, "/published?field=earthwork").await.body.contains(&path));

        // What is stated later is not public before it is published.
        try_state(&world, &world.second, FIELD, &[("no_penalty", "no"), ("staff", "7")])
            .await
            .unwrap();
        assert!(world.test.get(None, &path).await.body.contains("1,234人"));
        assert!(
            world
                .page(&world.second, &format!("/capability?field={FIELD}"))
                .await
                .contains("いまの数字と違います")
        );
        try_publish(&world, &world.second, FIELD).await.unwrap();
        let renewed = world.test.get(None, &path).await.body;
        assert!(renewed.contains("7人") && !renewed.contains("1,234人"));

        try_withdraw(&world, &world.second).await.unwrap();
        assert_eq!(world.test.get(None, &path).await.status, 404);
        assert!(!world.test.get(None, "/published").await.body.contains(&path));
        assert_eq!(
            why(try_withdraw(&world, &world.second).await),
            CapabilityRefusal::NotPublished
        );

        try_publish(&world, &world.second, FIELD).await.unwrap();
        let old = "update capability_publication set until_day = $1 where ended_at is null";
        run(&world, old, values![world.test.app.clock().today().plus(-1).to_number()]).await;
        assert_eq!(world.test.get(None, &path).await.status, 404, "a year has passed");
        let kept = Sql::new("test.kept", "select count(*) from capability_publication");
        let tx = world.test.app.db().read().await.unwrap();
        let kept: Option<i64> = tx.value(&kept, values![]).await.unwrap();
        assert_eq!(kept, Some(3), "all three stay");
    }
);

on_both!(wrong_figures_are_told_all_at_once_and_nothing_is_kept, |backend| async move {
    let world = World::new(backend).await;
    let wrong = [
        ("staff", "-1"),
        ("clients", "沢山"),
        ("awards", "1000000"),
        ("training", "maybe"),
        ("machines", "３"),
        ("licence_years", " 12 "),
    ];
    let refused = why(try_state(&world, &world.second, FIELD, &wrong).await);
    let CapabilityRefusal::Figures(items) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(items, [Item::Clients, Item::Staff, Item::Awards, Item::Training]);
    let answer = world
        .test
        .post(Some(&world.second), &format!("/capability/{FIELD}"), &wrong)
        .await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("沢山"), "what was typed stays");
    assert!(answer.body.contains("0から999,999まで"));
    assert!(!figures_of(&world, &world.second).await.contains_key(&Item::Machines));
});

on_both!(
    only_administrators_speak_for_their_company_and_only_in_rated_fields,
    |backend| async move {
        let world = World::new(backend).await;
        for who in [&world.ann_self, &world.manager, &world.spare, &world.operator] {
            assert_eq!(why(try_state(&world, who, FIELD, &[]).await), CapabilityRefusal::Forbidden);
            assert_eq!(why(try_publish(&world, who, FIELD).await), CapabilityRefusal::Forbidden);
            assert_eq!(why(try_withdraw(&world, who).await), CapabilityRefusal::Forbidden);
        }
        for field in ["glazing", "nothing", ""] {
            assert_eq!(
                why(try_publish(&world, &world.second, field).await),
                CapabilityRefusal::NoField,
                "{field}"
            );
        }
    }
);
