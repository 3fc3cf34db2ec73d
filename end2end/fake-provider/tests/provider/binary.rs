//! The binary: prints its address, serves, and stops when told to.

use std::{process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::client::{PATIENCE, chat_body, client, request};

fn spawn(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_fake-provider"))
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn first_line(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap()
}

#[tokio::test]
async fn it_serves_at_the_address_it_prints() {
    let mut child = spawn(&["--key", "right"]);
    let base_url = first_line(&mut child).await;
    let chat = || request(&base_url, &chat_body("plain", false));
    assert_eq!(chat().send().await.unwrap().status(), 401);
    assert_eq!(chat().bearer_auth("right").send().await.unwrap().status(), 200);
}

#[cfg(unix)]
#[tokio::test]
async fn it_stops_in_good_order_with_streams_open() {
    let mut child = spawn(&["--address", "127.0.0.1:0"]);
    let base_url = first_line(&mut child).await;
    let stream = request(&base_url, &chat_body("never-ending", true)).send().await.unwrap();
    let terminate = ["-TERM", &child.id().unwrap().to_string()].map(str::to_owned);
    assert!(Command::new("kill").args(terminate).status().await.unwrap().success());
    let status = timeout(Duration::from_secs(5), child.wait()).await.unwrap().unwrap();
    assert!(status.success(), "{status}");
    drop(stream);
    client().get(format!("{base_url}/models")).send().await.unwrap_err();
}

#[tokio::test]
async fn it_explains_wrong_arguments() {
    let output = spawn(&["--port", "80"]).wait_with_output().await.unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("usage: fake-provider"));
}
