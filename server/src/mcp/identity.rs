//! What a server says of itself, put together once.

use bytes::Bytes;
use serde_json::{Value, json};
use toolwright_runtime::table::Integration;

use super::protocol::{self, Era};

/// How long a client may keep a list, in milliseconds. Tools change with a new build only.
const TIME_TO_LIVE: u32 = 300_000;

/// A server's name and instructions, and the bytes that follow from them.
#[derive(Debug)]
pub struct Identity {
    /// Members that open every modern result.
    complete: String,
    /// Members that open a modern result which may be kept.
    cacheable: String,
    /// The rest of an `initialize` result.
    initialize: Bytes,
    /// The rest of a `server/discover` result.
    discover: Bytes,
}

impl Identity {
    /// A server called `name`, and `title` for people. Some clients read no more than the first 512
    /// characters of `instructions`.
    #[must_use]
    pub fn new(name: &str, title: &str, version: &str, instructions: &str) -> Self {
        let server = json!({ "name": name, "title": title, "version": version });
        let complete = format!(
            r#""resultType":"complete","_meta":{{"io.modelcontextprotocol/serverInfo":{server}}},"#
        );
        // What a server lists may depend on who asks, so nobody may keep it for somebody else.
        let cacheable = format!(r#"{complete}"ttlMs":{TIME_TO_LIVE},"cacheScope":"private","#);
        // There are no prompts and no resources. The capabilities are declared all the same, so
        // that a client that asks gets an empty list, not a 404 that looks like a wrong address.
        let shared = json!({
            "capabilities": { "tools": {}, "prompts": {}, "resources": {} },
            "instructions": instructions,
        });
        Self {
            complete,
            cacheable,
            initialize: rest(&shared, "serverInfo", server),
            discover: rest(
                &shared,
                "supportedVersions",
                protocol::supported().collect(),
            ),
        }
    }

    /// The server of one integration.
    #[must_use]
    pub fn of(integration: &Integration) -> Self {
        let Integration {
            slug,
            label,
            summary,
            ..
        } = integration;
        let instructions = format!(
            "{label}: {summary}\n\
             A list answers {{\"result\": […]}} and, while there is more, \"next_cursor\", which \
             goes on from there when it is passed back exactly as received.\n\
             A failed call says what to do next. \"ratelimit\" says how many calls are left, and \
             in how many seconds the count starts anew."
        );
        let name = format!("toolwright-{slug}");
        Self::new(&name, label, env!("CARGO_PKG_VERSION"), &instructions)
    }

    /// The members that open a result, each with a comma behind it.
    #[must_use]
    pub fn complete(&self, era: Era) -> &str {
        match era {
            Era::Legacy => "",
            Era::Modern => &self.complete,
        }
    }

    /// The members that open a result which may be kept, each with a comma behind it.
    #[must_use]
    pub fn cacheable(&self, era: Era) -> &str {
        match era {
            Era::Legacy => "",
            Era::Modern => &self.cacheable,
        }
    }

    /// What follows `"protocolVersion":…,` in the answer to `initialize`.
    #[must_use]
    pub fn initialize(&self) -> Bytes {
        self.initialize.clone()
    }

    /// What follows the opening members in the answer to `server/discover`.
    #[must_use]
    pub fn discover(&self) -> Bytes {
        self.discover.clone()
    }
}

/// The members of `shared` and one more, and what closes the result and the response.
fn rest(shared: &Value, name: &str, value: Value) -> Bytes {
    let mut members = shared.as_object().cloned().unwrap_or_default();
    members.insert(name.to_owned(), value);
    let text = format!("{}}}", Value::Object(members));
    Bytes::from(text).slice(1..)
}
