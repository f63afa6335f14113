//! Whether calls can be served.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::accounts::Registry;

/// How long an answer holds. Anybody may ask, and the store shall not be asked as often.
const MEMORY: Duration = Duration::from_millis(500);

/// Whether calls could be served when that was asked last, and until when this holds.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(bool, Instant)>>);

impl Readiness {
    /// Whether the store answers. All who ask at once get one answer.
    pub(super) async fn ask(&self, registry: &Registry) -> bool {
        let mut last = self.0.lock().await;
        if let Some((is_ready, until)) = *last
            && Instant::now() < until
        {
            return is_ready;
        }
        let checked = registry.check().await;
        if let Err(error) = &checked {
            tracing::error!(%error, "the store failed");
        }
        *last = Some((checked.is_ok(), Instant::now() + MEMORY));
        checked.is_ok()
    }
}
