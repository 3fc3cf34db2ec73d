//! Starting and stopping: settings in, a listening server out.

use std::{io, net::SocketAddr, path::PathBuf};

use leptos::config::{LeptosOptions, get_configuration};
use studio::{Caller, Studio};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::{Config, ConfigError},
    router::router,
    serve::accept_loop,
    state::AppState,
};

/// Why the server cannot start, as sentences for the person at the console.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings do not do.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Leptos' own options cannot be read.
    #[error(
        "Leptos' options cannot be read from {}: {cause}. Start Chat Studio from the project's \
         folder, or set leptos_file.", file.display()
    )]
    Leptos {
        /// The file.
        file: PathBuf,
        /// What Leptos said.
        cause: String,
    },
    /// The names of the site's files are not there.
    #[error(
        "The site is not built: {} is missing. Build it with `cargo leptos build`, which puts that \
         file beside the program.", file.display()
    )]
    SiteNotBuilt {
        /// Where the names should stand.
        file: PathBuf,
    },
    /// The folder for data cannot be made.
    #[error("The folder {} cannot be created: {cause}. Set data_dir to a place you may write to.", folder.display())]
    DataDir {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The address cannot be listened on.
    #[error("{address} cannot be listened on: {cause}. Stop what uses it, or set another address.")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        cause: io::Error,
    },
    /// The business layer cannot start.
    #[error(transparent)]
    Studio(#[from] studio::StartError),
    /// The API's description has no JSON form, which is a defect.
    #[error("The API's description could not be written: {0}. This is a defect of Chat Studio.")]
    Description(#[from] serde_json::Error),
}

/// A server that listens.
pub struct Serving {
    address: SocketAddr,
    studio: Studio,
    tasks: TaskTracker,
}

impl Serving {
    /// Where it listens; the real port where the settings said 0.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The business layer behind it.
    #[must_use]
    pub fn studio(&self) -> &Studio {
        &self.studio
    }

    /// Waits until the server was told to stop and has: streams ended, requests answered.
    pub async fn finished(self) {
        self.tasks.wait().await;
    }
}

/// Opens the database and listens. The server stops, bounded in time, when `shutdown` is cancelled;
/// its runs are stopped with it and keep what was said.
pub async fn serve(config: Config, shutdown: CancellationToken) -> Result<Serving, StartError> {
    config.check()?;
    let leptos = leptos_options(&config)?;
    create_data_dir(&config).await?;
    // Before the database: a second start of the same installation fails here, without delay.
    let listener = listen(config.address).await?;
    let studio = Studio::start(config.studio_options()).await?;
    let caller = studio.local_caller();
    let state = AppState::new(studio, caller, config, leptos, shutdown);
    serve_state(state, listener)
}

/// Serves a studio that is already open, to one caller.
pub async fn serve_studio(
    studio: Studio,
    caller: Caller,
    config: Config,
    shutdown: CancellationToken,
) -> Result<Serving, StartError> {
    config.check()?;
    let leptos = leptos_options(&config)?;
    let listener = listen(config.address).await?;
    serve_state(AppState::new(studio, caller, config, leptos, shutdown), listener)
}

fn serve_state(state: AppState, listener: TcpListener) -> Result<Serving, StartError> {
    let address = listener
        .local_addr()
        .map_err(|cause| StartError::Listen { address: state.config().address, cause })?;
    let router = router(&state)?;
    let tasks = TaskTracker::new();
    let studio = state.studio().clone();
    let serving = Serving { address, studio: studio.clone(), tasks: tasks.clone() };
    tasks.spawn(async move {
        let http = state.config().http.clone();
        accept_loop(listener, router, http, state.shutdown().clone()).await;
        studio.shutdown().await;
    });
    tasks.close();
    Ok(serving)
}

fn leptos_options(config: &Config) -> Result<LeptosOptions, StartError> {
    let failed = |cause: String| StartError::Leptos { file: config.leptos_file.clone(), cause };
    let path = config.leptos_file.to_str();
    let path = path.ok_or_else(|| failed("its path is not Unicode".to_owned()))?;
    // Leptos' own words for a missing file name another one.
    std::fs::metadata(path).map_err(|error| failed(error.to_string()))?;
    let configuration = get_configuration(Some(path)).map_err(|error| failed(error.to_string()))?;
    let options = configuration.leptos_options;
    // Leptos panics in every page when it looks for this file and there is none.
    let program = std::env::current_exe().map_err(|error| failed(error.to_string()))?;
    let hashes = program.with_file_name(&*options.hash_file);
    if options.hash_files && !hashes.exists() {
        return Err(StartError::SiteNotBuilt { file: hashes });
    }
    Ok(options)
}

async fn create_data_dir(config: &Config) -> Result<(), StartError> {
    let mut builder = tokio::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    let folder = &config.data_dir;
    builder
        .create(folder)
        .await
        .map_err(|cause| StartError::DataDir { folder: folder.clone(), cause })
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|cause| StartError::Listen { address, cause })
}
