//! A server on a free port with a temporary data folder and a fake provider.

use std::{net::SocketAddr, path::Path};

use fake_provider::{FakeProvider, Options};
use models::{
    conversation::{SendReceipt, SendRequest},
    model::Model,
    provider::ProviderInput,
};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use server::{Config, Serving, StartError, serve};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::{Reply, SseReader};

const API: &str = "/api/chat/ui/";

pub(crate) struct TestApp {
    pub(crate) provider: FakeProvider,
    pub(crate) config: Config,
    serving: Serving,
    shutdown: CancellationToken,
    client: Client,
    /// Removed when the test ends.
    folder: TempDir,
}

type ConfigChange = Box<dyn FnOnce(&mut Config)>;

#[derive(Default)]
pub(crate) struct Builder {
    models: Vec<String>,
    changes: Vec<ConfigChange>,
}

impl Builder {
    /// Models with parameters, to be picked by [`TestApp::model`].
    pub(crate) fn models(mut self, names: &[&str]) -> Self {
        self.models.extend(names.iter().map(|name| (*name).to_owned()));
        self
    }

    pub(crate) fn config(mut self, change: impl FnOnce(&mut Config) + 'static) -> Self {
        self.changes.push(Box::new(change));
        self
    }

    pub(crate) async fn start(self) -> TestApp {
        let folder = tempfile::tempdir().unwrap();
        let mut config = empty_site(folder.path());
        for change in self.changes {
            change(&mut config);
        }
        let options = Options { extra_models: self.models, ..Options::default() };
        let provider = FakeProvider::start(options).await.unwrap();
        let shutdown = CancellationToken::new();
        let serving = serve(config.clone(), shutdown.clone()).await.unwrap();
        let input = ProviderInput {
            name: "Fake".to_owned(),
            base_url: provider.base_url(),
            ..ProviderInput::default()
        };
        let studio = serving.studio();
        let added = studio.create_provider(&studio.local_caller(), input).await.unwrap();
        assert_eq!(added.last_error, None);
        TestApp { provider, config, serving, shutdown, client: client(), folder }
    }
}

impl TestApp {
    pub(crate) fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) async fn start() -> Self {
        Self::builder().start().await
    }

    /// Another server over the same settings.
    pub(crate) async fn second_instance(&self) -> Result<Serving, StartError> {
        serve(self.config.clone(), self.shutdown.clone()).await
    }

    pub(crate) fn serving(&self) -> &Serving {
        &self.serving
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.serving.address()
    }

    /// A request to a path from the root.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.address());
        self.client.request(method.parse::<Method>().unwrap(), url)
    }

    /// A request to a path of the API.
    pub(crate) fn api(&self, method: &str, path: &str) -> RequestBuilder {
        self.request(method, &format!("{API}{path}"))
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        Reply::of(self.api("GET", path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        Reply::of(self.api("POST", path).json(body)).await
    }

    /// Posts a form to a server function, as a script does or, for `text/html`, as a browser without one.
    pub(crate) async fn form(&self, path: &str, accept: &str, fields: &[(&str, &str)]) -> Reply {
        let request = self
            .request("POST", &format!("/api/ui/{path}"))
            .header("accept", accept)
            .header("content-type", "application/x-www-form-urlencoded");
        Reply::of(request.body(form_body(fields))).await
    }

    /// A call without a body.
    pub(crate) async fn call(&self, method: &str, path: &str) -> Reply {
        Reply::of(self.api(method, path)).await
    }

    /// The identifier of a model the provider lists.
    pub(crate) async fn model(&self, name: &str) -> String {
        let models: Vec<Model> = self.get("models").await.ok();
        let model = models.into_iter().find(|model| model.name == name);
        model.unwrap_or_else(|| panic!("the provider does not list {name}")).id.to_string()
    }

    /// Sends in a new conversation and waits for the whole answer.
    pub(crate) async fn answer(&self, model: &str, message: &str) -> Value {
        let model_id = self.model(model).await;
        self.post("send", &json!({ "message": message, "model_id": model_id })).await.ok()
    }

    /// Sends in a new conversation and leaves the answer to itself.
    pub(crate) async fn accept(&self, model: &str, message: &str) -> SendReceipt {
        let request = SendRequest {
            message: message.to_owned(),
            model_id: Some(self.model(model).await.parse().unwrap()),
            ..SendRequest::default()
        };
        let studio = self.serving.studio();
        studio.send(&studio.local_caller(), request).await.unwrap()
    }

    /// The stream at a path of the API.
    pub(crate) async fn stream(&self, path: &str) -> SseReader {
        SseReader::open(self.api("GET", path)).await
    }

    /// Stops the server as a signal would and keeps its folder.
    pub(crate) async fn stop(self) -> (Config, FakeProvider, TempDir) {
        self.shutdown.cancel();
        self.serving.finished().await;
        (self.config, self.provider, self.folder)
    }
}

fn form_body(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect::<String>()
    };
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Settings for a server that keeps everything below `folder` and serves the site in `folder/site`.
pub(crate) fn empty_site(folder: &Path) -> Config {
    let leptos_file = folder.join("Leptos.toml");
    let site = folder.join("site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    let options = format!(
        "[[workspace.metadata.leptos]]\noutput-name = \"chat-studio\"\nsite-root = {site:?}\n\
         site-pkg-dir = \"pkg\"\nenv = \"PROD\"\n"
    );
    std::fs::write(&leptos_file, options).unwrap();
    let mut config = Config {
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        data_dir: folder.join("data"),
        leptos_file,
        ..Config::default()
    };
    config.runs.retry_pause_millis = 5;
    config.runs.guide_pause_millis = 1;
    config
}

#[expect(clippy::disallowed_methods, reason = "the guarded client is for providers, not for tests")]
pub(crate) fn client() -> Client {
    Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap()
}
