//! The roles this program plays in processes of its own.

use std::{
    error::Error,
    io::{self, Write},
    net::SocketAddr,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
    serve::ListenerExt,
};
use fake_provider::{FakeProvider, Options};
use models::provider::ProviderInput;
use server::{Config, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

type Outcome = Result<(), Box<dyn Error>>;

/// The provider that all subjects ask.
pub(crate) async fn fake(models: &[String]) -> Outcome {
    let options = Options { extra_models: models.to_vec(), ..Options::default() };
    let provider = FakeProvider::start(options).await?;
    ready(&provider.base_url())?;
    std::future::pending().await
}

/// The least a proxy can do: one client, one route, bytes in and bytes out.
pub(crate) async fn pass_through(upstream: &str) -> Outcome {
    #[expect(clippy::disallowed_methods, reason = "the bare client is what is compared with")]
    let client = reqwest::Client::builder().no_proxy().tcp_nodelay(true).build()?;
    let state = (client, format!("{upstream}/chat/completions"));
    let router = Router::new().route("/v1/chat/completions", post(relay)).with_state(state);
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    ready(&format!("http://{}/v1", listener.local_addr()?))?;
    let listener = listener.tap_io(|stream| {
        // Without it small writes wait; a socket that refuses is only slower.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await?;
    Ok(())
}

async fn relay(
    State((client, upstream)): State<(reqwest::Client, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut request = client.post(upstream).body(body);
    for name in ["accept", "content-type"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    match request.send().await {
        Ok(response) => {
            let kind = response.headers().get(CONTENT_TYPE).cloned();
            let status = response.status();
            let mut relayed = (status, Body::from_stream(response.bytes_stream())).into_response();
            if let Some(kind) = kind {
                relayed.headers_mut().insert(CONTENT_TYPE, kind);
            }
            relayed
        }
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

/// The whole of Chat Studio on a database file, as it is delivered.
pub(crate) async fn studio(upstream: &str) -> Outcome {
    let folder = tempfile::tempdir()?;
    let leptos_file = folder.path().join("Leptos.toml");
    let site = folder.path().join("site");
    std::fs::create_dir_all(site.join("pkg"))?;
    let options = format!(
        "[[workspace.metadata.leptos]]\noutput-name = \"chat-studio\"\nsite-root = {site:?}\n\
         site-pkg-dir = \"pkg\"\nenv = \"PROD\"\n"
    );
    std::fs::write(&leptos_file, options)?;
    let config = Config {
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        data_dir: folder.path().join("data"),
        leptos_file,
        ..Config::default()
    };
    let serving = serve(config, CancellationToken::new()).await?;
    let input = ProviderInput {
        name: "Fake".to_owned(),
        base_url: upstream.to_owned(),
        ..ProviderInput::default()
    };
    let studio = serving.studio();
    studio.create_provider(&studio.local_caller(), input).await?;
    ready(&format!("http://{}", serving.address()))?;
    serving.finished().await;
    Ok(())
}

/// Says where the role listens: the one line of its output.
fn ready(address: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{address}")?;
    out.flush()
}
