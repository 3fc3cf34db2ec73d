//! Renders single segments.

use crate::{
    code, highlight::highlight, math, normalise::normalise, sanitise::sanitise, split::Kind,
    writer::write_blocks,
};

/// The sanitised blocks of a segment, whether it is complete or still growing.
pub(crate) fn render(source: &str, kind: &Kind) -> Vec<String> {
    let blocks = match kind {
        Kind::Flow => write_blocks(&normalise(source), coloured),
        Kind::Indented => write_blocks(source, coloured),
        Kind::Math => vec![math::block(source)],
        Kind::OpenMath => vec![math::open_block(source)],
        Kind::Fence(fence) => {
            vec![coloured(&fence.language, &code::fenced_content(fence, source))]
        }
    };
    blocks.iter().map(|html| sanitise(html)).collect()
}

fn coloured(language: &str, text: &str) -> String {
    let content = highlight(language, text).unwrap_or_else(|| code::plain_content(text));
    code::block(language, &content)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pieces without any of the extensions for which the cut departs from CommonMark on purpose.
    fn tame() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "\n",
            "\n\n",
            "word ",
            "two words\n",
            "- item\n",
            "* other\n",
            "1. first\n",
            "2. second\n",
            "3) third\n",
            "  indented\n",
            "    deep\n",
            "```\n",
            "```text\n",
            "~~~~\n",
            "> quote\n",
            ">\n",
            "# head\n",
            "---\n",
            "===\n",
            "***\n",
            "**bold** ",
            "`code` ",
            "  - nested\n",
            "   - deeper\n",
        ]);
        prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn cutting_does_not_change_the_meaning(text in tame()) {
            let whole: Vec<_> = write_blocks(&text, coloured).iter().map(|html| sanitise(html)).collect();
            let cut: Vec<_> = crate::markdown(&text).into_iter().map(|block| block.html).collect();
            prop_assert_eq!(cut, whole);
        }
    }
}
