//! The real program in a process of its own.

use std::{path::Path, process::Stdio};

use models::{conversation::ConversationDetail, id::ConversationId};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::{Reply, client};

/// The real program, killed when dropped. It logs into `log` in its folder.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: String,
}

impl Process {
    /// Starts it in a folder that holds its settings and data, logging what `filter` lets through.
    pub(crate) async fn start(folder: &Path, filter: &str) -> Self {
        let log =
            std::fs::File::options().create(true).append(true).open(folder.join("log")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_chat-studio"))
            .current_dir(folder)
            .env("STUDIO_ADDRESS", "127.0.0.1:0")
            .env("STUDIO_LOG__FILTER", filter)
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next_line().await.unwrap().expect("the server did not start");
        let address = line.split_whitespace().last().unwrap().to_owned();
        Self { child, address }
    }

    /// Ends it the way a service manager does.
    pub(crate) async fn stop(mut self) {
        let pid = self.child.id().unwrap().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status().await.unwrap();
        assert!(asked.success());
        assert!(self.child.wait().await.unwrap().success());
    }

    /// Ends it the way a power failure does.
    pub(crate) async fn kill(&mut self) {
        self.child.start_kill().unwrap();
        self.child.wait().await.unwrap();
    }

    pub(crate) async fn conversation(&self, id: ConversationId) -> ConversationDetail {
        let url = format!("{}/api/chat/ui/conversations/{id}", self.address);
        Reply::of(client().get(url)).await.ok()
    }
}
