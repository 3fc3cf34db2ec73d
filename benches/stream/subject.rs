//! A subject: this program again, in a role, as a process whose CPU time can be read.

use std::{
    fs,
    io::{self, BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use benches::cpu;

pub(crate) struct Subject {
    process: Child,
    address: String,
}

impl Subject {
    /// Starts this program in a role and waits for the line that says where it listens.
    pub(crate) fn start(role: &[&str]) -> io::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("role")
            .args(role)
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address)?;
        let address = address.trim().to_owned();
        if address.is_empty() {
            let status = process.wait()?;
            return Err(io::Error::other(format!("the role {role:?} ended with {status}")));
        }
        Ok(Self { process, address })
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// CPU time of all threads so far.
    pub(crate) fn cpu(&self) -> io::Result<Duration> {
        let threads = fs::read_dir(format!("/proc/{}/task", self.process.id()))?;
        threads.map(|thread| cpu::time(thread?.path())).sum()
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
