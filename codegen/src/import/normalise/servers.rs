//! Where requests go.

use serde_json::Value;

use super::{Context, Version, text};
use crate::import::document::{Server, Variable};

impl<'d> Context<'d> {
    /// The servers of a document.
    pub(super) fn servers(self, root: &'d Value) -> Vec<Server<'d>> {
        match self.version {
            Version::Two => server_of_two(root).into_iter().collect(),
            Version::Three => root
                .get("servers")
                .map(|servers| self.server_list(servers))
                .unwrap_or_default(),
        }
    }

    pub(super) fn server_list(self, servers: &'d Value) -> Vec<Server<'d>> {
        let servers = servers.as_array().into_iter().flatten();
        servers
            .filter(|server| server.get("url").is_some_and(Value::is_string))
            .map(server)
            .collect()
    }
}

fn server(value: &Value) -> Server<'_> {
    let variables = value.get("variables").and_then(Value::as_object);
    let variables = variables.into_iter().flatten().map(|(name, variable)| {
        let values = variable
            .get("enum")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        Variable {
            name,
            default: match variable.get("default") {
                Some(Value::String(text)) => text.clone(),
                Some(other) if !other.is_null() => other.to_string(),
                _ => String::new(),
            },
            values: values.filter_map(Value::as_str).collect(),
            description: text(variable, "description"),
        }
    });
    Server {
        url: text(value, "url").to_owned(),
        variables: variables.collect(),
    }
}

fn server_of_two(root: &Value) -> Option<Server<'_>> {
    let host = text(root, "host");
    let schemes = root.get("schemes").and_then(Value::as_array);
    let is_only_plain =
        schemes.is_some_and(|all| !all.is_empty() && !all.iter().any(|scheme| scheme == "https"));
    let scheme = if is_only_plain { "http" } else { "https" };
    let url = format!("{scheme}://{host}{}", text(root, "basePath"));
    (!host.is_empty()).then_some(Server {
        url,
        variables: Vec::new(),
    })
}
