//! What only a raw socket shows: the request's bytes, refused and stalled connections, and hanging up.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::{net::SocketAddr, time::Duration};

use futures::StreamExt;
use models::run::FailureClass;
use providers::{
    ChatMessage, ChatRequest, Endpoint, HttpOptions, Limits, OpenAiChat, Provider, ProviderError,
    ProviderEvent, TimeLimits, http,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};
use url::Url;

const HEADERS: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const TEXT: &str = r#"data: {"model":"m","choices":[{"index":0,"delta":{"content":"Hi"}}]}"#;
const FINISH: &str = r#"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

fn adapter(time: TimeLimits, http: &HttpOptions) -> OpenAiChat {
    OpenAiChat::new(http::client(http).unwrap(), Limits { time, ..Limits::default() })
}

fn usual() -> OpenAiChat {
    adapter(TimeLimits::default(), &HttpOptions::default())
}

fn endpoint(base_url: &str) -> Endpoint {
    Endpoint { base_url: Url::parse(base_url).unwrap(), key: Some("sk-test-key".to_owned().into()) }
}

fn at(address: SocketAddr) -> Endpoint {
    endpoint(&format!("http://{address}/v1"))
}

fn request() -> ChatRequest {
    ChatRequest {
        model: "m".to_owned(),
        messages: vec![ChatMessage::user("Hello")],
        ..ChatRequest::default()
    }
}

async fn failure(adapter: &OpenAiChat, endpoint: &Endpoint) -> ProviderError {
    adapter.stream(endpoint, &request()).await.err().unwrap()
}

/// Reads one request with its body.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return text;
            }
        }
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "the client left: {text}");
    }
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

/// Waits for the client to hang up.
async fn gone(stream: &mut TcpStream) {
    let mut rest = [0; 64];
    let read = timeout(Duration::from_secs(5), stream.read(&mut rest)).await;
    assert!(matches!(read, Ok(Ok(0) | Err(_))), "the client is still there: {read:?}");
}

#[tokio::test]
async fn the_request_is_what_servers_expect_and_the_connection_is_used_again() {
    let (listener, address) = listen().await;
    let mut server = JoinSet::new();
    server.spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut heads = Vec::new();
        for _ in 0..2 {
            heads.push(read_request(&mut stream).await);
            let frames = format!("{TEXT}\n\n{FINISH}\n\ndata: [DONE]\n\n");
            let answer = format!("{HEADERS}{}0\r\n\r\n", chunk(&frames));
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        heads
    });
    let adapter = usual();
    for _ in 0..2 {
        let answer = adapter.stream(&at(address), &request()).await.unwrap();
        let events: Vec<_> = answer.map(Result::unwrap).collect().await;
        assert!(matches!(events.last(), Some(ProviderEvent::Finish { .. })));
    }
    // The server accepts one connection only, so both requests came over it.
    let heads = server.join_next().await.unwrap().unwrap();
    for head in heads {
        assert!(head.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("\r\nauthorization: Bearer sk-test-key\r\n"), "{head}");
        assert!(head.contains("\r\naccept: text/event-stream, application/json\r\n"), "{head}");
        assert!(head.contains("\r\nuser-agent: chat-studio/"), "{head}");
        assert!(head.ends_with(
            r#"{"model":"m","messages":[{"role":"user","content":"Hello"}],"stream":true,"stream_options":{"include_usage":true}}"#
        ), "{head}");
    }
}

#[tokio::test]
async fn dropping_the_stream_hangs_up() {
    let (listener, address) = listen().await;
    let adapter = usual();
    let client = async {
        let mut answer = adapter.stream(&at(address), &request()).await.unwrap();
        let started = answer.next().await.unwrap().unwrap();
        assert!(
            matches!(started, ProviderEvent::Started { model: Some(model), .. } if model == "m")
        );
        drop(answer);
    };
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        let begin = format!("{HEADERS}{}", chunk(&format!("{TEXT}\n\n")));
        stream.write_all(begin.as_bytes()).await.unwrap();
        gone(&mut stream).await;
    };
    tokio::join!(client, server);
}

#[tokio::test]
async fn giving_up_before_the_headers_hangs_up() {
    let (listener, address) = listen().await;
    let time = TimeLimits { first_byte_local: Duration::from_millis(200), ..TimeLimits::default() };
    let adapter = adapter(time, &HttpOptions::default());
    let client = async {
        let error = failure(&adapter, &at(address)).await;
        assert_eq!((error.class, error.retryable), (FailureClass::Timeout, true));
        assert!(error.message.starts_with(&address.to_string()), "{}", error.message);
    };
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        gone(&mut stream).await;
    };
    tokio::join!(client, server);
}

#[tokio::test]
async fn a_closed_port_is_named_with_the_container_hint() {
    let (listener, address) = listen().await;
    drop(listener);
    let error = failure(&usual(), &at(address)).await;
    assert_eq!((error.class, error.retryable), (FailureClass::Network, true));
    assert_eq!(error.message, format!("Nothing answers on {address}. Is it running?"));
    assert!(error.action.contains("host.docker.internal"), "{}", error.action);
}

#[tokio::test]
async fn https_to_a_plain_server_offers_the_other_scheme() {
    let (listener, address) = listen().await;
    let mut server = JoinSet::new();
    server.spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut hello = [0; 1_024];
        let _ = stream.read(&mut hello).await;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        // An alert comes first.
        let _ = stream.read(&mut hello).await;
    });
    let error = failure(&usual(), &endpoint(&format!("https://{address}/v1"))).await;
    assert_eq!(error.class, FailureClass::Network);
    assert_eq!(error.action, "Try the address with http:// instead of https://.");
    server.join_next().await.unwrap().unwrap();
}

#[tokio::test]
async fn a_name_that_cannot_be_resolved_is_a_network_failure() {
    // No resolver asks the network for a label this long.
    let error =
        failure(&usual(), &endpoint(&format!("http://{}.example/v1", "a".repeat(70)))).await;
    assert_eq!(error.class, FailureClass::Network);
    assert!(error.message.ends_with("could not be resolved."), "{}", error.message);
}

#[tokio::test]
async fn forbidden_addresses_are_refused_before_anything_is_sent() {
    let strict = HttpOptions { allow_private_addresses: false, ..HttpOptions::default() };
    let strict = adapter(TimeLimits::default(), &strict);
    let (listener, address) = listen().await;
    for base_url in [
        format!("http://{address}/v1"),
        format!("http://localhost:{}/v1", address.port()),
        "http://169.254.169.254/v1".to_owned(),
    ] {
        let error = failure(&strict, &endpoint(&base_url)).await;
        assert_eq!(error.class, FailureClass::BadRequest, "{base_url}");
        assert!(error.message.starts_with("This address cannot be used"), "{}", error.message);
    }
    let connected = timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(connected.is_err(), "a connection was made");
}

#[tokio::test]
async fn a_connection_that_breaks_keeps_what_was_said() {
    let (listener, address) = listen().await;
    let adapter = usual();
    let client = async {
        let mut answer = adapter.stream(&at(address), &request()).await.unwrap();
        assert!(matches!(answer.next().await, Some(Ok(ProviderEvent::Started { .. }))));
        assert_eq!(answer.next().await, Some(Ok(ProviderEvent::TextDelta("Hi".to_owned()))));
        let error = answer.next().await.unwrap().unwrap_err();
        assert_eq!(error.class, FailureClass::Protocol);
        assert!(answer.next().await.is_none());
    };
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        let begin = format!("{HEADERS}{}", chunk(&format!("{TEXT}\n\ndata: {{\"ch")));
        stream.write_all(begin.as_bytes()).await.unwrap();
    };
    tokio::join!(client, server);
}
