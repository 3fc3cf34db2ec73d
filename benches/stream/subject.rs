//! A subject: this program again, in a role, as a process whose CPU time can be read.

use std::{
    fs,
    io::{self, BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

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

    /// CPU time of all threads so far, to the nanosecond (proc(5), `schedstat`).
    pub(crate) fn cpu(&self) -> io::Result<Duration> {
        let mut nanoseconds = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.process.id()))? {
            let text = fs::read_to_string(thread?.path().join("schedstat"))?;
            let first = text.split_whitespace().next().unwrap_or_default();
            nanoseconds += first.parse::<u64>().map_err(io::Error::other)?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
