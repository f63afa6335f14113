//! The log of calls. A call leaves a line on its way and never waits for it to be written; one task
//! writes what has come together.

mod client_info;
mod entry;
mod record;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use tokio::sync::{Mutex, mpsc};

pub use self::client_info::ClientInfo;
pub(crate) use self::client_info::SESSION_ID;
pub use self::entry::{CallFigures, Deed, Entry, Status, first_id, next_id};
pub(crate) use self::record::{About, Record};
use crate::accounts::Registry;
use crate::metrics::Metrics;

/// The most lines that wait to be written. Beyond that lines are lost, and counted.
const QUEUE: usize = 10_000;

/// The most lines that are written together.
const BATCH: usize = 500;

/// How often, and at which intervals, it is tried to write lines.
const TRIES: u32 = 30;
const PAUSE: Duration = Duration::from_secs(1);

/// Where calls leave their lines. Clones share it.
#[derive(Clone, Debug)]
pub struct Log {
    metrics: Metrics,
    /// `None`: what is logged is said and counted, and not kept.
    queue: Option<Queue>,
}

#[derive(Clone, Debug)]
struct Queue {
    sender: mpsc::Sender<Entry>,
    receiver: Arc<Mutex<mpsc::Receiver<Entry>>>,
    /// How many lines were taken and not yet written or given up.
    waiting: Arc<AtomicUsize>,
}

impl Log {
    /// A log whose lines are kept, once somebody [writes](Self::write_to) them.
    #[must_use]
    pub fn kept(metrics: Metrics) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let receiver = Arc::new(Mutex::new(receiver));
        Self {
            metrics,
            queue: Some(Queue {
                sender,
                receiver,
                waiting: Arc::default(),
            }),
        }
    }

    /// A log whose lines are only said, as where there is no store.
    #[must_use]
    pub fn said() -> Self {
        Self {
            metrics: Metrics::new(Counter::default(), Family::default()),
            queue: None,
        }
    }

    /// Takes a line.
    pub(crate) fn take(&self, entry: Entry) {
        say(&entry);
        self.metrics.count(&entry);
        let Some(queue) = &self.queue else { return };
        // Counted first, or it could be written before.
        queue.waiting.fetch_add(1, Ordering::AcqRel);
        if queue.sender.try_send(entry).is_err() {
            queue.waiting.fetch_sub(1, Ordering::AcqRel);
            self.metrics.count_lost_lines(1);
        }
    }

    /// Writes lines to the store as they come. One task at a time does it.
    pub async fn write_to(&self, registry: &Registry) {
        let Some(queue) = &self.queue else { return };
        let mut receiver = queue.receiver.lock().await;
        let mut batch = Vec::new();
        while receiver.recv_many(&mut batch, BATCH).await > 0 {
            self.write(registry, &batch).await;
            queue.waiting.fetch_sub(batch.len(), Ordering::AcqRel);
            batch.clear();
        }
    }

    /// Waits until all lines are written, but not longer than that; whether they are.
    pub async fn settle(&self, patience: Duration) -> bool {
        let Some(queue) = &self.queue else {
            return true;
        };
        let written = async {
            while queue.waiting.load(Ordering::Acquire) > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(patience, written).await.is_ok()
    }

    async fn write(&self, registry: &Registry, batch: &[Entry]) {
        for attempt in 0..TRIES {
            if attempt > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            match registry.append_to_log(batch).await {
                Ok(()) => return,
                Err(error) => tracing::warn!(%error, "the log of calls is not written yet"),
            }
        }
        self.metrics.count_lost_lines(batch.len());
        tracing::error!(lines = batch.len(), "lines of the log of calls are lost");
    }
}

/// Says it where the server logs to, too, but for what a client chose.
fn say(entry: &Entry) {
    let Entry {
        deed,
        integration,
        integrated_account_id,
        mcp_server_id,
        status,
        error_kind,
        call,
        ..
    } = entry;
    let (what, tool) = match deed {
        Deed::ToolCall(tool) => ("tool call", tool),
        Deed::ProxyCall(tool) => ("proxy call", tool),
        Deed::Change { .. } => return,
    };
    let call = call.unwrap_or_default();
    tracing::info!(
        integration,
        tool,
        outcome = error_kind.as_deref().unwrap_or(status.name()),
        status = call.upstream_status,
        milliseconds = call.duration.as_millis(),
        account = integrated_account_id,
        mcp_server = mcp_server_id,
        "{what}"
    );
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn line() -> Entry {
        Entry {
            id: next_id().0,
            time: Timestamp::now(),
            deed: Deed::ToolCall("list_all_acme_users".to_owned()),
            integration: None,
            integrated_account_id: None,
            tenant_id: None,
            mcp_server_id: None,
            api_token_id: None,
            client: ClientInfo::default(),
            protocol_version: None,
            status: Status::Ok,
            error_kind: None,
            call: None,
        }
    }

    #[tokio::test]
    async fn what_nobody_writes_is_lost_and_counted() {
        let metrics = Metrics::new(Counter::default(), Family::default());
        let log = Log::kept(metrics.clone());
        for _ in 0..QUEUE + 3 {
            log.take(line());
        }
        let text = metrics.to_text().unwrap();
        assert!(
            text.contains("toolwright_lost_log_lines_total 3\n"),
            "{text}"
        );
        assert!(!log.settle(Duration::from_millis(20)).await);
        assert!(Log::said().settle(Duration::ZERO).await);
    }
}
