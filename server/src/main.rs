//! Starts Chat Studio.

mod arguments;

use std::process::ExitCode;

use arguments::Command;
use server::{Config, serve, telemetry};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            say_error(&message);
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let file = match arguments::parse(std::env::args_os().skip(1))? {
        Command::Serve(file) => file,
        Command::Help => {
            say(arguments::HELP);
            return Ok(());
        }
        Command::Version => {
            say(concat!("chat-studio ", env!("CARGO_PKG_VERSION")));
            return Ok(());
        }
    };
    // Variables that are not Unicode are none of ours.
    let variables: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let config = Config::load(file, &variables).map_err(|error| error.to_string())?;
    telemetry::start(&config.log)?;
    let shutdown = CancellationToken::new();
    let serving = serve(config, shutdown.clone()).await.map_err(|error| error.to_string())?;
    say(&format!("Chat Studio is ready at http://{}", serving.address()));
    let finished = serving.finished();
    tokio::pin!(finished);
    tokio::select! {
        asked = asked_to_stop() => asked.map_err(|error| format!("Signals cannot be received: {error}."))?,
        () = &mut finished => return Ok(()),
    }
    tracing::info!("stopping");
    shutdown.cancel();
    finished.await;
    Ok(())
}

/// Waits for Ctrl-C or, where there is such a thing, SIGTERM.
async fn asked_to_stop() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            asked = tokio::signal::ctrl_c() => asked,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

#[expect(
    clippy::print_stdout,
    reason = "the address is the program's one output; logs go elsewhere"
)]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "the reason a start failed belongs on the console")]
fn say_error(message: &str) {
    eprintln!("{message}");
}
