//! Agreements between companies and the consent of the workers: asked, answered, ended, each by the right people.

use axum::http::StatusCode;
use registry::rooms::agreement::{agreed, agreed_principals};
use registry::testing::{Answer, Person, World};
use store::{Sql, values};
use testkit::on_both;

const EVENTS: Sql = Sql::new(
    "test.agreement_events",
    "select what from change_event where subject_id = $1 order by id",
);

async fn ask(world: &World, who: &Person, other: &Person) -> Answer {
    let company = other.viewer.company_id().unwrap().to_string();
    world.test.post(Some(who), "/agreements", &[("company", &company)]).await
}

/// The address of the agreement that was asked for.
async fn asked(world: &World, who: &Person, other: &Person) -> String {
    let answer = ask(world, who, other).await;
    answer.location.unwrap()
}

async fn press(world: &World, who: &Person, path: &str, what: &str) -> StatusCode {
    world.test.post(Some(who), path, &[("move", what)]).await.status
}

async fn holds(world: &World, proxy: &Person, principal: &Person) -> bool {
    let tx = world.test.app.db().read().await.unwrap();
    let (proxy, principal) = (proxy.viewer.company_id().unwrap(), principal.viewer.company_id().unwrap());
    let one = agreed(&tx, proxy, principal).await.unwrap().is_some();
    let all = agreed_principals(&tx, proxy, [principal]).await.unwrap();
    assert_eq!(all.contains_key(&principal), one);
    one
}

async fn notices(world: &World, who: &Person) -> String {
    world.page(who, "/notices").await
}

on_both!(an_agreement_is_asked_for_answered_and_ended, |backend| async move {
    let world = World::new(backend).await;
    let (first, second) = (&world.first, &world.second);
    let path = asked(&world, first, second).await;
    // A second click asks once.
    assert_eq!(asked(&world, first, second).await, path);
    assert!(!holds(&world, first, second).await, "asked is not agreed");
    assert!(notices(&world, second).await.contains("合意の依頼が届きました"));

    // Its two companies see it, nobody else; the warning stands where it is agreed to.
    let page = world.page(second, &path).await;
    assert!(page.contains("合意すると、こうなります") && page.contains("first建設は"));
    assert!(page.contains("value=\"agree\"") && !page.contains("value=\"withdraw\""));
    assert!(world.page(first, &path).await.contains("value=\"withdraw\""));
    for who in [&world.prime, &world.third, &world.stranger] {
        assert_eq!(world.test.get(Some(who), &path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(press(&world, who, &path, "agree").await, StatusCode::NOT_FOUND);
    }
    // Who asked cannot agree in the other's place.
    assert_eq!(press(&world, first, &path, "agree").await, StatusCode::CONFLICT);
    assert_eq!(press(&world, second, &path, "revoke").await, StatusCode::CONFLICT);

    assert_eq!(press(&world, second, &path, "agree").await, StatusCode::SEE_OTHER);
    assert!(holds(&world, first, second).await);
    assert!(!holds(&world, second, first).await, "it has a direction");
    assert_eq!(
        press(&world, second, &path, "agree").await,
        StatusCode::CONFLICT,
        "a double click"
    );
    assert_eq!(
        press(&world, first, &path, "withdraw").await,
        StatusCode::CONFLICT,
        "too late"
    );
    assert!(notices(&world, first).await.contains("合意しました"));
    assert!(notices(&world, &world.ann_self).await.contains("first建設"));
    let again = ask(&world, first, second).await;
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.body.contains("すでに合意しています"));

    // Either ends it; it is over for ever, and asking anew makes another.
    assert_eq!(press(&world, first, &path, "revoke").await, StatusCode::SEE_OTHER);
    assert!(!holds(&world, first, second).await);
    assert_eq!(press(&world, second, &path, "agree").await, StatusCode::CONFLICT);
    let anew = asked(&world, first, second).await;
    assert_ne!(anew, path);
    assert_eq!(press(&world, second, &anew, "refuse").await, StatusCode::SEE_OTHER);
    assert!(notices(&world, first).await.contains("合意しませんでした"));
    let over = world.page(second, "/agreements?state=over").await;
    assert!(over.contains(&path) && over.contains(&anew));
    assert!(!world.page(second, "/agreements").await.contains(&path));

    // The clock stands still, so they have no order.
    let mut events: Vec<String> = {
        #[derive(sea_orm::FromQueryResult)]
        struct Row {
            what: String,
        }
        let tx = world.test.app.db().read().await.unwrap();
        let company = second.viewer.company_id().unwrap().to_string();
        let rows: Vec<Row> = tx.all(&EVENTS, values![company]).await.unwrap();
        rows.into_iter()
            .map(|row| row.what)
            .filter(|what| what.starts_with("agreement"))
            .collect()
    };
    events.sort_unstable();
    assert_eq!(
        events,
        [
            "agreement_agreed",
            "agreement_asked",
            "agreement_asked",
            "agreement_refused",
            "agreement_revoked",
        ]
    );
});

on_both!(what_cannot_be_asked_for_is_said, |backend| async move {
    let world = World::new(backend).await;
    let own = ask(&world, &world.first, &world.first).await;
    assert!(own.status == StatusCode::UNPROCESSABLE_ENTITY && own.body.contains("自社には依頼できません"));
    for bad in [
        "",
        "12345",
        "99999999999922",
        "99999999999921",
        "'; drop table agreement; --",
        "\0",
    ] {
        let answer = world.test.post(Some(&world.first), "/agreements", &[("company", bad)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
        assert!(answer.body.contains("会社が見つかりません"), "{bad:?}");
    }
    // Found by name, asked by a button; a name with signs is no pattern.
    let found = world.page(&world.first, "/agreements/new?q=second").await;
    assert!(found.contains("second建設"));
    assert!(!world.page(&world.first, "/agreements?q=%25").await.contains("second建設"));
    for path in ["/agreements/nobody", "/agreements/01J0000000ABCDEFGHJKMNPQRS"] {
        assert_eq!(world.test.get(Some(&world.first), path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(press(&world, &world.first, path, "agree").await, StatusCode::NOT_FOUND);
    }
    // Site managers keep no agreements.
    assert_eq!(
        world.test.get(Some(&world.manager), "/agreements").await.status,
        StatusCode::FORBIDDEN
    );
});

on_both!(each_worker_answers_for_himself, |backend| async move {
    let world = World::new(backend).await;
    let path = asked(&world, &world.first, &world.second).await;
    let own = path.replace("/agreements/", "/my/proxies/");
    let answer = async |who: &Person, word: &str| world.test.post(Some(who), &own, &[("consents", word)]).await.status;
    // Nothing to answer before the companies agree.
    assert_eq!(answer(&world.ann_self, "yes").await, StatusCode::NOT_FOUND);
    assert!(
        world
            .page(&world.ann_self, "/my/proxies")
            .await
            .contains("いま、答えが必要なものはありません")
    );
    press(&world, &world.second, &path, "agree").await;
    let page = world.page(&world.ann_self, "/my/proxies").await;
    assert!(page.contains("first建設") && page.contains("まだ答えていません") && page.contains("見られるようになります"));
    assert!(world.page(&world.first, &path).await.contains("2人のうち0人が同意"));

    assert_eq!(answer(&world.ann_self, "yes").await, StatusCode::SEE_OTHER);
    assert_eq!(answer(&world.ann_self, "yes").await, StatusCode::SEE_OTHER, "again: no harm");
    assert_eq!(answer(&world.ann_self, "perhaps").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(world.page(&world.first, &path).await.contains("2人のうち1人が同意"));
    assert_eq!(answer(&world.bob_self, "no").await, StatusCode::SEE_OTHER);
    let page = world.page(&world.second, &path).await;
    assert!(page.contains("2人のうち1人が同意") && page.contains("同意しない 1人、まだ答えていない 0人"));
    // The administrators cannot answer for them.
    assert_eq!(answer(&world.second, "yes").await, StatusCode::FORBIDDEN);

    // Changed at any time; each change is on record, a repetition is not.
    assert_eq!(answer(&world.ann_self, "no").await, StatusCode::SEE_OTHER);
    assert!(world.page(&world.second, &path).await.contains("2人のうち0人が同意"));
    let tx = world.test.app.db().read().await.unwrap();
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        what: String,
    }
    let rows: Vec<Row> = tx.all(&EVENTS, values![world.ann.id.to_string()]).await.unwrap();
    drop(tx);
    assert_eq!(rows.iter().filter(|row| row.what == "proxy_consent").count(), 2);

    // The end of the agreement is told to those who consented, and there is nothing left to answer.
    answer(&world.ann_self, "yes").await;
    press(&world, &world.second, &path, "revoke").await;
    assert!(notices(&world, &world.ann_self).await.contains("取り消されました"));
    assert!(!notices(&world, &world.bob_self).await.contains("取り消されました"));
    assert_eq!(answer(&world.ann_self, "no").await, StatusCode::NOT_FOUND);
    // In Vietnamese too.
    let cookie = format!("session={}; lang=vi", world.ann_self.token);
    let request = axum::http::Request::get("/my/proxies").header("cookie", cookie);
    let page = world.test.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert!(page.body.contains("Đồng ý"), "{}", page.body);
});

on_both!(who_has_run_out_ends_and_begins_nothing, |backend| async move {
    let world = World::new(backend).await;
    let (first, second) = (&world.first, &world.second);
    let holding = asked(&world, first, second).await;
    press(&world, second, &holding, "agree").await;
    let waiting = asked(&world, &world.sibling, second).await;
    let tx = world.test.app.db().write().await.unwrap();
    let company = second.viewer.company_id().unwrap().to_string();
    let expire = Sql::new("test.expire", "update company set state = 'expired' where id = $1");
    tx.run(&expire, values![company]).await.unwrap();
    tx.commit().await.unwrap();

    let list = world.page(second, "/agreements").await;
    assert!(list.contains(&holding) && list.contains(&waiting) && !list.contains("href=\"/agreements/new\""));
    assert_eq!(
        world.test.get(Some(second), "/agreements/new").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(ask(&world, second, &world.third).await.status, StatusCode::FORBIDDEN);
    let page = world.page(second, &waiting).await;
    assert!(
        page.contains("value=\"refuse\"") && !page.contains("value=\"agree\""),
        "{page}"
    );
    assert_eq!(press(&world, second, &waiting, "agree").await, StatusCode::FORBIDDEN);
    assert_eq!(press(&world, second, &waiting, "refuse").await, StatusCode::SEE_OTHER);
    assert_eq!(press(&world, second, &holding, "revoke").await, StatusCode::SEE_OTHER);
    assert!(!holds(&world, first, second).await);
    assert!(notices(&world, first).await.contains("合意を取り消しました"));
});
