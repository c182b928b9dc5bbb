//! The pages: forms keep what was typed, the prime's list takes one, many or all of a company, and the count stands in the menu.

use axum::http::StatusCode;

use super::*;

on_both!(the_workers_form_is_day_site_send, |backend| async move {
    let world = World::new(backend).await;
    let form = world.page(&world.ann_self, "/my/direct/new").await;
    // His site is chosen already, the last days are there, and so are the usual hours.
    let site = world.site.to_string();
    assert!(form.contains(&format!("value=\"{site}\" checked")), "{form}");
    assert!(form.contains("value=\"2026-11-20\"") && form.contains("value=\"2026-11-14\"") && form.contains("value=\"08:00\""));
    let fields = [
        ("day", "2026-11-19"),
        ("site", site.as_str()),
        ("from", "08:00"),
        ("to", "17:00"),
    ];
    let sent = world.test.post(Some(&world.ann_self), "/my/direct", &fields).await;
    assert_eq!(
        (sent.status, sent.location.as_deref()),
        (StatusCode::SEE_OTHER, Some("/my/direct"))
    );
    let list = world.page(&world.ann_self, "/my/direct").await;
    assert!(
        list.contains("架空の現場") && list.contains(&text(&world, "direct-state-requested")),
        "{list}"
    );
    assert!(list.contains("あと41日"), "{list}");
    let form = world.page(&world.ann_self, "/my/direct/new").await;
    assert!(
        form.contains(&text(&world, "direct-day-known")),
        "what is asked for is marked"
    );

    // What was typed stays.
    let fields = [
        ("day", "2026-10-05"),
        ("site_name", "川べりの現場"),
        ("from", "7"),
        ("to", ""),
        ("note", "杭の打設"),
    ];
    let wrong = world.test.post(Some(&world.ann_self), "/my/direct", &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in ["川べりの現場", "value=\"7\"", "杭の打設", "value=\"2026-10-05\""] {
        assert!(wrong.body.contains(kept), "{kept}: {}", wrong.body);
    }
});

on_both!(the_company_enters_and_the_prime_approves_by_company, |backend| async move {
    let world = World::new(backend).await;
    let form = world.page(&world.second, "/direct/new").await;
    assert!(form.contains(&world.ann.name) && form.contains(&world.bob.name) && !form.contains(&world.dora.name));
    assert!(form.contains("架空の現場（prime建設）"));
    let site = world.site.to_string();
    let fields = [
        ("worker", world.ann.handle.as_str()),
        ("worker", world.bob.handle.as_str()),
        ("day", "2026-11-18"),
        ("day", "2026-11-19"),
        ("site", site.as_str()),
        ("from", "08:00"),
        ("to", "17:00"),
    ];
    let sent = world.test.post(Some(&world.second), "/direct", &fields).await;
    assert_eq!(
        (sent.status, sent.location.as_deref()),
        (StatusCode::SEE_OTHER, Some("/direct"))
    );
    let dora = at_site(&world, &[&world.dora], &["2026-11-19"]);
    try_ask(&world, &world.sibling, &dora).await.unwrap();

    // The count in the menu of every page.
    let home = world.page(&world.prime, "/account").await;
    assert!(home.contains("/direct/waiting") && home.contains("class=\"badge\""), "{home}");
    let waiting = world.page(&world.prime, "/direct/waiting").await;
    assert!(waiting.contains("second建設") && waiting.contains("sibling建設") && waiting.contains(&world.dora.name));

    // Nothing chosen; one chosen.
    let none = world
        .test
        .post(Some(&world.prime), "/direct/waiting", &[("move", "approve")])
        .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let dora = keys(&world, world.dora.id).await.first().unwrap().clone();
    let one = [("request", dora.as_str()), ("move", "approve")];
    let one = world.test.post(Some(&world.prime), "/direct/waiting", &one).await;
    assert_eq!(one.status, StatusCode::SEE_OTHER, "{}", one.body);
    assert_eq!(touched(&world, world.dora.id).await.len(), 2);

    // To refuse asks for the reason first.
    let ann: Vec<String> = keys(&world, world.ann.id).await.into_iter().collect();
    let refuse = [("request", ann[0].as_str()), ("move", "refuse")];
    let step = world.test.post(Some(&world.prime), "/direct/waiting", &refuse).await;
    assert!(
        step.status == StatusCode::OK && step.body.contains("name=\"reason\""),
        "{}",
        step.body
    );
    let empty = [refuse[0], refuse[1], ("step", "reason"), ("reason", "")];
    let empty = world.test.post(Some(&world.prime), "/direct/waiting", &empty).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let given = [refuse[0], refuse[1], ("step", "reason"), ("reason", "休工日")];
    let given = world.test.post(Some(&world.prime), "/direct/waiting", &given).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);

    // All of a company: those that the page listed.
    let group = format!("{site}.{}", company(&world.second));
    let bob: Vec<String> = keys(&world, world.bob.id).await.into_iter().collect();
    let listed = format!("listed.{group}");
    let all = [
        (listed.as_str(), ann[1].as_str()),
        (listed.as_str(), bob[0].as_str()),
        (listed.as_str(), bob[1].as_str()),
        ("all", group.as_str()),
    ];
    let all = world.test.post(Some(&world.prime), "/direct/waiting", &all).await;
    assert_eq!(all.status, StatusCode::SEE_OTHER, "{}", all.body);
    assert!(
        world
            .page(&world.prime, "/direct/waiting")
            .await
            .contains(&text(&world, "direct-none-waiting"))
    );
    let over = world.page(&world.second, "/direct?state=over").await;
    assert!(over.contains(&text(&world, "direct-state-approved")) && over.contains(&text(&world, "direct-state-refused")));
});

on_both!(one_request_shows_its_story_and_the_buttons_of_each, |backend| async move {
    let world = World::new(backend).await;
    let form = unregistered(&world, &[&world.ann], &["2026-11-18", "2026-11-19"], "川べりの現場");
    try_ask(&world, &world.second, &form).await.unwrap();
    let key = keys(&world, world.ann.id).await.first().unwrap().clone();
    let here = format!("/direct/{key}");
    let page = world.page(&world.second, &here).await;
    assert!(page.contains("value=\"put-site\"") && page.contains("value=\"withdraw\"") && !page.contains("value=\"approve\""));
    assert!(page.contains("2件すべて"), "{page}");
    let site = world.site.to_string();
    let put = [("move", "put-site"), ("site", site.as_str()), ("all", "on")];
    let put = world.test.post(Some(&world.second), &here, &put).await;
    assert_eq!(
        (put.status, put.location.as_deref()),
        (StatusCode::SEE_OTHER, Some(here.as_str())),
        "{}",
        put.body
    );
    let prime = world.page(&world.prime, &here).await;
    assert!(prime.contains("value=\"approve\"") && prime.contains("value=\"refuse\"") && !prime.contains("value=\"withdraw\""));
    assert!(prime.contains(&text(&world, "direct-event-site")));
    let approve = [("move", "approve")];
    assert_eq!(
        world.test.post(Some(&world.prime), &here, &approve).await.status,
        StatusCode::SEE_OTHER
    );
    let again = world.test.post(Some(&world.prime), &here, &approve).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "a second click changes nothing");
    let late = world.test.post(Some(&world.second), &here, &[("move", "withdraw")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let done = world.page(&world.ann_self, &here).await;
    assert!(done.contains(&text(&world, "direct-see-day")) && done.contains(&text(&world, "direct-event-approved")));
    assert_eq!(
        world.test.get(Some(&world.bob_self), &here).await.status,
        StatusCode::NOT_FOUND
    );

    // Who looked is written down.
    let looks = world.page(&world.ann_self, "/my/looks").await;
    assert!(looks.contains(&text(&world, "look-direct")), "{looks}");
});
