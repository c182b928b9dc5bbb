//! Real PC/SC: a virtual card through pcscd and the virtual reader, as far as the registry.

use std::time::Duration;

use reader::card::{CardSource, Device, Fault, Reading};
use reader::testing::Pcscd;
use reader::virtual_card::{Presented, VPCD, VirtualCard};
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;
use wire::Method;

use crate::fake::*;

async fn next(readings: &mut Receiver<Reading>) -> Reading {
    timeout(Duration::from_secs(15), readings.recv()).await.unwrap().unwrap()
}

async fn ready(readings: &mut Receiver<Reading>) {
    while !matches!(next(readings).await, Reading::Device(Device::Ready(_))) {}
}

/// Holds a card to the reader until something is read, then takes it away.
async fn hold(card: VirtualCard, readings: &mut Receiver<Reading>) -> Reading {
    let card: Presented = card.present(VPCD).unwrap();
    let reading = next(readings).await;
    drop(card);
    // Time for the reader to see the empty field.
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    reading
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_read_and_told_apart() {
    let Some(mut pcscd) = Pcscd::start_or_skip() else { return };
    let mut readings = CardSource::Pcsc(Some("Virtual PCD".into())).start().unwrap();
    ready(&mut readings).await;
    let worker_card = |n: u64, issue: u8| Reading::Worker {
        worker: worker(n),
        issue: Some(issue),
        method: Method::Card,
    };
    assert_eq!(
        hold(VirtualCard::career(worker(1), 1), &mut readings).await,
        worker_card(1, 1)
    );
    assert_eq!(
        hold(VirtualCard::foreign(), &mut readings).await,
        Reading::Unreadable(Fault::NotCareerCard)
    );
    let torn = VirtualCard::career(worker(1), 1).pulled_away();
    assert_eq!(hold(torn, &mut readings).await, Reading::Unreadable(Fault::PulledAway));
    let company = VirtualCard::with_record(b"1234567890122201");
    assert!(matches!(
        hold(company, &mut readings).await,
        Reading::Unreadable(Fault::Number(_))
    ));
    assert!(matches!(
        hold(VirtualCard::with_record(b"123"), &mut readings).await,
        Reading::Unreadable(Fault::Number(_))
    ));
    // Two workers one after the other.
    assert_eq!(
        hold(VirtualCard::career(worker(2), 1), &mut readings).await,
        worker_card(2, 1)
    );
    assert_eq!(
        hold(VirtualCard::career(worker(3), 12), &mut readings).await,
        worker_card(3, 12)
    );

    // A card left on the reader is one touch.
    let left = VirtualCard::career(worker(4), 1).present(VPCD).unwrap();
    assert_eq!(next(&mut readings).await, worker_card(4, 1));
    assert!(
        timeout(Duration::from_secs(4), readings.recv()).await.is_err(),
        "read again while it lay there"
    );
    drop(left);

    if pcscd.is_ours() {
        pcscd.restart().unwrap();
        assert!(matches!(
            next(&mut readings).await,
            Reading::Device(Device::NoReader | Device::NoService(_))
        ));
        ready(&mut readings).await;
        assert_eq!(
            hold(VirtualCard::career(worker(5), 1), &mut readings).await,
            worker_card(5, 1)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_arrives_in_the_registry() {
    let Some(_pcscd) = Pcscd::start_or_skip() else { return };
    let (fake, address) = Fake::start().await;
    let dir = tempfile::tempdir().unwrap();
    let mut child = tokio::process::Command::new(env!("CARGO_BIN_EXE_ashiba-reader"))
        .args(["run", "--source", "card", "--card-reader", "Virtual PCD"])
        .args(flags(&address, dir.path()))
        .env("RUST_LOG", "reader=info")
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut log = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(child.stderr.take().unwrap()));
    let wait = async {
        while !log.next_line().await.unwrap().unwrap().contains("waiting for cards") {}
        for n in 1..=3 {
            let card = VirtualCard::career(worker(n), 1).present(VPCD).unwrap();
            while !log.next_line().await.unwrap().unwrap().contains("counts") {}
            drop(card);
            tokio::time::sleep(Duration::from_millis(1_000)).await;
        }
    };
    timeout(Duration::from_secs(40), wait).await.unwrap();
    assert_eq!(
        fake.keys().iter().map(|k| k.worker).collect::<Vec<_>>(),
        [worker(1), worker(2), worker(3)]
    );
}
