//! A server that answers every request with the same bytes.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
};

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
    read_request(&stream)?;
    let kind = answer.content_type;
    write!(stream, "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n")?;
    answer.writes.iter().try_for_each(|write| stream.write_all(write.as_bytes()))
}

/// Reads a request to its end, since a connection closed with unread bytes is reset.
fn read_request(stream: &TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
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
    Ok(())
}
