//! Mails: written with what they tell of, sent once, tried again, and emptied of their secrets.
#![expect(clippy::unwrap_used, reason = "a test fails where its expectation does")]

use jiff::SignedDuration;
use registry::rooms::mail::{Mail, Post, is_address, send, send_waiting};
use registry::testing::TestApp;
use testkit::on_both;

async fn write(test: &TestApp, to: &str, commit: bool) {
    let tx = test.app.db().write().await.unwrap();
    let mail = Mail {
        to,
        subject: "初期パスワードのお知らせ".into(),
        body: "ひみつ: abcd-efgh\n".into(),
    };
    send(&test.app, &tx, mail).await.unwrap();
    if commit {
        tx.commit().await.unwrap();
    }
}

fn files(folder: &std::path::Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.map(|e| std::fs::read_to_string(e.unwrap().path()).unwrap()).collect()
}

on_both!(a_mail_leaves_once_and_its_secrets_are_blanked, |backend| async move {
    let test = TestApp::new(backend).await;
    let folder = tempfile::tempdir().unwrap();
    let post = Post::Folder(folder.path().join("mail"));
    write(&test, "hanako@example.jp", true).await;
    // What was not committed never was.
    write(&test, "nobody@example.jp", false).await;
    let (one, two) = tokio::join!(send_waiting(&test.app, &post), send_waiting(&test.app, &post));
    assert_eq!(one.unwrap() + two.unwrap(), 1, "two servers at once send it once");
    let sent = files(&folder.path().join("mail"));
    assert_eq!(sent.len(), 1);
    assert!(sent[0].contains("To: hanako@example.jp"), "{}", sent[0]);
    assert!(sent[0].contains("Message-ID: <"), "{}", sent[0]);
    test.clock.advance(SignedDuration::from_hours(48));
    assert_eq!(send_waiting(&test.app, &post).await.unwrap(), 0);
    let kept = test.mails("hanako@example.jp").await;
    assert_eq!(
        kept,
        [("初期パスワードのお知らせ".to_owned(), String::new())],
        "the body is gone"
    );
});

on_both!(what_cannot_leave_is_tried_again_and_at_last_given_up, |backend| async move {
    let test = TestApp::new(backend).await;
    let folder = tempfile::tempdir().unwrap();
    // A file stands where the folder should be.
    let blocked = folder.path().join("mail");
    std::fs::write(&blocked, "").unwrap();
    let post = Post::Folder(blocked.clone());
    write(&test, "taro@example.jp", true).await;
    assert_eq!(send_waiting(&test.app, &post).await.unwrap(), 0);
    // Not before the pause is over; then it leaves.
    std::fs::remove_file(&blocked).unwrap();
    assert_eq!(send_waiting(&test.app, &post).await.unwrap(), 0);
    test.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(send_waiting(&test.app, &post).await.unwrap(), 1);

    std::fs::remove_dir_all(&blocked).unwrap();
    std::fs::write(&blocked, "").unwrap();
    write(&test, "jiro@example.jp", true).await;
    for _ in 0..12 {
        assert_eq!(send_waiting(&test.app, &post).await.unwrap(), 0);
        test.clock.advance(SignedDuration::from_hours(24));
    }
    assert_eq!(
        test.mails("jiro@example.jp").await[0].1,
        "",
        "given up, and the secret is gone"
    );
    std::fs::remove_file(&blocked).unwrap();
    assert_eq!(send_waiting(&test.app, &post).await.unwrap(), 0);
    // An address that is none is given up at once.
    write(&test, "no address\r\nBcc: evil@example.com", true).await;
    assert_eq!(send_waiting(&test.app, &post).await.unwrap(), 0);
    assert_eq!(files(&blocked).len(), 0);
});

#[test]
fn addresses() {
    for good in ["hanako@example.jp", "a.b+c@example.co.jp"] {
        assert!(is_address(good), "{good}");
    }
    let long = format!("{}@example.jp", "a".repeat(300));
    for bad in [
        "",
        "hanako",
        "@example.jp",
        "a@b c",
        "a@example.jp\r\nBcc: b@example.jp",
        "a@example.jp,b@example.jp",
        &long,
    ] {
        assert!(!is_address(bad), "{bad:?}");
    }
    assert!(Post::server("smtps://u:p@mail.example", "a@example.jp").is_ok());
    let told = format!("{:#}", Post::server("ftp://u:geheim@x", "a@example.jp").unwrap_err());
    assert!(!told.contains("geheim"), "{told}");
    assert!(!format!("{:?}", Post::server("smtps://u:geheim@x", "a@example.jp").unwrap()).contains("geheim"));
}
