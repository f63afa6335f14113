//! What is counted, for Prometheus. Labels are names that are compiled in: no account, tenant, token
//! or client is told to whoever can read the metrics.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::accounts::Refresh;
use crate::log::{Deed, Entry};

/// The format of [`Metrics::to_text`] (OpenMetrics 1.0).
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of durations, in seconds: from a call that needs no vendor to one that is given up.
const BUCKETS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
];

/// What was counted since the process started. Clones share it.
#[derive(Clone)]
pub struct Metrics(Arc<Counted>);

struct Counted {
    registry: Registry,
    calls: Family<Call, Counter>,
    durations: Family<Of, Histogram>,
    upstream_durations: Family<Of, Histogram>,
    upstream_answers: Family<Answer, Counter>,
    lost_lines: Counter,
    refusals: Family<Refusal, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Call {
    /// `tool_call` or `proxy_call`.
    kind: &'static str,
    integration: String,
    tool: String,
    /// `ok`, `abandoned`, or the kind of the error.
    outcome: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    integration: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    integration: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refusal {
    limit: &'static str,
}

impl Metrics {
    /// Nothing counted yet, but for what is counted elsewhere: the failures of a store, and refreshes
    /// of access tokens.
    #[must_use]
    pub(crate) fn new(store_errors: Counter, refreshes: Family<Refresh, Counter>) -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let mut counted = Counted {
            registry: Registry::with_prefix("toolwright"),
            calls: Family::default(),
            durations: Family::new_with_constructor(histogram),
            upstream_durations: Family::new_with_constructor(histogram),
            upstream_answers: Family::default(),
            lost_lines: Counter::default(),
            refusals: Family::default(),
        };
        let registry = &mut counted.registry;
        registry.register(
            "calls",
            "Calls of tools and of the proxy API, by how they went",
            counted.calls.clone(),
        );
        registry.register(
            "call_duration_seconds",
            "How long calls took",
            counted.durations.clone(),
        );
        registry.register(
            "upstream_duration_seconds",
            "How long calls waited for the vendor",
            counted.upstream_durations.clone(),
        );
        registry.register(
            "upstream_answers",
            "The last answers of vendors to calls, by HTTP status",
            counted.upstream_answers.clone(),
        );
        registry.register(
            "token_refreshes",
            "Requests for a new access token, by how they went",
            refreshes,
        );
        registry.register("store_errors", "Failures of the store", store_errors);
        registry.register(
            "lost_log_lines",
            "Lines of the log of calls that could not be written",
            counted.lost_lines.clone(),
        );
        registry.register(
            "refusals",
            "Requests and connections that a limit refused, by the limit",
            counted.refusals.clone(),
        );
        Self(Arc::new(counted))
    }

    /// The text for Prometheus, of the type [`CONTENT_TYPE`].
    ///
    /// # Errors
    /// [`fmt::Error`], which writing into memory does not yield.
    pub fn to_text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        text::encode(&mut text, &self.0.registry)?;
        Ok(text)
    }

    /// Counts what a line of the log is about.
    pub(crate) fn count(&self, entry: &Entry) {
        let (Deed::ToolCall(tool) | Deed::ProxyCall(tool), Some(figures)) =
            (&entry.deed, &entry.call)
        else {
            return;
        };
        let integration = entry.integration.clone().unwrap_or_default();
        let outcome = entry.error_kind.as_deref().unwrap_or(entry.status.name());
        let call = Call {
            kind: entry.deed.kind(),
            integration: integration.clone(),
            tool: tool.clone(),
            outcome: outcome.to_owned(),
        };
        let of = Of {
            integration: integration.clone(),
        };
        self.0.calls.get_or_create(&call).inc();
        let observe = |histogram: &Family<Of, Histogram>, duration: Duration| {
            histogram.get_or_create(&of).observe(duration.as_secs_f64());
        };
        observe(&self.0.durations, figures.duration);
        if figures.upstream_requests > 0 {
            observe(&self.0.upstream_durations, figures.upstream_duration);
        }
        if let Some(status) = figures.upstream_status {
            let answer = Answer {
                integration,
                status,
            };
            self.0.upstream_answers.get_or_create(&answer).inc();
        }
    }

    /// Counts what the limit of a name refused.
    pub(crate) fn count_refusal(&self, limit: &'static str) {
        self.0.refusals.get_or_create(&Refusal { limit }).inc();
    }

    /// Counts lines of the log that will not be written.
    pub(crate) fn count_lost_lines(&self, lines: usize) {
        self.0.lost_lines.inc_by(lines as u64);
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Metrics")
    }
}
