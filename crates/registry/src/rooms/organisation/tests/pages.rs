//! The chart, inviting and answering as people do it.

use super::*;

#[tokio::test]
async fn the_chart_shows_each_company_its_branch() {
    let world = World::new(Backend::Sqlite).await;
    let node = world.invite(&world.first, company(&world.stranger)).await;
    let path = world.path("/organisation");
    let all = [
        "prime建設",
        "first建設",
        "second建設",
        "third建設",
        "sibling建設",
        "stranger建設",
    ];
    let sees: [(&Person, [bool; 6]); 6] = [
        (&world.prime, [true; 6]),
        (&world.first, [true, true, true, true, false, true]),
        (&world.second, [true, true, true, true, false, false]),
        (&world.third, [true, true, true, true, false, false]),
        (&world.sibling, [true, false, false, false, true, false]),
        (&world.stranger, [true, true, false, false, false, true]),
    ];
    for (who, expected) in sees {
        let page = world.page(who, &path).await;
        let chart = page
            .split("class=\"tree chart\"")
            .nth(1)
            .and_then(|rest| rest.split("</section>").next())
            .unwrap();
        let chart = chart.split("<section").next().unwrap();
        assert_eq!(all.map(|name| chart.contains(name)), expected, "{}", who.viewer.name);
        assert_eq!(
            chart.matches("<ul").count() + 1,
            chart.matches("</ul>").count(),
            "lists are closed"
        );
        assert_eq!(
            chart.matches("<li>").count(),
            chart.matches("</li>").count(),
            "items are closed"
        );
    }
    // Who is waited for, since when; and who can do what.
    let of_first = world.page(&world.first, &path).await;
    assert!(of_first.contains("承認待ち（2026年11月20日(金) 08:00に招待）"));
    assert!(of_first.contains("/organisation/invite") && !of_first.contains(&format!("/approvals/{node}")));
    let of_stranger = world.page(&world.stranger, &path).await;
    assert!(
        of_stranger.contains(&format!("/approvals/{node}"))
            && !of_stranger.contains("/organisation/invite")
            && !of_stranger.contains("/roster/add")
    );
    // The numbers of workers are for those above only.
    assert!(world.page(&world.first, &path).await.contains("技能者 1人"));
    assert!(!world.page(&world.third, &path).await.contains("技能者 1人"));
}

#[tokio::test]
async fn inviting_and_answering_by_hand() {
    let world = World::new(Backend::Sqlite).await;
    let path = world.path("/organisation");
    // Look for the company, choose it, invite it.
    let found = world.page(&world.prime, &format!("{path}/companies?q=stranger")).await;
    let id = company(&world.stranger).to_string();
    assert!(found.contains(&format!("company={id}\"")) && found.contains("stranger建設") && !found.contains("sibling建設"));
    let there = world.page(&world.prime, &format!("{path}/companies?q=first")).await;
    assert!(there.contains("すでに招待されているか") && !there.contains("この会社を選ぶ"));
    assert!(
        world
            .page(&world.prime, &format!("{path}/companies?q=%25"))
            .await
            .contains("あてはまる会社はありません")
    );
    assert_eq!(
        world
            .test
            .get(Some(&world.sibling), &format!("{path}/companies"))
            .await
            .status,
        StatusCode::OK
    );
    let chosen = world.page(&world.prime, &format!("{path}/invite?company={id}")).await;
    assert!(chosen.contains("選択中の会社：stranger建設"));

    let wrong = world
        .test
        .post(
            Some(&world.prime),
            &path,
            &[("company", "12345678901221"), ("work_name", "外構")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("これは技能者ID") && wrong.body.contains("12345678901221") && wrong.body.contains("外構"));
    let sent = world
        .test
        .post(Some(&world.prime), &path, &[("company", &id), ("work_name", "外構")])
        .await;
    assert_eq!(
        (sent.status, sent.location.as_deref()),
        (StatusCode::SEE_OTHER, Some(path.as_str()))
    );

    // The invited company finds it, approves it, and clicks once more.
    let list = world.page(&world.stranger, "/approvals").await;
    assert!(list.contains("架空の現場") && list.contains("承認待ち") && list.contains("外構"));
    let link = list
        .split("href=\"/approvals/")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    let link = format!("/approvals/{link}");
    let page = world.page(&world.stranger, &link).await;
    assert!(page.contains("value=\"外構\"") && page.contains("prime建設と自社の上位の会社からも"));
    let again = world
        .test
        .post(
            Some(&world.stranger),
            &link,
            &[("answer", "approve"), ("work_name", ""), ("work_content", "植栽")],
        )
        .await;
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.body.contains("植栽"));
    let form = [("answer", "approve"), ("work_name", "外構工事"), ("work_content", "植栽")];
    for key in ["approval-approved", "approval-same-answer"] {
        let answer = world.test.post(Some(&world.stranger), &link, &form).await;
        assert_eq!(
            (answer.status, answer.location.as_deref()),
            (StatusCode::SEE_OTHER, Some(path.as_str()))
        );
        assert!(answer.cookies[0].contains(key), "{:?}", answer.cookies);
    }
    let other = world.test.post(Some(&world.stranger), &link, &[("answer", "decline")]).await;
    assert!(other.status == StatusCode::CONFLICT && other.body.contains("すでに別の回答") && other.body.contains("/roster/add"));
    assert_eq!(
        world
            .test
            .post(Some(&world.stranger), &link, &[("answer", "perhaps")])
            .await
            .status,
        StatusCode::BAD_REQUEST
    );
    assert!(world.page(&world.stranger, &link).await.contains("登録済み"));

    // Nobody else's business.
    for who in [&world.prime, &world.sibling, &world.past] {
        assert_eq!(world.test.get(Some(who), &link).await.status, StatusCode::NOT_FOUND);
        assert_eq!(world.test.post(Some(who), &link, &form).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(
        world.test.get(Some(&world.manager), &link).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(world.test.get(Some(&world.past), &path).await.status, StatusCode::NOT_FOUND);
}
