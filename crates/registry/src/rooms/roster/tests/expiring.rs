//! What runs out: on the list, on the company's page, and told once at each notice.

use domain::registration::Fields;

use super::*;
use crate::rooms::card::{CardReason, issue, mark_printed};
use crate::rooms::roster::{take_facts, tell_due};
use crate::rooms::terms;

async fn register(world: &World, worker: &Worker, fields: &[(&str, &str)]) {
    let fields: Fields = fields.iter().copied().collect();
    let tx = world.test.app.db().write().await.unwrap();
    take_facts(&tx, &worker.id.to_string(), &fields).await.unwrap();
    tx.commit().await.unwrap();
}

const INSURED: [(&str, &str); 3] = [
    ("health_insurance", "kyokai"),
    ("pension_insurance", "employees"),
    ("employment_insurance", "joined"),
];

async fn count(world: &World, who: &Person, part: &str) -> usize {
    let page = world.page(who, "/notices").await;
    let notices = page.split("class=\"notice-text\"").skip(1);
    notices
        .filter(|rest| rest.split("</p>").next().is_some_and(|text| text.contains(part)))
        .count()
}

on_both!(it_is_told_at_thirty_and_at_seven_days_once_each, |backend| async move {
    let world = World::new(backend).await;
    // Today is 2026-11-20.
    register(
        &world,
        &world.ann,
        &[("residence_status", "特定技能1号"), ("residence_until", "2026-12-15")],
    )
    .await;
    register(
        &world,
        &world.bob,
        &[
            ("qualification.0.class", "skill_training_course"),
            ("qualification.0.name", "玉掛け技能講習"),
            ("qualification.0.day", "2021-11-25"),
            ("qualification.0.until", "2026-11-25"),
            ("qualification.1.class", "special_education"),
            ("qualification.1.name", "足場の組立て等特別教育"),
            ("qualification.1.day", "2020-04-01"),
        ],
    )
    .await;
    let app = &world.test.app;
    assert_eq!(tell_due(app).await.unwrap(), 2);
    assert_eq!(tell_due(app).await.unwrap(), 0, "told once");
    assert_eq!(count(&world, &world.ann_self, "在留期限は").await, 1);
    assert_eq!(count(&world, &world.bob_self, "玉掛け技能講習").await, 1);
    assert_eq!(count(&world, &world.second, "までに切れます").await, 2, "one for each notice");
    assert_eq!(
        count(&world, &world.past, "までに切れます").await,
        0,
        "not to a former company"
    );

    // The list of the company, and nobody else's people in it.
    let page = world.page(&world.second, "/expiries").await;
    assert!(page.contains("安 ann") && page.contains("坊 bob") && page.contains("玉掛け技能講習"));
    assert!(!page.contains("足場の組立て等特別教育"), "it has no end");
    assert!(!world.page(&world.first, "/expiries").await.contains("安 ann"));
    // The roster shows it and can be asked for it.
    let path = world.path("/roster");
    let page = world.page(&world.prime, &format!("{path}?missing=expiry")).await;
    assert!(
        page.contains("安 ann") && page.contains("在留期限 2026") && !page.contains("寅 dora"),
        "{page}"
    );

    // A week before: the second time; told again by no repetition. Renewed: no more.
    world.test.clock.advance(jiff::SignedDuration::from_hours(24 * 19));
    assert_eq!(
        tell_due(app).await.unwrap(),
        1,
        "the stay; the course was told at the last notice before"
    );
    assert_eq!(tell_due(app).await.unwrap(), 0);
    register(
        &world,
        &world.ann,
        &[("residence_status", "特定技能1号"), ("residence_until", "2027-12-15")],
    )
    .await;
    // The session has run out meanwhile.
    let second = world.again(&company(&world.second).to_string()).await;
    assert!(!world.page(&second, "/expiries").await.contains("安 ann"));
    assert!(
        world.page(&second, "/expiries").await.contains("期限切れ"),
        "what has run out stays on the list"
    );
});

on_both!(the_end_of_a_card_is_told_to_each_by_one_room, |backend| async move {
    let world = World::new(backend).await;
    let app = &world.test.app;
    let tx = app.db().write().await.unwrap();
    let card = issue(app, &tx, world.ann.id, None, CardReason::First).await.unwrap();
    mark_printed(app, &tx, &world.operator.viewer, &card).await.unwrap();
    let set = Sql::new("test.card_term", "update card set valid_until = $2 where worker_id = $1");
    tx.run(&set, values![world.ann.id.to_string(), 20_261_125]).await.unwrap();
    tx.commit().await.unwrap();
    for _ in 0..2 {
        terms::keep(app).await.unwrap();
        tell_due(app).await.unwrap();
    }
    let of_ann = world.page(&world.ann_self, "/notices").await;
    let told: Vec<&str> = of_ann.split("class=\"notice-text\"").skip(1).collect();
    let of_card = told.iter().filter(|text| text.contains("カードの有効期限")).count();
    assert_eq!(of_card, 1, "the worker, by the room of the terms: {told:?}");
    assert_eq!(
        count(&world, &world.second, "までに切れます").await,
        1,
        "his company, by the roster"
    );
    assert_eq!(count(&world, &world.second, "カードの有効期限は").await, 0);
});

on_both!(the_list_can_be_asked_for_what_is_missing, |backend| async move {
    let world = World::new(backend).await;
    register(&world, &world.ann, &INSURED).await;
    let path = world.path("/roster");
    let sees = async |query: &str| {
        let page = world.page(&world.prime, &format!("{path}?{query}")).await;
        (page.contains("安 ann"), page.contains("寅 dora"))
    };
    assert_eq!(sees("").await, (true, true));
    assert_eq!(sees("missing=insurance").await, (false, true), "dora has not told");
    assert_eq!(sees("missing=education").await, (true, true));
    assert_eq!(sees("missing=trade").await, (false, false));
    assert_eq!(sees("missing=approval").await, (false, false));
    assert_eq!(
        sees("missing=nonsense").await,
        (true, true),
        "what is no word is not asked for"
    );
    assert_eq!(sees(&format!("node={}", world.second_node.0)).await, (true, false));
    assert_eq!(sees("trade=01-01").await, (true, true));
    assert_eq!(sees("trade=01-02").await, (false, false));
    register(
        &world,
        &world.dora,
        &[
            ("health_insurance", "none"),
            ("pension_insurance", "national"),
            ("employment_insurance", "exempt"),
        ],
    )
    .await;
    assert_eq!(sees("missing=insurance").await, (false, true), "not insured");
    // The row shows the rest, and takes it.
    let row = rows_of(&world, world.ann.id).await.remove(0);
    let page = world.page(&world.second, &format!("{path}/{}", row.id)).await;
    assert!(page.contains("協会けんぽ") && page.contains("name=\"induction\""));
    let form = RowForm {
        trade: "01-01".into(),
        work_content: "鉄筋の組立".into(),
        more: MoreForm {
            hazard: "dust".into(),
            checkups: vec!["dust".into()],
            induction: "2026-11-20".into(),
            consent: "2026-11-20".into(),
            ..MoreForm::default()
        },
        version: row.version.to_string(),
        ..RowForm::default()
    };
    try_edit(&world, &world.second.viewer, &row.id, &form).await.unwrap();
    assert_eq!(sees("missing=education").await, (false, true));
    assert_eq!(sees("missing=consent").await, (false, true));
    let printed = world.page(&world.prime, &format!("{path}/print?paper=a3")).await;
    assert!(printed.contains("粉じん") && printed.contains("じん肺健康診断") && printed.contains("協会けんぽ"));
    // A tie that ends is seen.
    let tx = world.test.app.db().write().await.unwrap();
    move_worker(
        &tx,
        world.dora.id,
        company(&world.sibling),
        company(&world.stranger),
        "2026-11-19".parse().unwrap(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sees("missing=tie").await, (false, true));
});
