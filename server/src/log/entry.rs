//! A line of the log: what was done, on whose account, by whom and how it went. Never with what:
//! arguments and answers are not kept.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::client_info::ClientInfo;
use crate::mcp::protocol::{Era, MODERN};

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id. Ids sort by the time at which what they are about began.
    pub id: String,
    /// When it began.
    pub time: Timestamp,
    /// What was done.
    pub deed: Deed,
    /// The integration's slug.
    pub integration: Option<String>,
    /// The account it was done on.
    pub integrated_account_id: Option<String>,
    /// Which customer the account belongs to.
    pub tenant_id: Option<String>,
    /// The MCP server it went through, or that was changed.
    pub mcp_server_id: Option<String>,
    /// The API token of whoever did it.
    pub api_token_id: Option<String>,
    /// The program of whoever did it.
    pub client: ClientInfo,
    /// The revision of MCP that it was asked in.
    pub protocol_version: Option<String>,
    /// How it went.
    pub status: Status,
    /// Why it failed: `rate_limited`.
    pub error_kind: Option<String>,
    /// What it took of the vendor; `None` for a change.
    pub call: Option<CallFigures>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// An agent called a tool.
    ToolCall(String),
    /// A program called the operation of this name, which may be no tool.
    ProxyCall(String),
    /// Something was changed.
    Change {
        /// What was done: `mcp_server.create`.
        action: String,
        /// The id of what was changed.
        subject_id: Option<String>,
    },
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// As asked.
    Ok,
    /// Some of what was asked for came, and then it failed.
    Partial,
    /// It failed.
    Error,
    /// Whoever asked went away. The vendor may have done it all the same.
    Abandoned,
}

/// What a call took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallFigures {
    /// How long all of it took.
    pub duration: Duration,
    /// How long of that the vendor was waited for.
    pub upstream_duration: Duration,
    /// How many requests went to the vendor.
    pub upstream_requests: u32,
    /// The HTTP status of the vendor's last answer.
    pub upstream_status: Option<u16>,
    /// How many bytes went back to the client.
    pub bytes: Option<u64>,
    /// How many rows or records were handed back.
    pub result_count: Option<u64>,
}

impl Deed {
    /// All kinds of them, by name.
    pub const KINDS: [(&'static str, &'static str); 3] = [
        ("tool_call", "tool_call"),
        ("proxy_call", "proxy_call"),
        ("change", "change"),
    ];

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ToolCall(_) => "tool_call",
            Self::ProxyCall(_) => "proxy_call",
            Self::Change { .. } => "change",
        }
    }
}

impl Status {
    /// All of them, by name.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("ok", Self::Ok),
        ("partial", Self::Partial),
        ("error", Self::Error),
        ("abandoned", Self::Abandoned),
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Partial => "partial",
            Self::Error => "error",
            Self::Abandoned => "abandoned",
        }
    }
}

impl Entry {
    /// What others see of it. Times are in RFC 3339, durations in milliseconds.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let (tool, action, subject_id) = match &self.deed {
            Deed::ToolCall(tool) | Deed::ProxyCall(tool) => (Some(tool), None, None),
            Deed::Change { action, subject_id } => (None, Some(action), subject_id.as_ref()),
        };
        let era = match self.deed {
            Deed::ToolCall(_) => Some(era(self.protocol_version.as_deref())),
            Deed::ProxyCall(_) | Deed::Change { .. } => None,
        };
        let call = self.call.as_ref();
        json!({
            "id": self.id,
            "time": self.time.to_string(),
            "kind": self.deed.kind(),
            "tool": tool,
            "action": action,
            "subject_id": subject_id,
            "integration": self.integration,
            "integrated_account_id": self.integrated_account_id,
            "tenant_id": self.tenant_id,
            "mcp_server_id": self.mcp_server_id,
            "api_token_id": self.api_token_id,
            "client_name": self.client.name,
            "client_version": self.client.version,
            "protocol_version": self.protocol_version,
            "protocol_era": era,
            "status": self.status.name(),
            "error_kind": self.error_kind,
            "duration_ms": call.map(|call| milliseconds(call.duration)),
            "upstream_duration_ms": call.map(|call| milliseconds(call.upstream_duration)),
            "upstream_requests": call.map(|call| call.upstream_requests),
            "upstream_status": call.and_then(|call| call.upstream_status),
            "bytes": call.and_then(|call| call.bytes),
            "result_count": call.and_then(|call| call.result_count),
        })
    }
}

/// The era of a call. Only legacy clients may leave the revision unsaid.
fn era(version: Option<&str>) -> &'static str {
    match version {
        Some(MODERN) => Era::Modern.name(),
        _ => Era::Legacy.name(),
    }
}

/// Durations are logged to the microsecond, as milliseconds with a fraction.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

/// The id of something that begins now, and the time that it is of.
#[must_use]
pub fn next_id() -> (String, Timestamp) {
    let id = Uuid::now_v7();
    let time = id.get_timestamp().and_then(|time| {
        let (seconds, nanoseconds) = time.to_unix();
        Timestamp::new(seconds.try_into().ok()?, nanoseconds.try_into().ok()?).ok()
    });
    (id.to_string(), time.unwrap_or_else(Timestamp::now))
}

/// The first id that something can have that begins at a time.
#[must_use]
pub fn first_id(time: Timestamp) -> String {
    let milliseconds = time.as_millisecond().max(0).unsigned_abs();
    let id = uuid::Builder::from_unix_timestamp_millis(milliseconds, &[0; 10]);
    id.into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_with_times() {
        let before = Timestamp::now() - jiff::SignedDuration::from_millis(1);
        let (id, time) = next_id();
        assert!(first_id(time) <= id && before < time);
        let after = Timestamp::now() + jiff::SignedDuration::from_millis(1);
        assert!(first_id(before) < id && id < first_id(after));
        assert!(first_id(Timestamp::MIN) < first_id(before));
    }

    #[test]
    fn a_call_is_told_with_its_figures() {
        let entry = Entry {
            id: "1".to_owned(),
            time: Timestamp::UNIX_EPOCH,
            deed: Deed::ToolCall("list_all_acme_users".to_owned()),
            integration: Some("acme".to_owned()),
            integrated_account_id: None,
            tenant_id: None,
            mcp_server_id: None,
            api_token_id: None,
            client: ClientInfo::default(),
            protocol_version: Some(MODERN.to_owned()),
            status: Status::Error,
            error_kind: Some("not_found".to_owned()),
            call: Some(CallFigures {
                duration: Duration::from_micros(12_345),
                upstream_status: Some(404),
                ..CallFigures::default()
            }),
        };
        let told = entry.to_json();
        assert_eq!(told["time"], "1970-01-01T00:00:00Z");
        assert_eq!(
            (&told["kind"], &told["tool"], &told["action"]),
            (
                &json!("tool_call"),
                &json!("list_all_acme_users"),
                &Value::Null
            )
        );
        assert_eq!(told["protocol_era"], "modern");
        assert_eq!(
            (&told["duration_ms"], &told["upstream_status"]),
            (&json!(12.345), &json!(404))
        );
        let by_a_program = Entry {
            deed: Deed::ProxyCall("acme_files_secret".to_owned()),
            protocol_version: None,
            ..entry.clone()
        };
        let told = by_a_program.to_json();
        assert_eq!(
            (&told["kind"], &told["tool"], &told["protocol_era"]),
            (
                &json!("proxy_call"),
                &json!("acme_files_secret"),
                &Value::Null
            )
        );
        let change = Entry {
            deed: Deed::Change {
                action: "api_token.create".to_owned(),
                subject_id: Some("2".to_owned()),
            },
            call: None,
            ..entry
        };
        assert_eq!(change.to_json()["duration_ms"], Value::Null);
        assert_eq!(change.to_json()["action"], "api_token.create");
        assert_eq!(change.to_json()["subject_id"], "2");
    }
}
