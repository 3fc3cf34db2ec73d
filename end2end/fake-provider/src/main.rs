//! The binary: `fake-provider [--address 127.0.0.1:PORT] [--key KEY] [--model NAME]…
//! [--server KIND]`.

use std::{
    io::{self, Write},
    net::AddrParseError,
    process::ExitCode,
};

use fake_provider::{FakeProvider, Options};

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(
        "unknown argument `{0}`; usage: fake-provider [--address 127.0.0.1:PORT] [--key KEY] \
         [--model NAME]... [--server KIND]"
    )]
    UnknownArgument(String),
    #[error("`{0}` needs a value")]
    NoValue(String),
    #[error("--address must be like 127.0.0.1:8080: {0}")]
    Address(#[from] AddrParseError),
    #[error("{0}")]
    System(#[from] io::Error),
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // With nowhere to write there is nobody to tell.
            let _ = writeln!(io::stderr(), "fake-provider: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until it is told to stop; writes the base URL as its only line of output.
async fn run() -> Result<(), Failure> {
    let options = options(std::env::args().skip(1))?;
    let stop = stop_signal()?;
    let provider = FakeProvider::start(options).await?;
    writeln!(io::stdout(), "{}", provider.base_url())?;
    stop.await;
    provider.stop().await;
    Ok(())
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, Failure> {
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| Failure::NoValue(argument.clone()));
        match argument.as_str() {
            "--address" => options.address = value()?.parse()?,
            "--key" => options.key = Some(value()?),
            "--server" => options.server = Some(value()?),
            "--model" => options.extra_models.push(value()?),
            _ => return Err(Failure::UnknownArgument(argument)),
        }
    }
    Ok(options)
}

/// Listens for the signals from now on; the future ends with the first Ctrl-C or SIGTERM.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, io::Error> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>, io::Error> {
    Ok(async {
        // Without a signal handler the process is ended from outside anyway.
        let _ = tokio::signal::ctrl_c().await;
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Options, String> {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned());
        options(arguments).map_err(|failure| failure.to_string())
    }

    #[test]
    fn arguments_are_read() {
        let arguments = ["--key", "secret", "--model", "slow:delay=9", "--model", "plain:words=3"];
        let options = parsed(&arguments).unwrap();
        assert_eq!(options.extra_models, ["slow:delay=9", "plain:words=3"]);
        let options = parsed(&["--key", "secret", "--address", "127.0.0.1:8080"]).unwrap();
        assert_eq!(options.key.as_deref(), Some("secret"));
        assert_eq!(options.address.port(), 8080);
        assert_eq!(parsed(&["--server", "ollama"]).unwrap().server.as_deref(), Some("ollama"));
    }

    #[test]
    fn mistakes_are_explained() {
        assert!(parsed(&["--port", "1"]).unwrap_err().contains("unknown argument `--port`"));
        assert_eq!(parsed(&["--key"]).unwrap_err(), "`--key` needs a value");
        assert!(parsed(&["--address", "here"]).unwrap_err().contains("--address must be like"));
    }
}
