//! Decisions: by two reviewers, at once, and of what was taken back.

use axum::http::StatusCode;
use domain::master::{MasterKind, MasterTexts};
use domain::registration::moves::State;
use registry::rooms::masters::load;
use testkit::on_both;

use super::desk::Desk;

on_both!(an_application_taken_back_is_not_decided, |backend| async move {
    let desk = Desk::new(backend).await;
    let (test, who) = (&desk.world.test, &desk.applicant);
    let id = desk.company(who, &[]).await;
    desk.submit(who, &id, "24000").await;
    desk.decide(&desk.reviewer, &id, &[("do", "take")]).await;
    let seen = desk.version(&id).await;
    // The applicant takes it back while the reviewer reads; the decision on what he read is refused.
    test.post(Some(who), &format!("/applications/{id}/reopen"), &[]).await;
    assert_eq!(desk.state(&id).await, State::Returned);
    let late = [("version", seen.as_str()), ("do", "approve")];
    let answer = test.post(Some(&desk.reviewer), &format!("/review/{id}/decide"), &late).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(desk.state(&id).await, State::Returned);
    test.post(Some(who), &format!("/applications/{id}/withdraw"), &[]).await;
    assert_eq!(desk.state(&id).await, State::Withdrawn);
    assert_eq!(desk.submit(who, &id, "24000").await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.state(&id).await, State::Withdrawn, "what is given up stays given up");
});

on_both!(two_reviewers_agree_where_the_operator_wants_it, |backend| async move {
    let desk = Desk::new(backend).await;
    let (app, who) = (&desk.world.test.app, &desk.applicant);
    let text = MasterTexts::EMBEDDED
        .policies
        .replacen("review_four_eyes,,,0,", "review_four_eyes,,,1,", 1);
    let tx = app.db().write().await.unwrap();
    load(&tx, app.clock(), MasterKind::Policies, &text, "a test").await.unwrap();
    tx.commit().await.unwrap();
    app.reload_masters().await.unwrap();
    let id = desk
        .worker(who, &desk.world.second.viewer.company_id().unwrap().to_string())
        .await;
    desk.submit(who, &id, "2500").await;
    desk.paid(&id).await;
    desk.decide(&desk.reviewer, &id, &[("do", "take")]).await;
    let mut answers = Vec::new();
    // The same reviewer twice is one reviewer.
    for reviewer in [&desk.reviewer, &desk.reviewer, &desk.colleague] {
        let answer = desk.decide(reviewer, &id, &[("do", "approve")]).await;
        answers.push((answer.status, desk.state(&id).await));
    }
    assert_eq!(
        answers,
        [
            (StatusCode::SEE_OTHER, State::SecondLook),
            (StatusCode::CONFLICT, State::SecondLook),
            (StatusCode::SEE_OTHER, State::Registered)
        ]
    );
    // The second one may send it back as well; then both look again.
    let id = desk
        .worker(who, &desk.world.second.viewer.company_id().unwrap().to_string())
        .await;
    desk.submit(who, &id, "2500").await;
    desk.paid(&id).await;
    desk.decide(&desk.reviewer, &id, &[("do", "take")]).await;
    desk.decide(&desk.reviewer, &id, &[("do", "approve")]).await;
    let back = [("do", "return"), ("mark.photo", "photo_unfit")];
    assert_eq!(desk.decide(&desk.colleague, &id, &back).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.state(&id).await, State::Returned);
    desk.submit(who, &id, "2500").await;
    assert_eq!(desk.state(&id).await, State::Waiting, "paid already");
    desk.decide(&desk.colleague, &id, &[("do", "take")]).await;
    desk.decide(&desk.colleague, &id, &[("do", "approve")]).await;
    assert_eq!(desk.state(&id).await, State::SecondLook);
});

on_both!(of_two_who_decide_at_once_one_is_first, |backend| async move {
    let desk = Desk::new(backend).await;
    let who = &desk.applicant;
    let id = desk.company(who, &[]).await;
    desk.submit(who, &id, "24000").await;
    let (one, two) = tokio::join!(
        desk.decide(&desk.reviewer, &id, &[("do", "take")]),
        desk.decide(&desk.colleague, &id, &[("do", "take")])
    );
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    // A double click on "approve" approves once.
    let holder = if one.status == StatusCode::SEE_OTHER {
        &desk.reviewer
    } else {
        &desk.colleague
    };
    let (one, two) = tokio::join!(
        desk.decide(holder, &id, &[("do", "approve")]),
        desk.decide(holder, &id, &[("do", "approve")])
    );
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    let approvals = desk
        .number(
            "select cast(count(*) as int) from application_event where application_id = $1 and what = 'approve'",
            &id,
        )
        .await;
    assert_eq!(approvals, 1);
});
