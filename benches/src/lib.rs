//! Texts to measure with: the same at every run, and like what models write.

use std::ops::Range;

use render::Incremental;

pub mod cpu;

/// Characters of the parts that texts are made of; each ends with the section that reaches it.
pub const PART: usize = 10_000;

/// How many parts there are of each kind.
const PARTS: u64 = 8;

/// Parts of the short texts that the renderer is measured with, and of the long ones.
pub const LENGTHS: [u64; 2] = [1, 4];

/// Texts of one kind.
///
/// Texts of any length are made of the same parts, so that a measurement at two lengths compares the
/// same contents: one text's first quarter can cost a fifth less than an average quarter, which would
/// look like a cost that outgrows the length.
pub struct Case {
    /// Short name, used in reports.
    pub name: &'static str,
    opening: &'static str,
    section: fn(&mut Writer),
    closing: &'static str,
}

/// Every kind of text the renderer is measured with.
pub const CASES: [Case; 5] = [
    Case { name: "mixed", opening: "", section: mixed, closing: "" },
    Case { name: "paragraph", opening: "", section: paragraph, closing: "\n" },
    Case { name: "list", opening: "", section: list, closing: "" },
    Case { name: "code", opening: "```rust\n", section: code, closing: "```\n" },
    Case {
        name: "table",
        opening: "| Key | What it does | Since | Count |\n|-----|:-------------|:-----:|------:|\n",
        section: table,
        closing: "",
    },
];

impl Case {
    /// All parts, as texts of `parts` parts each; `parts` divides their number.
    pub fn texts(&self, parts: u64) -> Vec<String> {
        (0..PARTS / parts).map(|text| self.text(text * parts..(text + 1) * parts)).collect()
    }

    /// One text with these parts.
    pub fn text(&self, parts: Range<u64>) -> String {
        let mut writer = Writer { text: self.opening.to_owned(), state: 0 };
        for part in parts {
            writer.state = part;
            let end = writer.text.len() + PART;
            while writer.text.len() < end {
                (self.section)(&mut writer);
            }
        }
        writer.text.push_str(self.closing);
        writer.text
    }
}

/// The text in pieces of about four bytes, as a model's tokens arrive.
pub fn deltas(text: &str) -> Vec<&str> {
    let mut deltas = Vec::with_capacity(text.len() / 4 + 1);
    let mut rest = text;
    while !rest.is_empty() {
        let (delta, after) = rest.split_at(rest.ceil_char_boundary(4.min(rest.len())));
        deltas.push(delta);
        rest = after;
    }
    deltas
}

/// Renders a text as it arrives; how many changes that made.
pub fn stream(deltas: &[&str]) -> usize {
    let mut renderer = Incremental::new();
    let patches: usize = deltas.iter().map(|delta| renderer.push(delta).len()).sum();
    patches + renderer.finish().len()
}

struct Writer {
    text: String,
    state: u64,
}

impl Writer {
    /// A number below `bound`, from a generator that starts the same at each run.
    fn number(&mut self, bound: usize) -> usize {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % bound
    }

    fn pick(&mut self, choices: &[&'static str]) -> &'static str {
        let at = self.number(choices.len());
        choices[at]
    }

    fn sentence(&mut self) -> String {
        let subject = self.pick(&[
            "The scheduler",
            "A **borrowed** value",
            "Your query",
            "`tokio::select!`",
            "The index",
            "Each replica",
            "An empty cache",
            "The [documentation](https://docs.example.org/guide#start)",
        ]);
        let verb = self.pick(&[
            "waits for",
            "replaces",
            "depends on",
            "never touches",
            "is slower than",
            "invalidates",
            "is equivalent to",
        ]);
        let object = self.pick(&[
            "the *previous* snapshot",
            "every open connection",
            "a lock held across an await",
            "the row with `id = 42`",
            "$O(n \\log n)$ comparisons",
            "what the caller passed in",
            "about 3.5 MB of memory",
        ]);
        let tail = self.pick(&[
            ", which is why it matters here",
            "",
            " (see above)",
            ", even under load",
            "; that is intended",
            ", so the order is kept",
        ]);
        format!("{subject} {verb} {object}{tail}.")
    }

    fn code_line(&mut self) -> String {
        let name = self.pick(&["rows", "client", "budget", "offset", "pending", "total"]);
        let number = self.number(900);
        match self.number(6) {
            0 => format!("    let {name} = fetch_{name}(&pool, {number}).await?;\n"),
            1 => format!(
                "    if {name}.len() > {number} {{\n        return Err(Error::TooMany(\"{name}\"));\n    }}\n"
            ),
            2 => format!("    // Keep {name} below {number}, or the page grows.\n"),
            3 => format!(
                "    for item in {name}.iter().take({number}) {{\n        println!(\"{{item:?}}\");\n    }}\n\n"
            ),
            4 => format!("    let {name} = {name}.saturating_add({number}) as f64 / 2.0;\n"),
            _ => format!("    state.{name}.push(Entry {{ id: {number}, label: 'x' }});\n"),
        }
    }
}

fn mixed(writer: &mut Writer) {
    let title = writer.pick(&["Overview", "How it works", "Trade-offs", "Steps", "Result"]);
    writer.text.push_str(&format!("## {title}\n\n"));
    for _ in 0..=writer.number(3) {
        for _ in 0..=writer.number(4) {
            let sentence = writer.sentence();
            writer.text.push_str(&sentence);
            writer.text.push(' ');
        }
        writer.text.push_str("\n\n");
    }
    match writer.number(5) {
        0 => lines(writer, 6, |writer, number| format!("{number}. {}\n", writer.sentence())),
        1 => lines(writer, 5, |writer, _| format!("- {}\n", writer.sentence())),
        2 => {
            writer.text.push_str("```rust\n");
            lines(writer, 14, |writer, _| writer.code_line());
            writer.text.push_str("```\n");
        }
        3 => {
            writer.text.push_str("| Name | Use | Cost |\n|------|:---:|-----:|\n");
            lines(writer, 6, |writer, number| {
                format!(
                    "| row {number} | {} | {} |\n",
                    writer.pick(&["read", "`write`", "**scan**"]),
                    writer.number(9_999)
                )
            });
        }
        _ => writer.text.push_str(
            "\\[\n\\sum_{i=1}^{n} \\frac{x_i^2}{\\sqrt{2\\pi}}\n= \\mu \\pm \\sigma\n\\]\n",
        ),
    }
    writer.text.push('\n');
}

fn lines(writer: &mut Writer, count: usize, line: fn(&mut Writer, usize) -> String) {
    for number in 1..=count {
        let line = line(writer, number);
        writer.text.push_str(&line);
    }
}

fn paragraph(writer: &mut Writer) {
    let sentence = writer.sentence();
    writer.text.push_str(&sentence);
    writer.text.push(' ');
}

fn list(writer: &mut Writer) {
    let indent = writer.pick(&["", "", "", "  "]);
    let sentence = writer.sentence();
    writer.text.push_str(&format!("{indent}- {sentence}\n"));
}

fn code(writer: &mut Writer) {
    let name = writer.number(1_000);
    writer
        .text
        .push_str(&format!("async fn step_{name}(state: &mut State) -> Result<(), Error> {{\n"));
    lines(writer, 8, |writer, _| writer.code_line());
    writer.text.push_str("    Ok(())\n}\n\n");
}

fn table(writer: &mut Writer) {
    let (key, since, count) = (writer.number(10_000), writer.number(30), writer.number(1_000_000));
    let sentence = writer.sentence();
    writer.text.push_str(&format!("| `key_{key}` | {sentence} | 1.{since} | {count} |\n"));
}
