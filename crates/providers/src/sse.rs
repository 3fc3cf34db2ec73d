//! Decodes server-sent events from bytes that may be split anywhere.
//!
//! The decoder owns one buffer that is used again and again: in the steady state neither a read nor a
//! frame allocates, and a frame of one `data:` line is handed out where it lies.

use std::ops::Range;

use memchr::{memchr, memchr2};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What the decoder found, in the order of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame<'a> {
    /// A line that only shows that the connection lives.
    Comment,
    /// An event. Data of several lines is joined by newlines; it need not be UTF-8.
    Event {
        /// The `event:` field, empty without one. A bare `error:` line, as older llama.cpp servers
        /// write it, counts as data of an event of that name.
        name: &'a [u8],
        /// The `data:` fields.
        data: &'a [u8],
    },
}

/// A line or an event is larger than the bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a frame of the stream is larger than {limit} bytes")]
pub struct FrameTooLarge {
    /// The bound, in bytes.
    pub limit: usize,
}

/// Takes bytes with [`push`](Self::push) and gives frames with [`next`](Self::next).
#[derive(Debug)]
pub struct Decoder {
    limit: usize,
    buffer: Vec<u8>,
    /// Start of the first line that was not read yet.
    line: usize,
    /// Up to here no line end was found.
    searched: usize,
    /// Whether the last line ended with a carriage return, so that a line feed next belongs to it.
    after_return: bool,
    /// Whether nothing but a byte order mark can have come so far.
    at_start: bool,
    /// Whether the event below was handed out and makes room for the next.
    handed_out: bool,
    name: Vec<u8>,
    data: Data,
    /// Holds the data of several lines; used again for each event.
    joined: Vec<u8>,
}

/// The data of the event being read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Data {
    None,
    /// One line, still in the buffer.
    Line(Range<usize>),
    /// Several lines, in `joined`.
    Joined,
}

impl Decoder {
    /// A decoder that keeps at most about `limit` bytes of a single event.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            buffer: Vec::new(),
            line: 0,
            searched: 0,
            after_return: false,
            at_start: true,
            handed_out: false,
            name: Vec::new(),
            data: Data::None,
            joined: Vec::new(),
        }
    }

    /// Takes what came from the network. Take out all frames before pushing again.
    pub fn push(&mut self, bytes: &[u8]) {
        self.compact();
        self.buffer.extend_from_slice(bytes);
    }

    /// The next frame, if it is whole.
    ///
    /// # Errors
    /// When a line or an event is over the limit; the stream cannot be read any further then.
    #[expect(clippy::should_implement_trait, reason = "a frame borrows from the decoder")]
    pub fn next(&mut self) -> Result<Option<Frame<'_>>, FrameTooLarge> {
        self.forget_event();
        if !self.skip_start() {
            return Ok(None);
        }
        while let Some(line) = self.take_line() {
            self.check(line.len())?;
            if line.is_empty() {
                if self.data != Data::None {
                    return Ok(Some(self.hand_out()));
                }
                self.name.clear();
            } else if self.buffer[line.start] == b':' {
                return Ok(Some(Frame::Comment));
            } else {
                self.field(line);
                self.check(self.joined.len())?;
            }
        }
        self.check(self.buffer.len() - self.kept_from())?;
        Ok(None)
    }

    /// The last frame of a stream that ended without the blank line after it. It may be cut.
    pub fn finish(&mut self) -> Option<Frame<'_>> {
        self.forget_event();
        if self.line < self.buffer.len() {
            let rest = self.line..self.buffer.len();
            self.line = rest.end;
            self.field(rest);
        }
        (self.data != Data::None).then(|| self.hand_out())
    }

    fn check(&self, size: usize) -> Result<(), FrameTooLarge> {
        if size > self.limit { Err(FrameTooLarge { limit: self.limit }) } else { Ok(()) }
    }

    /// Drops what was read, but keeps an unfinished event.
    fn compact(&mut self) {
        self.forget_event();
        let read = self.kept_from();
        if read == 0 {
            return;
        }
        self.buffer.drain(..read);
        self.line -= read;
        self.searched = self.searched.saturating_sub(read);
        if let Data::Line(range) = &mut self.data {
            *range = range.start - read..range.end - read;
        }
    }

    /// The first byte of the buffer that is still needed.
    fn kept_from(&self) -> usize {
        match &self.data {
            Data::Line(range) => range.start,
            Data::None | Data::Joined => self.line,
        }
    }

    fn forget_event(&mut self) {
        if self.handed_out {
            self.handed_out = false;
            self.name.clear();
            self.joined.clear();
            self.data = Data::None;
        }
    }

    /// Skips a byte order mark; false while one may still be coming.
    fn skip_start(&mut self) -> bool {
        if !self.at_start {
            return true;
        }
        if self.buffer.len() < BYTE_ORDER_MARK.len() && BYTE_ORDER_MARK.starts_with(&self.buffer) {
            return false;
        }
        self.at_start = false;
        if self.buffer.starts_with(BYTE_ORDER_MARK) {
            self.line = BYTE_ORDER_MARK.len();
        }
        true
    }

    /// The next whole line without its end.
    fn take_line(&mut self) -> Option<Range<usize>> {
        if self.after_return && self.line < self.buffer.len() {
            self.after_return = false;
            if self.buffer[self.line] == b'\n' {
                self.line += 1;
            }
        }
        let from = self.searched.max(self.line);
        let Some(found) = memchr2(b'\n', b'\r', &self.buffer[from..]) else {
            self.searched = self.buffer.len();
            return None;
        };
        let end = from + found;
        let line = self.line..end;
        self.after_return = self.buffer[end] == b'\r';
        self.line = end + 1;
        self.searched = self.line;
        Some(line)
    }

    /// Reads one `name: value` line.
    fn field(&mut self, line: Range<usize>) {
        let bytes = &self.buffer[line.clone()];
        let colon = memchr(b':', bytes).unwrap_or(bytes.len());
        let mut start = (line.start + colon + 1).min(line.end);
        if self.buffer.get(start) == Some(&b' ') && start < line.end {
            start += 1;
        }
        let value = start..line.end;
        match &self.buffer[line.start..line.start + colon] {
            b"data" => self.add_data(value),
            b"event" => {
                self.name.clear();
                self.name.extend_from_slice(&self.buffer[value]);
            }
            b"error" => {
                self.name.clear();
                self.name.extend_from_slice(b"error");
                self.add_data(value);
            }
            _ => {}
        }
    }

    fn add_data(&mut self, value: Range<usize>) {
        match std::mem::replace(&mut self.data, Data::Joined) {
            Data::None => self.data = Data::Line(value),
            Data::Line(first) => {
                self.joined.clear();
                self.joined.extend_from_slice(&self.buffer[first]);
                self.join(value);
            }
            Data::Joined => self.join(value),
        }
    }

    fn join(&mut self, value: Range<usize>) {
        self.joined.push(b'\n');
        self.joined.extend_from_slice(&self.buffer[value]);
    }

    fn hand_out(&mut self) -> Frame<'_> {
        self.handed_out = true;
        let data = match &self.data {
            Data::None => &[][..],
            Data::Line(range) => &self.buffer[range.clone()],
            Data::Joined => &self.joined,
        };
        Frame::Event { name: &self.name, data }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone, PartialEq, Eq)]
    enum Found {
        Comment,
        Event(String, String),
        TooLarge,
    }

    fn found(frame: Frame<'_>) -> Found {
        match frame {
            Frame::Comment => Found::Comment,
            Frame::Event { name, data } => Found::Event(
                String::from_utf8_lossy(name).into_owned(),
                String::from_utf8_lossy(data).into_owned(),
            ),
        }
    }

    fn decode<'a>(chunks: impl IntoIterator<Item = &'a [u8]>, limit: usize) -> Vec<Found> {
        let mut decoder = Decoder::new(limit);
        let mut frames = Vec::new();
        for chunk in chunks {
            decoder.push(chunk);
            loop {
                match decoder.next() {
                    Ok(Some(frame)) => frames.push(found(frame)),
                    Ok(None) => break,
                    Err(_) => {
                        frames.push(Found::TooLarge);
                        return frames;
                    }
                }
            }
        }
        frames.extend(decoder.finish().map(found));
        frames
    }

    fn whole(text: &str) -> Vec<Found> {
        decode([text.as_bytes()], 1_000)
    }

    fn event(name: &str, data: &str) -> Found {
        Found::Event(name.to_owned(), data.to_owned())
    }

    #[test]
    fn all_line_ends_and_spacings_are_read() {
        let expected = vec![event("", "a"), event("", "b"), event("", " c")];
        assert_eq!(whole("data: a\n\ndata:b\n\ndata:  c\n\n"), expected);
        assert_eq!(whole("data: a\r\n\r\ndata:b\r\n\r\ndata:  c\r\n\r\n"), expected);
        assert_eq!(whole("data: a\r\rdata:b\r\rdata:  c\r\r"), expected);
    }

    #[test]
    fn several_data_lines_are_joined_and_names_belong_to_one_event() {
        assert_eq!(
            whole(
                "event: x\ndata: a\n: hello\ndata\ndata: b\nid: 7\n\ndata: c\n\nevent: y\n\ndata: d\n\n"
            ),
            [Found::Comment, event("x", "a\n\nb"), event("", "c"), event("", "d")]
        );
    }

    #[test]
    fn mark_comments_and_unknown_lines_are_no_data() {
        assert_eq!(whole("\u{feff}data: a\n\n"), [event("", "a")]);
        assert_eq!(whole(": ping\n\n:\nretry: 3\nnonsense\n\n"), [Found::Comment, Found::Comment]);
        assert_eq!(whole("\u{feff}"), []);
        assert_eq!(whole(""), []);
    }

    #[test]
    fn a_bare_error_line_is_an_error_event() {
        assert_eq!(whole("error: {\"code\":500}\n\n"), [event("error", "{\"code\":500}")]);
    }

    #[test]
    fn the_end_gives_what_lacks_its_blank_line() {
        assert_eq!(whole("data: a\n\ndata: [DONE]"), [event("", "a"), event("", "[DONE]")]);
        assert_eq!(whole("data: a\ndata: b\n"), [event("", "a\nb")]);
        assert_eq!(whole("data: a\n\n: pi"), [event("", "a")]);
    }

    #[test]
    fn a_line_an_event_and_a_flood_of_comments_are_bounded() {
        let long = format!("data: {}", "x".repeat(200));
        assert_eq!(decode([long.as_bytes()], 100), [Found::TooLarge]);
        let many = "data: xxxxxxxx\n".repeat(20);
        assert_eq!(decode([many.as_bytes()], 100), [Found::TooLarge]);
        let comments = format!("data: a\n{}", ": x\n".repeat(50));
        assert_eq!(decode(comments.as_bytes().chunks(1), 100).last(), Some(&Found::TooLarge));
    }

    #[test]
    fn the_buffer_does_not_grow_with_the_stream() {
        let mut decoder = Decoder::new(1_000);
        for _ in 0..10_000 {
            decoder.push(b"data: {\"choices\":[]}\n\n: ping\n\n");
            while decoder.next().unwrap().is_some() {}
        }
        assert!(decoder.buffer.capacity() < 200, "{}", decoder.buffer.capacity());
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_frames(
            text in prop::collection::vec(
                prop::sample::select(vec![
                    "data: ", "data:", "data", "event: n", ":", "error: e", "\n", "\r", "\r\n", "\n\n",
                    "x", "é🦀", " ", "\u{feff}", "id: 1", "{\"a\":\"b\"}",
                ]),
                0..60,
            ),
            cuts in prop::collection::vec(1_usize..9, 1..80),
        ) {
            let text = text.concat();
            let mut chunks = Vec::new();
            let mut rest = text.as_bytes();
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (chunk, after) = rest.split_at((*cut).min(rest.len()));
                chunks.push(chunk);
                rest = after;
            }
            prop_assert_eq!(decode(chunks, 10_000), decode([text.as_bytes()], 10_000));
        }

        #[test]
        fn any_bytes_are_decoded_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(bytes.chunks(7), 64);
        }
    }
}
