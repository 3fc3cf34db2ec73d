//! The byte splits: what one write carries, seen on a bare socket.

use std::time::{Duration, Instant};

use fake_provider::FakeProvider;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::client::{PATIENCE, chat_body, start};

/// Sends a chat request by hand, with nothing between the test and the socket.
async fn connect(provider: &FakeProvider, model: &str) -> TcpStream {
    let body = chat_body(model, true).to_string();
    let mut socket = TcpStream::connect(provider.address()).await.unwrap();
    let request = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: fake\r\naccept: text/event-stream\r\n\
         connection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    socket
}

async fn read_all(mut socket: TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    timeout(PATIENCE, socket.read_to_end(&mut answer)).await.unwrap().unwrap();
    answer
}

/// The transfer chunks of an answer, and whether the closing one was there.
fn chunks(answer: &[u8]) -> (Vec<Vec<u8>>, bool) {
    let head_end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let mut rest = &answer[head_end + 4..];
    let mut chunks = Vec::new();
    while let Some(line_end) = rest.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&rest[..line_end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return (chunks, true);
        }
        rest = &rest[line_end + 2..];
        chunks.push(rest[..size].to_vec());
        rest = &rest[size + 2..];
    }
    (chunks, false)
}

#[tokio::test]
async fn each_frame_is_a_write_of_its_own() {
    let provider = start().await;
    let (chunks, closed) = chunks(&read_all(connect(&provider, "count:words=5").await).await);
    // Role, five numbers, finish, done.
    assert_eq!(chunks.len(), 8);
    assert!(chunks.iter().all(|chunk| chunk.starts_with(b"data: ") && chunk.ends_with(b"\n\n")));
    assert!(closed);
}

#[tokio::test]
async fn bytes_come_one_by_one() {
    let provider = start().await;
    for (model, size) in [("byte-by-byte", 1), ("unicode:chunk=7", 7)] {
        let (chunks, _) = chunks(&read_all(connect(&provider, model).await).await);
        assert!(chunks.len() > 100, "{model}");
        assert!(chunks.iter().all(|chunk| chunk.len() <= size), "{model}");
        let split_character = chunks.iter().any(|chunk| std::str::from_utf8(chunk).is_err());
        assert!(split_character, "{model} splits no character");
    }
}

#[tokio::test]
async fn one_write_can_carry_the_whole_stream() {
    let provider = start().await;
    let (chunks, _) = chunks(&read_all(connect(&provider, "many-per-write").await).await);
    assert_eq!(chunks.len(), 1);
    assert!(chunks[0].ends_with(b"data: [DONE]\n\n"));
}

#[tokio::test]
async fn writes_reach_the_socket_when_they_are_made() {
    let provider = start().await;
    let mut socket = connect(&provider, "count:words=4,delay=100").await;
    let mut arrivals: Vec<Instant> = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = timeout(PATIENCE, socket.read(&mut buffer)).await.unwrap().unwrap();
        if read == 0 {
            break;
        }
        if String::from_utf8_lossy(&buffer[..read]).contains("\"content\":\"") {
            arrivals.push(Instant::now());
        }
    }
    let spread = *arrivals.last().unwrap() - arrivals[0];
    assert!(arrivals.len() >= 4, "the tokens came together");
    assert!(spread >= Duration::from_millis(150), "the tokens came within {spread:?}");
}

#[tokio::test]
async fn cuts_are_where_they_are_said_to_be() {
    let provider = start().await;
    let (cut, closed) = chunks(&read_all(connect(&provider, "cut").await).await);
    assert!(cut.last().unwrap().ends_with(b"\n\n") && !closed);
    let (frame, closed) = chunks(&read_all(connect(&provider, "cut-frame").await).await);
    assert!(frame.last().unwrap().ends_with(b"\"con") && !closed);
    let (character, closed) = chunks(&read_all(connect(&provider, "cut-utf8").await).await);
    assert!(std::str::from_utf8(character.last().unwrap()).is_err() && !closed);
    let (early, closed) = chunks(&read_all(connect(&provider, "end-mid-frame").await).await);
    assert!(early.last().unwrap().ends_with(b"\"con") && closed);
}

#[tokio::test]
async fn a_hangup_sends_nothing() {
    let provider = start().await;
    assert_eq!(read_all(connect(&provider, "hangup").await).await, b"");
}
