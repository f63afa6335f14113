//! What is done again and again while a server runs.

use std::time::Duration;

use super::Registry;

/// How often what is over is removed. An MCP server that has expired is inert before that.
const INTERVAL: Duration = Duration::from_secs(30);

impl Registry {
    /// Removes MCP servers and links that have expired, and lines of the log that are older than `retention`.
    pub async fn keep_up(&self, retention: Duration) {
        let mut interval = tokio::time::interval(INTERVAL);
        loop {
            interval.tick().await;
            if let Err(error) = self.sweep().await {
                tracing::error!(%error, "what has expired was not removed");
            }
            if let Err(error) = self.sweep_links().await {
                tracing::error!(%error, "links that have ended were not removed");
            }
            if let Err(error) = self.trim_log(retention).await {
                tracing::error!(%error, "old lines of the log of calls were not removed");
            }
        }
    }
}
