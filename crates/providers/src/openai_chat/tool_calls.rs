//! Puts the fragments of tool calls together, however a server writes them (§1.3 rules 3 to 5).

use super::chunk::Fragment;
use crate::{answer::Events, event::ProviderEvent};

/// More calls than any answer has; a server that sends more has lost its way.
const MOST_CALLS: usize = 128;
/// Arguments held for a call whose name has not come yet, in bytes.
const MOST_HELD: usize = 64 * 1024;

/// The tool calls of one answer.
#[derive(Debug, Default)]
pub(crate) struct ToolCalls(Vec<Call>);

/// The server's calls cannot be told apart or have no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Confused;

/// Part of a call, or all of it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Piece<'a> {
    /// The server's own number of the call.
    pub(crate) index: Option<u64>,
    /// The server's own identifier of the call; never empty.
    pub(crate) id: Option<&'a str>,
    /// The tool; never empty.
    pub(crate) name: Option<&'a str>,
    /// Text to append.
    pub(crate) arguments: &'a str,
}

#[derive(Debug, Default)]
struct Call {
    /// The server's own number.
    wire_index: Option<u64>,
    /// The server's own identifier.
    wire_id: Option<String>,
    name: Option<String>,
    /// The identifier its start was told under.
    id: Option<String>,
    /// What came before the name.
    held: String,
    has_arguments: bool,
}

impl ToolCalls {
    /// Whether the model called no tool.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The identifier of the call at a position.
    pub(super) fn id(&self, index: u32) -> Option<&str> {
        self.0.get(usize::try_from(index).ok()?)?.id.as_deref()
    }

    /// Takes a whole call that stands by itself. False if there is no room for it.
    pub(super) fn add_whole(&mut self, name: &str, arguments: &str, events: &mut Events) -> bool {
        let Ok(index) = u32::try_from(self.0.len()) else { return false };
        if self.0.len() >= MOST_CALLS {
            return false;
        }
        let mut call = Call::default();
        call.start(index, name, events);
        let arguments = if arguments.trim().is_empty() { "{}" } else { arguments };
        let taken = call.arguments(index, arguments, events).is_ok();
        self.0.push(call);
        taken
    }

    /// Takes one fragment of a chat, and gives the position of the call it belongs to.
    pub(super) fn add(
        &mut self,
        fragment: &Fragment<'_>,
        events: &mut Events,
    ) -> Result<u32, Confused> {
        let function = fragment.function.as_ref();
        let arguments = function.map(|function| function.arguments());
        let piece = Piece {
            index: fragment.index.0,
            id: fragment.id.filled(),
            name: function.and_then(|function| function.name.filled()),
            arguments: arguments.as_deref().unwrap_or_default(),
        };
        self.piece(&piece, events)
    }

    /// Takes one piece of a call, and gives the position of that call.
    pub(crate) fn piece(
        &mut self,
        piece: &Piece<'_>,
        events: &mut Events,
    ) -> Result<u32, Confused> {
        let position = match self.find(piece.index, piece.id, piece.name) {
            Some(position) => position,
            None if self.0.len() < MOST_CALLS => {
                self.0.push(Call { wire_index: piece.index, ..Call::default() });
                self.0.len() - 1
            }
            None => return Err(Confused),
        };
        let index = u32::try_from(position).map_err(|_| Confused)?;
        let call = &mut self.0[position];
        if call.wire_id.is_none() {
            call.wire_id = piece.id.map(str::to_owned);
        }
        if call.name.is_none()
            && let Some(name) = piece.name
        {
            call.start(index, name, events);
        }
        call.arguments(index, piece.arguments, events)?;
        Ok(index)
    }

    /// All calls are whole.
    pub(crate) fn end(&mut self, events: &mut Events) -> Result<(), Confused> {
        for (index, call) in (0..).zip(&mut self.0) {
            if call.name.is_none() {
                return Err(Confused);
            }
            if !call.has_arguments {
                call.arguments(index, "{}", events)?;
            }
            events.push(ProviderEvent::ToolCallEnd { index });
        }
        Ok(())
    }

    /// The call a fragment belongs to; nothing if it begins a new one.
    fn find(&self, index: Option<u64>, id: Option<&str>, name: Option<&str>) -> Option<usize> {
        let last = self.0.len().checked_sub(1)?;
        let same_id = |call: &Call| call.wire_id.as_deref() == id;
        match (index, id) {
            // Some servers number all their calls 0 and tell them apart by the identifier alone.
            (Some(_), Some(_)) => self.0.iter().rposition(|call| {
                call.wire_index == index && (call.wire_id.is_none() || same_id(call))
            }),
            (Some(_), None) => self.0.iter().rposition(|call| call.wire_index == index),
            (None, Some(_)) => self.0.iter().rposition(same_id),
            // Without both, a name after arguments can only be the next call.
            (None, None) => (name.is_none() || !self.0[last].has_arguments).then_some(last),
        }
    }
}

impl Call {
    fn start(&mut self, index: u32, name: &str, events: &mut Events) {
        let id = self.wire_id.clone().unwrap_or_else(|| format!("call_{index}"));
        self.name = Some(name.to_owned());
        self.id = Some(id.clone());
        events.push(ProviderEvent::ToolCallStart { index, id, name: name.to_owned() });
    }

    fn arguments(&mut self, index: u32, more: &str, events: &mut Events) -> Result<(), Confused> {
        if self.name.is_none() {
            self.held.push_str(more);
            return if self.held.len() > MOST_HELD { Err(Confused) } else { Ok(()) };
        }
        let mut arguments = std::mem::take(&mut self.held);
        arguments.push_str(more);
        if !arguments.is_empty() {
            self.has_arguments = true;
            events.push(ProviderEvent::ToolCallDelta { index, arguments });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line per event, to compare at a glance.
    fn assemble(fragments: &[&str]) -> Result<Vec<String>, Confused> {
        let (mut calls, mut events) = (ToolCalls::default(), Events::default());
        for json in fragments {
            calls.add(&serde_json::from_str(json).unwrap(), &mut events)?;
        }
        calls.end(&mut events)?;
        let lines = events.take().into_iter().map(|event| match event {
            ProviderEvent::ToolCallStart { index, id, name } => {
                format!("{index} start {id} {name}")
            }
            ProviderEvent::ToolCallDelta { index, arguments } => format!("{index} {arguments}"),
            ProviderEvent::ToolCallEnd { index } => format!("{index} end"),
            other => panic!("{other:?}"),
        });
        Ok(lines.collect())
    }

    #[test]
    fn fragments_of_interleaved_calls_find_their_call() {
        let lines = assemble(&[
            r#"{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}"#,
            r#"{"index":0,"function":{"arguments":"{\"x\":"}}"#,
            r#"{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
            r#"{"index":0,"id":null,"function":{"name":null,"arguments":"1}"}}"#,
        ]);
        let expected =
            ["0 start a f", "0 {\"x\":", "1 start b g", "1 {}", "0 1}", "0 end", "1 end"];
        assert_eq!(lines.unwrap(), expected);
    }

    #[test]
    fn without_index_the_id_decides_and_else_the_last_call() {
        let lines = assemble(&[
            r#"{"id":"a","function":{"name":"f","arguments":"{"}}"#,
            r#"{"function":{"arguments":"}"}}"#,
            r#"{"id":"b","function":{"name":"g","arguments":"{}"}}"#,
        ]);
        let expected = ["0 start a f", "0 {", "0 }", "1 start b g", "1 {}", "0 end", "1 end"];
        assert_eq!(lines.unwrap(), expected);
    }

    #[test]
    fn whole_calls_without_index_and_id_are_separate() {
        let call = r#"{"function":{"name":"f","arguments":{"x":1}}}"#;
        let expected = [
            "0 start call_0 f",
            "0 {\"x\":1}",
            "1 start call_1 f",
            "1 {\"x\":1}",
            "0 end",
            "1 end",
        ];
        assert_eq!(assemble(&[call, call]).unwrap(), expected);
    }

    #[test]
    fn repeated_id_and_name_are_not_concatenated() {
        let piece = r#"{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}"#;
        assert_eq!(assemble(&[piece, piece]).unwrap(), ["0 start a f", "0 1", "0 1", "0 end"]);
    }

    #[test]
    fn equal_indexes_with_other_ids_are_other_calls() {
        let lines = assemble(&[
            r#"{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}"#,
            r#"{"index":0,"id":"b","function":{"name":"f","arguments":"{}"}}"#,
            r#"{"index":0,"function":{"arguments":" "}}"#,
        ]);
        assert_eq!(lines.unwrap()[4], "1  ");
    }

    #[test]
    fn empty_arguments_mean_an_empty_object() {
        let lines = assemble(&[r#"{"index":0,"id":"a","function":{"name":"f","arguments":""}}"#]);
        assert_eq!(lines.unwrap(), ["0 start a f", "0 {}", "0 end"]);
    }

    #[test]
    fn arguments_wait_for_a_late_name_and_a_missing_one_is_an_error() {
        let lines = assemble(&[
            r#"{"index":0,"id":"a","function":{"arguments":"{"}}"#,
            r#"{"index":0,"function":{"name":"f","arguments":"}"}}"#,
        ]);
        assert_eq!(lines.unwrap(), ["0 start a f", "0 {}", "0 end"]);
        assert_eq!(assemble(&[r#"{"index":0,"id":"a"}"#]), Err(Confused));
    }

    #[test]
    fn the_number_of_calls_is_bounded() {
        let many: Vec<_> =
            (0..200).map(|n| format!(r#"{{"index":{n},"function":{{"name":"f"}}}}"#)).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(assemble(&many), Err(Confused));
    }
}
