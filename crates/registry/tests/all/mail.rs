//! Mails: written with what they tell of, sent once, tried again, and emptied of their secrets.

use jiff::SignedDuration;
use registry::rooms::mail::{Mail, Post, is_address, send, send_waiting};
use registry::testing::TestApp;
use testkit::on_both;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

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

/// A mail server as small as the protocol lets it be: takes one mail, or refuses whom it is for. Gives what it was sent.
async fn one_mail(listener: TcpListener, known: bool) -> String {
    let (stream, _) = listener.accept().await.unwrap();
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut got = String::new();
    let mut in_mail = false;
    write.write_all(b"220 sink.test\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        got.push_str(&line);
        got.push('\n');
        let answer: &[u8] = match line.split([' ', ':']).next().unwrap_or_default() {
            "." if in_mail => {
                in_mail = false;
                b"250 taken\r\n"
            }
            _ if in_mail => continue,
            "RCPT" if !known => b"550 nobody here\r\n",
            "DATA" => {
                in_mail = true;
                b"354 go on\r\n"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await.unwrap();
                break;
            }
            _ => b"250 sink.test\r\n",
        };
        write.write_all(answer).await.unwrap();
    }
    got
}

on_both!(a_mail_server_takes_the_mail_or_is_asked_again, |backend| async move {
    let test = TestApp::new(backend).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let post = Post::server(&format!("smtp://{at}"), "足場 <registry@example.jp>").unwrap();
    write(&test, "hanako@example.jp", true).await;
    let server = tokio::spawn(one_mail(listener, false));
    assert_eq!(send_waiting(&test.app, &post).await.unwrap(), 0, "refused");
    assert!(server.await.unwrap().contains("RCPT TO:<hanako@example.jp>"));
    assert_ne!(test.mails("hanako@example.jp").await[0].1, "", "kept for another try");

    // Nobody answers at all.
    test.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(send_waiting(&test.app, &post).await.unwrap(), 0);

    test.clock.advance(SignedDuration::from_mins(5));
    let listener = TcpListener::bind(at).await.unwrap();
    let server = tokio::spawn(one_mail(listener, true));
    assert_eq!(send_waiting(&test.app, &post).await.unwrap(), 1);
    let got = server.await.unwrap();
    for part in [
        "MAIL FROM:<registry@example.jp>",
        "RCPT TO:<hanako@example.jp>",
        "To: hanako@example.jp",
        "Message-ID: <",
        "Content-Type: text/plain; charset=utf-8",
    ] {
        assert!(got.contains(part), "{part} is missing in\n{got}");
    }
    assert_eq!(test.mails("hanako@example.jp").await[0].1, "", "sent, and the secret is gone");
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
