//! The journal: batches of run events, written compactly and read back event by event.

use models::{
    id::{MessageId, RunId},
    part::Part,
    run::RunStatus,
    run_event::{RunEvent, SequencedEvent},
    timestamp::Timestamp,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    Statement, sea_query::Expr,
};
use serde::{Deserialize, Serialize};

use crate::{
    column::{from_json, to_json, to_signed, to_unsigned},
    database::{Durability, Store},
    entity::{message, run_event},
    error::StoreError,
};

/// Takes no events of a run that is over or gone. A batch that is sent again, perhaps longer, replaces
/// its earlier self.
const APPEND: &str = "\
INSERT INTO run_event (run_id, first_sequence, last_sequence, events)
SELECT $1, $2, $3, $4
WHERE EXISTS (SELECT 1 FROM run WHERE id = $1 AND status = $5)
ON CONFLICT (run_id, first_sequence)
DO UPDATE SET last_sequence = excluded.last_sequence, events = excluded.events";

/// Removes what was said by the runs that were over before a moment.
pub(crate) const PRUNE: &str = "\
DELETE FROM run_event WHERE EXISTS (
    SELECT 1 FROM run WHERE run.id = run_event.run_id AND run.finished_at < $1
)";

/// Rows read at once when events are replayed.
const ROWS: u64 = 64;

impl Store {
    /// Writes events of many runs in one transaction, which survives the death of the process. Returns
    /// the runs that took none because they are over or gone: nobody should execute them any more.
    ///
    /// # Errors
    ///
    /// [`StoreError::Full`], [`StoreError::Busy`], or whatever the database answers; then nothing was
    /// written and the same batch may be sent again.
    pub async fn append_events(
        &self,
        batches: &[(RunId, Vec<SequencedEvent>)],
    ) -> Result<Vec<RunId>, StoreError> {
        let mut refused = Vec::new();
        if batches.iter().all(|(_, events)| events.is_empty()) {
            return Ok(refused);
        }
        let write = self.write(Durability::Relaxed).await?;
        for (run, events) in batches {
            if !append(&*write, *run, events).await? {
                refused.push(*run);
            }
        }
        write.commit().await?;
        Ok(refused)
    }

    /// The events of a run that come after a number, in order and without a gap, at most `limit`. The
    /// caller has made sure that the run is the owner's.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn events_after(
        &self,
        run: RunId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<SequencedEvent>, StoreError> {
        let mut events: Vec<SequencedEvent> = Vec::new();
        let mut after = after;
        while events.len() < limit {
            let rows = self.batches_after(run, after).await?;
            let is_last = (rows.len() as u64) < ROWS;
            for row in rows {
                let batch = decode(to_unsigned(row.first_sequence), &row.events)?;
                events.extend(batch.into_iter().filter(|event| event.sequence > after));
            }
            if is_last {
                break;
            }
            after = events.last().map_or(after, |event| event.sequence);
        }
        events.truncate(limit);
        Ok(events)
    }

    /// Writes what a message says so far, with the number of the last event it contains. Returns false,
    /// and changes nothing, when the run is not the one that writes it or it holds more already.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn materialise(
        &self,
        run: RunId,
        message: MessageId,
        parts: &[Part],
        sequence: u64,
    ) -> Result<bool, StoreError> {
        use message::Column;

        let parts = to_json("message.parts", parts)?;
        let write = self.write(Durability::Relaxed).await?;
        let updated = message::Entity::update_many()
            .col_expr(Column::Parts, Expr::value(parts))
            .col_expr(Column::Sequence, Expr::value(to_signed(sequence)))
            .filter(Column::Id.eq(message.0))
            .filter(Column::RunId.eq(run.0))
            .filter(Column::Status.eq(RunStatus::Running.as_str()))
            .filter(Column::Sequence.lte(to_signed(sequence)))
            .exec(&*write)
            .await?;
        write.commit().await?;
        Ok(updated.rows_affected > 0)
    }

    /// Removes the journals of **all owners'** runs that were over before a moment, for the reaper; their
    /// messages hold everything. Tells how many rows.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn prune_events(&self, finished_before: Timestamp) -> Result<u64, StoreError> {
        let write = self.write(Durability::Relaxed).await?;
        let statement = self.statement(PRUNE, [finished_before.0.into()]);
        let deleted = write.execute_raw(statement).await?.rows_affected();
        write.commit().await?;
        Ok(deleted)
    }

    /// The batches that hold events after a number; the first may begin before it.
    async fn batches_after(
        &self,
        run: RunId,
        after: u64,
    ) -> Result<Vec<run_event::Model>, StoreError> {
        use run_event::Column;

        let next = to_signed(after.saturating_add(1));
        // The key finds the batch that the next event lies in; a filter on the last number would read
        // the journal from its beginning.
        let begins: Option<i64> = begins_at(run, next).into_tuple().one(self.reader()).await?;
        let begins = begins.unwrap_or(next);
        let rows = run_event::Entity::find()
            .filter(Column::RunId.eq(run.0))
            .filter(Column::FirstSequence.gte(begins))
            .order_by_asc(Column::FirstSequence)
            .limit(ROWS)
            .all(self.reader())
            .await?;
        Ok(rows)
    }
}

/// Where the batch begins that holds the event with this number.
pub(crate) fn begins_at(run: RunId, sequence: i64) -> Select<run_event::Entity> {
    use run_event::Column;

    run_event::Entity::find()
        .select_only()
        .column(Column::FirstSequence)
        .filter(Column::RunId.eq(run.0))
        .filter(Column::FirstSequence.lte(sequence))
        .order_by_desc(Column::FirstSequence)
}

/// Writes a run's events within a transaction; false when the run is over or gone.
pub(crate) async fn append<C: ConnectionTrait>(
    connection: &C,
    run: RunId,
    events: &[SequencedEvent],
) -> Result<bool, StoreError> {
    for batch in events.chunk_by(|one, next| one.sequence.checked_add(1) == Some(next.sequence)) {
        let (Some(first), Some(last)) = (batch.first(), batch.last()) else {
            continue;
        };
        let statement = Statement::from_sql_and_values(
            connection.get_database_backend(),
            APPEND,
            [
                run.0.into(),
                to_signed(first.sequence).into(),
                to_signed(last.sequence).into(),
                encode(batch)?.into(),
                RunStatus::Running.as_str().into(),
            ],
        );
        if connection.execute_raw(statement).await?.rows_affected() == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Events as they lie in a row: deltas of one kind in a row share an entry, one string each.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    Text(Vec<String>),
    Reasoning(Vec<String>),
    Event(RunEvent),
}

/// Consecutive events as one text; the first one's number is kept beside it.
fn encode(events: &[SequencedEvent]) -> Result<String, StoreError> {
    let mut entries: Vec<Entry> = Vec::new();
    for event in events {
        match (&event.event, entries.last_mut()) {
            (RunEvent::TextDelta { text }, Some(Entry::Text(texts))) => texts.push(text.clone()),
            (RunEvent::TextDelta { text }, _) => entries.push(Entry::Text(vec![text.clone()])),
            (RunEvent::ReasoningDelta { text }, Some(Entry::Reasoning(texts))) => {
                texts.push(text.clone());
            }
            (RunEvent::ReasoningDelta { text }, _) => {
                entries.push(Entry::Reasoning(vec![text.clone()]));
            }
            (other, _) => entries.push(Entry::Event(other.clone())),
        }
    }
    to_json("run_event.events", &entries)
}

/// The events of a row, numbered from its first.
fn decode(first: u64, text: &str) -> Result<Vec<SequencedEvent>, StoreError> {
    let entries: Vec<Entry> = from_json("run_event.events", text)?;
    let events = entries.into_iter().flat_map(|entry| match entry {
        Entry::Text(texts) => {
            texts.into_iter().map(|text| RunEvent::TextDelta { text }).collect::<Vec<_>>()
        }
        Entry::Reasoning(texts) => {
            texts.into_iter().map(|text| RunEvent::ReasoningDelta { text }).collect()
        }
        Entry::Event(event) => vec![event],
    });
    Ok((first..).zip(events).map(|(sequence, event)| SequencedEvent { sequence, event }).collect())
}

#[cfg(test)]
mod tests {
    use models::run::FinishReason;
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn event() -> impl Strategy<Value = RunEvent> {
        prop_oneof![
            4 => ".{0,8}".prop_map(|text| RunEvent::TextDelta { text }),
            2 => ".{0,8}".prop_map(|text| RunEvent::ReasoningDelta { text }),
            1 => (0..3_u32, ".{0,8}")
                .prop_map(|(index, arguments)| RunEvent::ToolCallDelta { index, arguments }),
            1 => ".{0,8}".prop_map(|text| RunEvent::Notice { text }),
            1 => Just(RunEvent::Finished {
                status: RunStatus::Complete,
                reason: Some(FinishReason::Stop),
                failure: None,
            }),
        ]
    }

    proptest! {
        #[test]
        fn a_row_gives_back_every_event_with_its_number(
            first in 1..u64::from(u32::MAX),
            events in vec(event(), 0..40),
        ) {
            let events: Vec<SequencedEvent> = (first..)
                .zip(events)
                .map(|(sequence, event)| SequencedEvent { sequence, event })
                .collect();
            let row = encode(&events).expect("events are JSON");
            prop_assert_eq!(decode(first, &row).expect("what was written can be read"), events);
        }
    }

    #[test]
    fn deltas_in_a_row_share_an_entry() {
        let delta = |sequence, text: &str| SequencedEvent {
            sequence,
            event: RunEvent::TextDelta { text: text.to_owned() },
        };
        let row = encode(&[delta(1, "a"), delta(2, "b")]).expect("events are JSON");
        assert_eq!(row, r#"[{"text":["a","b"]}]"#);
    }
}
