//! Translates a Responses answer into events (protocols §1.6).

#[cfg(test)]
mod tests;

use models::{
    run::{FailureClass, FinishReason},
    usage::Usage,
};
use serde_json::{Value, value::RawValue};

use super::{
    items::{Items, Kind, Sort},
    wire::{Event, Exact, OutputItem, Response},
};
use crate::{
    answer::{Events, Progress, Translate},
    broken,
    error::ProviderError,
    error_body::ErrorBody,
    event::ProviderEvent,
    failure,
    openai_chat::tool_calls::Confused,
    transport::{self, Server},
};

/// Longest finish reason that is kept, in characters; the known ones are far shorter.
const LONGEST_REASON: usize = 64;

/// The state of one answer.
#[derive(Debug)]
pub(super) struct Translator {
    server: Server,
    request_id: Option<String>,
    started: bool,
    /// Whether data came that is of no use here.
    puzzled: bool,
    refused: bool,
    items: Items,
    usage: Option<Usage>,
}

impl Translator {
    /// For an answer whose headers have come.
    pub(super) fn new(server: Server, request_id: Option<String>) -> Self {
        Self {
            server,
            request_id,
            started: false,
            puzzled: false,
            refused: false,
            items: Items::default(),
            usage: None,
        }
    }

    fn event(
        &mut self,
        kind: &str,
        event: &Event<'_>,
        events: &mut Events,
    ) -> Result<Progress, ProviderError> {
        let Some(what) = kind.strip_prefix("response.") else {
            self.puzzled = true;
            return Ok(Progress::Nothing);
        };
        match what {
            // The model may still be queued or loaded for a long time.
            "created" | "queued" | "in_progress" => {
                let response = event.response.and_then(read::<Response<'_>>);
                self.start(response.as_ref(), events);
                return Ok(Progress::Nothing);
            }
            "completed" | "incomplete" | "failed" | "cancelled" => {
                let response: Response<'_> =
                    event.response.and_then(read).ok_or_else(|| self.unreadable())?;
                self.close(what, &response, events)?;
                return Ok(Progress::Over);
            }
            _ => {}
        }
        self.start(None, events);
        match what {
            "output_item.added" => self.added(event, events),
            "output_item.done" => {
                self.done(event.item, event.output_index.0, events)?;
                Ok(Progress::Data)
            }
            "function_call_arguments.delta" => {
                let delta = self.delta(event)?;
                let position = self.place(event, Kind::Call)?;
                self.sense(|items| items.arguments(position, &delta.0, events))
            }
            "function_call_arguments.done" => {
                let position = self.place(event, Kind::Call)?;
                let arguments = event.arguments.filled().unwrap_or_default();
                self.sense(|items| items.whole_arguments(position, arguments, events))
            }
            _ => self.text(what, event, events),
        }
    }

    /// The events of texts and thoughts, which are alike.
    fn text(
        &mut self,
        what: &str,
        event: &Event<'_>,
        events: &mut Events,
    ) -> Result<Progress, ProviderError> {
        let Some((subject, stage)) = what.rsplit_once('.') else { return Ok(Progress::Nothing) };
        let (kind, sort) = match subject {
            "output_text" | "refusal" => (Kind::Message, Sort::Answer),
            "reasoning_summary_text" => (Kind::Reasoning, Sort::Summary),
            "reasoning_text" => (Kind::Reasoning, Sort::Thought),
            _ => return Ok(Progress::Nothing),
        };
        match stage {
            "delta" => {
                let delta = self.delta(event)?;
                let position = self.place(event, kind)?;
                self.refused |= subject == "refusal";
                self.items.delta(position, sort, event.part(), &delta.0, events);
            }
            "done" => {
                let position = self.place(event, kind)?;
                let whole = event.text.filled().or(event.refusal.filled()).unwrap_or_default();
                self.refused |= subject == "refusal";
                self.items.whole(position, sort, event.part(), whole, events);
            }
            _ => return Ok(Progress::Nothing),
        }
        Ok(Progress::Data)
    }

    fn added(&mut self, event: &Event<'_>, events: &mut Events) -> Result<Progress, ProviderError> {
        let item: OutputItem<'_> = event.item.and_then(read).ok_or_else(|| self.unreadable())?;
        let place = self.items.announced(&item, event.output_index.0);
        let position = place.map_err(|Confused| self.confused())?;
        match Kind::of(&item) {
            Kind::Call => self.sense(|items| items.call(position, &item, events)),
            Kind::Message => Ok(Progress::Data),
            // Thinking may go on for minutes before the first word of a summary.
            Kind::Reasoning | Kind::Other => Ok(Progress::Nothing),
        }
    }

    /// An item is done: shows whatever of it never came in deltas.
    fn done(
        &mut self,
        json: Option<&RawValue>,
        output_index: Option<u64>,
        events: &mut Events,
    ) -> Result<(), ProviderError> {
        let read: Option<(&RawValue, OutputItem<'_>)> =
            json.and_then(|json| Some((json, read(json)?)));
        let (json, item) = read.ok_or_else(|| self.unreadable())?;
        let place = self.items.of_item(&item, output_index);
        let position = place.map_err(|Confused| self.confused())?;
        match Kind::of(&item) {
            Kind::Message => {
                let content = item.content().ok_or_else(|| self.unreadable())?;
                for (part, text) in (0..).zip(&content) {
                    self.refused |= text.refusal.filled().is_some();
                    let whole = text.text.filled().or(text.refusal.filled()).unwrap_or_default();
                    self.items.whole(position, Sort::Answer, part, whole, events);
                }
            }
            Kind::Reasoning => {
                // Of thoughts a hole is no harm, so what cannot be read is not missed.
                for (sort, parts) in
                    [(Sort::Summary, item.summary()), (Sort::Thought, item.content())]
                {
                    for (part, text) in (0..).zip(parts.iter().flatten()) {
                        let whole = text.text.filled().unwrap_or_default();
                        self.items.whole(position, sort, part, whole, events);
                    }
                }
            }
            Kind::Call => {
                let arguments = item.arguments.filled().unwrap_or_default();
                self.sense(|items| {
                    items.call(position, &item, events)?;
                    items.whole_arguments(position, arguments, events)
                })?;
            }
            Kind::Other => {}
        }
        self.items.done(position, &item, json);
        Ok(())
    }

    fn start(&mut self, response: Option<&Response<'_>>, events: &mut Events) {
        if !self.started {
            self.started = true;
            events.push(ProviderEvent::Started {
                model: response.and_then(|response| response.model.filled()).map(str::to_owned),
                request_id: self.request_id.take(),
            });
        }
    }

    /// The last event. Emits everything up to the finish, or says why there is none.
    fn close(
        &mut self,
        ending: &str,
        response: &Response<'_>,
        events: &mut Events,
    ) -> Result<(), ProviderError> {
        self.start(Some(response), events);
        self.usage = response.usage();
        let failed = |word: &str| ending == word || response.status.filled() == Some(word);
        if let Some(body) = response.error.and_then(|error| self.failure(error)) {
            return Err(body);
        }
        if failed("failed") {
            let what = "stopped with an error it does not name";
            return Err(broken::gave_up(&self.server, what));
        }
        if failed("cancelled") {
            return Err(broken::gave_up(&self.server, "gave up on the answer"));
        }
        self.late_items(response, events)?;
        let cut_short = failed("incomplete");
        let (reason, raw) =
            if cut_short { incomplete(response) } else { (self.reason(), "completed".to_owned()) };
        // What the limit cut off is no whole call, and no turn that could be sent back as it is.
        if !cut_short {
            self.items.end_calls(events).map_err(|Confused| self.confused())?;
            if let Some(state) = self.items.state() {
                events.push(ProviderEvent::State(state));
            }
        }
        events.usage(self.usage.take());
        events.push(ProviderEvent::Finish { reason, raw });
        Ok(())
    }

    /// Takes the kinds of items that only came with the whole response. Those that were streamed are
    /// not looked at again, since some servers give them other identifiers here.
    fn late_items(
        &mut self,
        response: &Response<'_>,
        events: &mut Events,
    ) -> Result<(), ProviderError> {
        let known = [Kind::Message, Kind::Reasoning, Kind::Call, Kind::Other]
            .map(|kind| (kind, self.items.has(kind)));
        for (index, json) in (0..).zip(response.output.iter().flatten()) {
            let kind = read::<OutputItem<'_>>(json).map(|item| Kind::of(&item));
            if known.iter().any(|(known, came)| Some(*known) == kind && !came) {
                self.done(Some(json), Some(index), events)?;
            }
        }
        Ok(())
    }

    fn reason(&self) -> FinishReason {
        if self.items.has_calls() {
            FinishReason::Tools
        } else if self.refused {
            FinishReason::Refusal
        } else {
            FinishReason::Stop
        }
    }

    /// The error of a failed response; nothing for the ways to say that there is none.
    fn failure(&self, error: &RawValue) -> Option<ProviderError> {
        // It is the value of a field, so wrap it to be read like any other error body.
        let whole = match error.get() {
            r#""""# | "{}" | "false" | "null" => return None,
            json => format!(r#"{{"error":{json}}}"#),
        };
        Some(failure::in_band(&self.server, &ErrorBody::parse(whole.as_bytes())))
    }

    fn delta<'a>(&self, event: &Event<'a>) -> Result<Exact<'a>, ProviderError> {
        event.delta.and_then(read).ok_or_else(|| self.unreadable())
    }

    fn place(&mut self, event: &Event<'_>, kind: Kind) -> Result<usize, ProviderError> {
        let place = self.items.of_event(event, kind);
        place.map_err(|Confused| self.confused())
    }

    /// Does something with the calls that must make sense.
    fn sense(
        &mut self,
        change: impl FnOnce(&mut Items) -> Result<(), Confused>,
    ) -> Result<Progress, ProviderError> {
        change(&mut self.items).map_err(|Confused| self.confused())?;
        Ok(Progress::Data)
    }

    /// A frame that is no event of this protocol: an error in another shape, or a broken part of the
    /// answer, unless it clearly belongs to something else.
    fn odd_frame(&mut self, name: &str, data: &[u8]) -> Result<Progress, ProviderError> {
        let value = serde_json::from_slice::<Value>(data).ok();
        if let Some(body) = value.as_ref().and_then(ErrorBody::from_value) {
            return Err(failure::in_band(&self.server, &body));
        }
        let is_object = value.is_some_and(|value| value.is_object());
        if !is_object && (name.is_empty() || name.starts_with("response.")) {
            return Err(self.unreadable());
        }
        self.puzzled = true;
        Ok(Progress::Nothing)
    }

    fn reported(&self, json: &[u8]) -> ProviderError {
        failure::in_band(&self.server, &ErrorBody::parse(json))
    }

    fn no_answer(&self) -> ProviderError {
        ProviderError::new(
            FailureClass::Protocol,
            format!("{} answered, but not as OpenAI Responses does.", self.server.name),
            "Check the base URL; it usually ends in /v1. If it is right, the server may know nothing \
             but Chat Completions: add it as such.",
        )
    }

    fn unreadable(&self) -> ProviderError {
        broken::unreadable(&self.server)
    }

    fn confused(&self) -> ProviderError {
        broken::confused_calls(&self.server)
    }
}

impl Translate for Translator {
    fn frame(
        &mut self,
        name: &[u8],
        data: &[u8],
        events: &mut Events,
    ) -> Result<Progress, ProviderError> {
        let data = data.trim_ascii();
        if data.is_empty() {
            return Ok(Progress::Nothing);
        }
        if data == b"[DONE]" {
            self.end(events)?;
            return Ok(Progress::Over);
        }
        let name = std::str::from_utf8(name).unwrap_or_default();
        // An array would be read as an event too, field by field in their order.
        let event = serde_json::from_slice::<Event<'_>>(data).ok();
        let Some(event) = event.filter(|_| data.starts_with(b"{")) else {
            return self.odd_frame(name, data);
        };
        // Some proxies leave out one of the two places that name the event.
        match event.kind.filled().unwrap_or(name) {
            kind if kind == "error" || name == "error" => Err(self.reported(data)),
            "" => self.odd_frame(name, data),
            kind => self.event(kind, &event, events),
        }
    }

    fn whole(&mut self, body: &[u8], events: &mut Events) -> Result<(), ProviderError> {
        let response = serde_json::from_slice::<Response<'_>>(body).ok();
        let Some(response) = response.filter(|response| response.output.is_some()) else {
            return Err(match serde_json::from_slice::<Value>(body) {
                Ok(value) => ErrorBody::from_value(&value)
                    .map_or_else(|| self.no_answer(), |body| failure::in_band(&self.server, &body)),
                Err(_) => transport::cut(&self.server),
            });
        };
        match response.status.filled() {
            None | Some("completed") => self.close("completed", &response, events),
            Some(status @ ("incomplete" | "failed" | "cancelled")) => {
                self.close(status, &response, events)
            }
            Some(_) => {
                self.start(Some(&response), events);
                self.late_items(&response, events)?;
                Err(broken::unfinished(&self.server))
            }
        }
    }

    fn end(&mut self, _: &mut Events) -> Result<(), ProviderError> {
        // The stream is read no further than its last event, so coming here means that it never came.
        Err(match (self.started, self.puzzled) {
            (true, _) => broken::unfinished(&self.server),
            (false, true) => self.no_answer(),
            (false, false) => broken::empty(&self.server),
        })
    }

    fn flush(&mut self, events: &mut Events) {
        events.usage(self.usage.take());
    }
}

/// Why the answer is not whole. What nobody has heard of can be continued like any other cut.
fn incomplete(response: &Response<'_>) -> (FinishReason, String) {
    let details = response.incomplete_details.as_ref();
    let raw = details.and_then(|details| details.reason.filled()).unwrap_or("incomplete");
    let reason = match raw {
        "content_filter" => FinishReason::Filter,
        _ => FinishReason::Length,
    };
    (reason, raw.chars().take(LONGEST_REASON).collect())
}

fn read<'a, T: serde::Deserialize<'a>>(json: &'a RawValue) -> Option<T> {
    serde_json::from_str(json.get()).ok()
}
