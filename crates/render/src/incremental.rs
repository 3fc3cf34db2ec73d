//! Renders an answer while it streams in, touching only what has changed.

use crate::{
    code,
    document::render,
    escape::escape_into,
    line::Fence,
    sanitise::sanitise,
    split::{Kind, Splitter},
};

/// How often a growing block is rendered anew: this many times while its length doubles.
///
/// Each character is thereby rendered some hundred times, whatever the length of the block, which
/// keeps the whole linear. Blocks of twice this many bytes or less are rendered at each push.
const DRAFTS_PER_DOUBLING: usize = 64;

/// One change to the blocks a reader sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patch {
    /// Block `block` is now `html`; if it is the number of blocks so far, a new one.
    Replace {
        /// Index of the block.
        block: u32,
        /// Sanitised HTML with exactly one outer element.
        html: String,
    },
    /// `html` goes to the end of the element marked `data-open` inside block `block`: the browser
    /// calls `insertAdjacentHTML("beforeend", html)` on it. Only for a code block that is open.
    Append {
        /// Index of the block.
        block: u32,
        /// Sanitised text without elements.
        html: String,
    },
    /// Only the first `blocks` blocks remain.
    Truncate {
        /// How many remain.
        blocks: u32,
    },
}

/// The streaming renderer.
///
/// The blocks shown are a function of the text so far and not of how it was cut into deltas, so a
/// second renderer that is given the same prefix in one piece goes on with the same patches. A
/// block that the text has moved past is never touched again. Long blocks are rendered at
/// intervals that grow with their length and may lag behind the text by 1/64 of the block until
/// the block ends or [`Incremental::finish`] is called; lines made of punctuation alone wait for
/// what follows, because they could mean a heading, a rule, a list or a fence.
#[derive(Debug, Default)]
pub struct Incremental {
    text: String,
    splitter: Splitter,
    blocks: Vec<String>,
    /// Blocks that will never change again.
    frozen: usize,
    tail: Tail,
    finished: bool,
}

/// What is shown of the segment that is still open.
#[derive(Debug, Default)]
enum Tail {
    #[default]
    Nothing,
    /// A draft of this many bytes.
    Draft(usize),
    /// An open code block whose source is shown up to this byte of the text.
    Code(usize),
}

impl Incremental {
    /// A renderer that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece of text, of any size, and says what has changed.
    ///
    /// After [`Incremental::finish`] it does nothing.
    pub fn push(&mut self, delta: &str) -> Vec<Patch> {
        let mut patches = Vec::new();
        if self.finished || delta.is_empty() {
            return patches;
        }
        self.text.push_str(delta);
        let mut segments = Vec::new();
        self.splitter.advance(&self.text, &mut segments);
        for segment in segments {
            let html = render(&self.text[segment.range], &segment.kind);
            self.freeze(html, &mut patches);
        }
        match self.splitter.tail_kind() {
            Kind::Fence(fence) => self.show_code(&fence, &mut patches),
            kind => self.show_draft(&kind, &mut patches),
        }
        patches
    }

    /// Ends the text: the blocks are now those of [`crate::markdown`].
    pub fn finish(&mut self) -> Vec<Patch> {
        let mut patches = Vec::new();
        if !self.finished {
            self.finished = true;
            let mut segments = Vec::new();
            self.splitter.finish(&self.text, &mut segments);
            for segment in segments {
                let html = render(&self.text[segment.range], &segment.kind);
                self.freeze(html, &mut patches);
            }
            self.truncate(self.frozen, &mut patches);
        }
        patches
    }

    /// All text pushed so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Current HTML of all blocks, in order: what the patches so far add up to.
    pub fn blocks(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().map(String::as_str)
    }

    fn freeze(&mut self, html: Vec<String>, patches: &mut Vec<Patch>) {
        for html in html {
            self.set(self.frozen, html, patches);
            self.frozen += 1;
        }
        self.tail = Tail::Nothing;
    }

    /// Renders the open segment if it has grown enough since the last time.
    fn show_draft(&mut self, kind: &Kind, patches: &mut Vec<Patch>) {
        let start = self.splitter.tail_start().min(self.text.len());
        let source = &self.text[start..];
        let length = source.floor_char_boundary(checkpoint(source.len()));
        if matches!(self.tail, Tail::Draft(shown) if shown == length) {
            return;
        }
        let blocks = render(without_bare_marks(&source[..length]), kind);
        let count = self.frozen + blocks.len();
        for (offset, html) in blocks.into_iter().enumerate() {
            self.set(self.frozen + offset, html, patches);
        }
        self.truncate(count, patches);
        self.tail = Tail::Draft(length);
    }

    /// Shows the open code block, or what has been added to it.
    fn show_code(&mut self, fence: &Fence, patches: &mut Vec<Patch>) {
        let shown = match self.tail {
            Tail::Code(shown) => shown,
            _ => {
                let html = sanitise(&code::open_block(&fence.language, ""));
                self.set(self.frozen, html, patches);
                self.truncate(self.frozen + 1, patches);
                // The content begins behind the line of the opening fence.
                let start = self.splitter.tail_start();
                self.text[start..].find('\n').map_or(self.text.len(), |offset| start + offset + 1)
            }
        };
        let (added, shown) = self.added_code(fence, shown);
        self.tail = Tail::Code(shown);
        if added.is_empty() {
            return;
        }
        let html = sanitised_text(&added);
        if let Some(block) = self.blocks.get_mut(self.frozen) {
            block.truncate(block.len() - code::CLOSING.len());
            block.push_str(&html);
            block.push_str(code::CLOSING);
        }
        match patches.last_mut() {
            // The block has just been created: one patch can do both.
            Some(Patch::Replace { block, html: created }) if *block as usize == self.frozen => {
                created.clone_from(&self.blocks[self.frozen]);
            }
            _ => patches.push(Patch::Append { block: index(self.frozen), html }),
        }
    }

    /// The code from byte `from` on that can be shown now, and where it ends in the text.
    fn added_code(&self, fence: &Fence, from: usize) -> (String, usize) {
        let mut added = String::new();
        let mut at = from;
        for line in self.text[from..].split_inclusive('\n') {
            // A line that could still become the closing fence has to wait for its end.
            let is_line_start = self.text[..at].ends_with('\n');
            if is_line_start && !line.ends_with('\n') && fence.may_close(line) {
                break;
            }
            added.push_str(if is_line_start { fence.strip_indent(line) } else { line });
            at += line.len();
        }
        (added, at)
    }

    fn set(&mut self, at: usize, html: String, patches: &mut Vec<Patch>) {
        match self.blocks.get_mut(at) {
            Some(current) if *current == html => return,
            Some(current) => current.clone_from(&html),
            None => self.blocks.push(html.clone()),
        }
        patches.push(Patch::Replace { block: index(at), html });
    }

    fn truncate(&mut self, count: usize, patches: &mut Vec<Patch>) {
        if self.blocks.len() > count {
            self.blocks.truncate(count);
            patches.push(Patch::Truncate { blocks: index(count) });
        }
    }
}

/// The greatest length up to `length` at which a block is rendered.
fn checkpoint(length: usize) -> usize {
    let step = (length / DRAFTS_PER_DOUBLING).max(1);
    // Steps are powers of two, so that each checkpoint is one for all greater lengths too.
    let step = 1 << step.ilog2();
    length - length % step
}

/// The source without an unfinished last line that has no word in it yet.
fn without_bare_marks(source: &str) -> &str {
    let line_start = source.rfind('\n').map_or(0, |at| at + 1);
    let line = source[line_start..].trim();
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_bare = line.bytes().all(|byte| b"-=*_`~>#+|:$\\[ \t".contains(&byte))
        || (number.len() < line.len() && matches!(number, "." | ")"));
    if is_bare { &source[..line_start] } else { source }
}

/// Text as HTML, by way of the sanitiser like everything else.
fn sanitised_text(text: &str) -> String {
    // The element protects characters that parsers treat differently at the start of a document.
    let mut html = String::from("<code>");
    escape_into(&mut html, text);
    html.push_str("</code>");
    let clean = sanitise(&html);
    let inner = clean.strip_prefix("<code>").and_then(|rest| rest.strip_suffix("</code>"));
    inner.unwrap_or_default().to_owned()
}

fn index(block: usize) -> u32 {
    u32::try_from(block).unwrap_or(u32::MAX)
}
