//! Hosts: origins, what an account has to say to complete them, and the path before every path.

use super::naming::snake;
use super::texts;
use crate::import::definition::{ConnectionField, Host, Origin};
use crate::import::document::{Server, Variable};
use crate::notation;

/// Where an operation's requests go.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) host: String,
    /// What stands before the operation's own path.
    pub(super) prefix: String,
}

/// The hosts of a definition, made as they are asked for.
#[derive(Debug)]
pub(super) struct Hosts<'m, 'd> {
    slug: &'m str,
    /// What all servers of the document are, for a person to see.
    servers: &'m [Server<'d>],
    known: Vec<(Server<'d>, Placed)>,
    pub(super) hosts: Vec<Host>,
    pub(super) connection: Vec<ConnectionField>,
    pub(super) remarks: Vec<String>,
}

impl<'m, 'd> Hosts<'m, 'd> {
    /// The hosts that are `there` already are named, and not made again.
    pub(super) fn new(slug: &'m str, servers: &'m [Server<'d>], there: Vec<Host>) -> Self {
        Self {
            slug,
            servers,
            known: Vec::new(),
            hosts: there,
            connection: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// Where requests to the first of an operation's servers go; without any, to that of the document.
    pub(super) fn place(&mut self, own: &[Server<'d>]) -> Placed {
        let nowhere = Server {
            url: String::new(),
            variables: Vec::new(),
        };
        let servers = if own.is_empty() { self.servers } else { own };
        let server = servers.first().unwrap_or(&nowhere).clone();
        if let Some((_, placed)) = self.known.iter().find(|(known, _)| *known == server) {
            return placed.clone();
        }
        let mut comments: Vec<String> = servers
            .iter()
            .skip(1)
            .take(20)
            .map(|other| texts::comment(&format!("The document also has the server {}", other.url)))
            .collect();
        let (origin, prefix) = self.origin(&server, &mut comments);
        let placed = Placed {
            host: self.host(origin, comments),
            prefix,
        };
        self.known.push((server, placed.clone()));
        placed
    }

    /// The host with a fixed origin.
    pub(super) fn fixed(&mut self, origin: String) -> String {
        self.host(Origin::Url(origin), Vec::new())
    }

    fn host(&mut self, origin: Origin, comments: Vec<String>) -> String {
        if let Some(known) = self.hosts.iter().find(|host| host.origin == origin) {
            return known.name.clone();
        }
        let numbered = (2_u64..).map(|number| format!("api_{number}"));
        let mut names = std::iter::once("api".to_owned()).chain(numbered);
        let is_free = |name: &String| !self.hosts.iter().any(|host| host.name == *name);
        let name = names.find(is_free).unwrap_or_default();
        self.hosts.push(Host {
            name: name.clone(),
            origin,
            comments,
        });
        name
    }

    fn origin(&mut self, server: &Server<'d>, comments: &mut Vec<String>) -> (Origin, String) {
        let (scheme, rest) = server.url.split_once("://").unwrap_or(("", ""));
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let prefix = self.prefix(if scheme.is_empty() { &server.url } else { path }, server);
        let authority = authority
            .strip_suffix(":443")
            .unwrap_or(authority)
            .to_ascii_lowercase();
        if scheme == "http" {
            comments.push(texts::comment(&format!(
                "The document says {}: requests go over TLS only",
                server.url
            )));
        }
        let origin = self
            .templated(&authority, server)
            .or_else(|| self.table(&authority, server))
            .or_else(|| fixed(&authority, server, comments));
        let origin = origin.unwrap_or_else(|| {
            let remark = match server.url.as_str() {
                "" => "the document names no host".to_owned(),
                url => format!("the document names no host that can be reached, but `{url}`"),
            };
            comments.push(texts::comment(&format!("TODO: {remark}")));
            self.remarks.push(remark);
            Origin::Url(format!(
                "https://api.{}.invalid",
                self.slug.replace('_', "-")
            ))
        });
        (origin, prefix)
    }

    /// An origin whose variables fill whole labels, which accounts tell.
    fn templated(&mut self, authority: &str, server: &Server<'d>) -> Option<Origin> {
        let labels: Vec<&str> = authority.split('.').collect();
        let fixed = labels
            .iter()
            .rev()
            .take_while(|label| !label.contains('{'))
            .count();
        if fixed == labels.len() || fixed < 2 {
            return None;
        }
        let mut url = Vec::new();
        let mut fields = Vec::new();
        for label in labels {
            match label
                .strip_prefix('{')
                .and_then(|label| label.strip_suffix('}'))
            {
                Some(name) => {
                    let variable = variable(server, name)?;
                    if !variable.values.iter().all(|value| is_label(value)) {
                        return None;
                    }
                    let field = self.field(variable);
                    url.push(format!("{{{}}}", field.name));
                    fields.push(field);
                }
                None if is_label(label) => url.push(label.to_owned()),
                None => return None,
            }
        }
        self.declare(fields);
        Some(Origin::Url(format!("https://{}", url.join("."))))
    }

    /// An origin for each value of the one variable in it.
    fn table(&mut self, authority: &str, server: &Server<'d>) -> Option<Origin> {
        let (before, rest) = authority.split_once('{')?;
        let (name, after) = rest.split_once('}')?;
        let variable = variable(server, name)?;
        let urls = variable.values.iter().map(|value| {
            let host = format!("{before}{value}{after}");
            is_public(&host).then(|| ((*value).to_owned(), format!("https://{host}")))
        });
        let urls: Vec<(String, String)> = urls.collect::<Option<_>>()?;
        let field = self.field(variable);
        if urls.is_empty() || field.values.len() != urls.len() {
            return None;
        }
        let by = field.name.clone();
        self.declare(vec![field]);
        Some(Origin::Table { by, urls })
    }

    fn field(&self, variable: &Variable<'d>) -> ConnectionField {
        let mut values: Vec<String> = Vec::new();
        for value in &variable.values {
            if !value.is_empty() && !values.iter().any(|known| known == value) {
                values.push((*value).to_owned());
            }
        }
        let default = Some(variable.default.clone())
            .filter(|default| is_label(default) && (values.is_empty() || values.contains(default)));
        let said = texts::description(variable.description, self.slug);
        let description = said.unwrap_or_else(|| {
            format!(
                "What stands for `{}` in the address of the API.",
                variable.name
            )
        });
        let mut name = snake(variable.name, 40);
        if name.is_empty() {
            name.push_str("part");
        }
        let mut field = ConnectionField {
            name,
            description,
            values,
            default,
        };
        // Servers may mean different things by one name.
        while self
            .connection
            .iter()
            .any(|known| known.name == field.name && *known != field)
        {
            field.name.push_str("_2");
        }
        field
    }

    fn declare(&mut self, fields: Vec<ConnectionField>) {
        for field in fields {
            if !self.connection.contains(&field) {
                self.connection.push(field);
            }
        }
    }

    /// The path of a server's URL, with the defaults of its variables.
    fn prefix(&mut self, path: &str, server: &Server<'d>) -> String {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let segments = path
            .split('/')
            .filter(|segment| !segment.is_empty() && *segment != ".");
        let segments: Vec<String> = segments
            .map(|segment| server.with_defaults(segment))
            .collect();
        let prefix: String = segments
            .iter()
            .flat_map(|segment| segment.split('/'))
            .filter(|segment| !segment.is_empty())
            .fold(String::new(), |path, segment| format!("{path}/{segment}"));
        match notation::request_line(&format!("GET {prefix}/")) {
            Ok(line)
                if line
                    .path
                    .iter()
                    .all(|piece| matches!(piece, notation::Piece::Text(_))) =>
            {
                prefix
            }
            _ => {
                self.remarks.push(format!(
                    "the path of `{}` cannot stand before the paths of operations",
                    server.url
                ));
                String::new()
            }
        }
    }
}

/// A fixed origin, with the defaults of the variables.
fn fixed(authority: &str, server: &Server<'_>, comments: &mut Vec<String>) -> Option<Origin> {
    let host = server.with_defaults(authority).to_ascii_lowercase();
    let host = host
        .strip_prefix("https://")
        .unwrap_or(&host)
        .trim_end_matches('/')
        .to_owned();
    if host != authority {
        comments.push(texts::comment(&format!(
            "The document has variables here: {}",
            server.url
        )));
    }
    is_public(&host).then(|| Origin::Url(format!("https://{host}")))
}

fn variable<'s, 'd>(server: &'s Server<'d>, name: &str) -> Option<&'s Variable<'d>> {
    server
        .variables
        .iter()
        .find(|variable| variable.name.eq_ignore_ascii_case(name))
}

fn is_label(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Whether it is the name of a host that others can reach: two labels, and no address.
pub(super) fn is_public(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.')
        && host.split('.').all(is_label)
        && last.bytes().any(|b| b.is_ascii_alphabetic())
        && !matches!(last, "localhost" | "local" | "internal")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(
        url: &str,
        variables: &[(&'static str, &'static str, &[&'static str])],
    ) -> Server<'static> {
        let variables = variables.iter().map(|(name, default, values)| Variable {
            name,
            default: (*default).to_owned(),
            values: values.to_vec(),
            description: "",
        });
        Server {
            url: url.to_owned(),
            variables: variables.collect(),
        }
    }

    #[test]
    fn servers_become_hosts() {
        let region: &[(&str, &str, &[&str])] = &[("region", "eu", &["eu", "us"])];
        for (server, origin, prefix) in [
            (
                server("https://api.acme.example/v1/", &[]),
                "https://api.acme.example",
                "/v1",
            ),
            (
                server("http://API.acme.example:443", &[]),
                "https://api.acme.example",
                "",
            ),
            (
                server("https://{region}.acme.example/{region}", region),
                "https://{region}.acme.example",
                "/eu",
            ),
            (
                server("https://api-{region}.acme.example", region),
                "table region",
                "",
            ),
            (
                server("https://{host}/api", &[("host", "acme.example", &[])]),
                "https://acme.example",
                "/api",
            ),
            (server("/api/v2", &[]), "https://api.a-b.invalid", "/api/v2"),
            (
                server("http://localhost:8080/x", &[]),
                "https://api.a-b.invalid",
                "/x",
            ),
            (
                server("https://api.acme.local", &[]),
                "https://api.a-b.invalid",
                "",
            ),
            (
                server("https://10.0.0.1", &[]),
                "https://api.a-b.invalid",
                "",
            ),
            (server("", &[]), "https://api.a-b.invalid", ""),
        ] {
            let servers = [server];
            let mut hosts = Hosts::new("a_b", &servers, Vec::new());
            let placed = hosts.place(&[]);
            assert_eq!(
                (placed.host.as_str(), placed.prefix.as_str()),
                ("api", prefix),
                "{servers:?}"
            );
            let shown = match &hosts.hosts[0].origin {
                Origin::Url(url) => url.clone(),
                Origin::Table { by, .. } => format!("table {by}"),
            };
            assert_eq!(shown, origin);
            assert_eq!(hosts.place(&servers), placed);
        }
    }
}
