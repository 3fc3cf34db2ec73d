//! A server that answers every request for an answer with the same bytes.

use std::{
    hint,
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

/// Where Ollama's adapter asks what a model is, before the answer that is measured.
const CARD: &str = "/api/show ";

/// Between two writes: longer than any reader takes for one, so that each write is a read of its own.
/// Without it a reader that comes late gets several at once, and looks cheap for being slow.
const PAUSE: Duration = Duration::from_micros(40);

/// What it answers.
pub(crate) struct Answer {
    pub(crate) content_type: &'static str,
    /// One write each.
    pub(crate) writes: Vec<String>,
}

/// Starts it in a thread of its own, which ends with the process.
pub(crate) fn start(answer: Answer) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A reader that goes away has seen enough, and a cut answer is noticed there.
            let _ = replay(&answer, stream);
        }
    });
    Ok(address)
}

fn replay(answer: &Answer, mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    if read_request(&stream)?.contains(CARD) {
        return stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
    }
    let kind = answer.content_type;
    write!(stream, "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n")?;
    for write in &answer.writes {
        stream.write_all(write.as_bytes())?;
        pause();
    }
    Ok(())
}

/// Waits awake, for a sleep would be many times as long.
fn pause() {
    let begun = Instant::now();
    while begun.elapsed() < PAUSE {
        hint::spin_loop();
    }
}

/// Reads a request to its end, since a connection closed with unread bytes is reset; gives its first
/// line.
fn read_request(stream: &TcpStream) -> io::Result<String> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    io::copy(&mut reader.take(length), &mut io::sink())?;
    Ok(first)
}
