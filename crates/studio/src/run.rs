//! Runs: watching and stopping them.

use futures::{StreamExt, stream::BoxStream};
use models::{id::RunId, run_event::SequencedEvent, view::ViewFrame};
use store::RunRow;

use crate::{Caller, Error, Studio, view::GrowingView};

impl Studio {
    /// The run's events after number `after`, then those to come; ends after `Finished`.
    ///
    /// Each item is what came since the last one, at most one item per 16 ms.
    ///
    /// # Errors
    /// When the caller has no such run.
    pub async fn watch(
        &self,
        caller: &Caller,
        run: RunId,
        after: u64,
    ) -> Result<BoxStream<'static, Vec<SequencedEvent>>, Error> {
        self.run(caller, run).await?;
        Ok(self.batches(caller, run, after))
    }

    /// The same as patches of the page that showed the message as of event `after`
    /// (0: as it was before the run began).
    ///
    /// # Errors
    /// When the caller has no such run.
    pub async fn watch_view(
        &self,
        caller: &Caller,
        run: RunId,
        after: u64,
    ) -> Result<BoxStream<'static, ViewFrame>, Error> {
        let row = self.run(caller, run).await?;
        let mut batches = self.batches(caller, run, 0);
        Ok(Box::pin(async_stream::stream! {
            let mut view = GrowingView::new(row.base_parts);
            while let Some(batch) = batches.next().await {
                let (seen, new) = batch.split_at(batch.partition_point(|event| event.sequence <= after));
                view.apply(seen);
                let Some(last) = new.last() else { continue };
                yield ViewFrame { sequence: last.sequence, patches: view.apply(new) };
            }
        }))
    }

    /// Stops a run, keeping what was said; a run that is over stays as it is.
    ///
    /// # Errors
    /// When the caller has no such run.
    pub async fn stop(&self, caller: &Caller, run: RunId) -> Result<(), Error> {
        self.run(caller, run).await?;
        self.inner.routing.stop(run).await;
        Ok(())
    }

    async fn run(&self, caller: &Caller, run: RunId) -> Result<RunRow, Error> {
        Ok(self.inner.store.run(caller.owner, run).await?)
    }

    /// A fault of the database ends the stream without `Finished`; the client then comes back.
    fn batches(
        &self,
        caller: &Caller,
        run: RunId,
        after: u64,
    ) -> BoxStream<'static, Vec<SequencedEvent>> {
        let batches = self.inner.routing.watch(caller.owner, run, after);
        Box::pin(batches.scan((), move |(), batch| {
            let batch = batch.inspect_err(|error| {
                tracing::error!(
                    error = error as &dyn std::error::Error,
                    run.id = %run,
                    "The journal could not be read"
                );
            });
            std::future::ready(batch.ok())
        }))
    }
}
