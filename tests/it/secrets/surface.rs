//! Everything that people and programs outside can see, kept while it is used.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::process::Child;

use super::search::Secret;
use crate::installation::Installation;
use crate::server::{PATIENCE, Server};

/// Where programs call what is a tool without arguments.
pub(super) fn proxied(tool: &str, account: &str) -> String {
    let integrations = toolwright::CATALOGUE.integrations.iter();
    let mut operations = integrations.flat_map(|integration| integration.operations);
    let operation = operations.find(|operation| operation.name == tool);
    let resource = operation.unwrap().resource;
    format!("GET /proxy/{resource}?integrated_account_id={account}")
}

/// The programs of an installation, what they were given and what they said.
pub(super) struct Surface {
    pub(super) installation: Installation,
    /// What nobody may find.
    pub(super) secrets: Vec<Secret>,
    /// Texts, by where they were seen.
    pub(super) seen: Vec<(String, Vec<u8>)>,
    upstream: String,
    /// What vendors were asked, without the header that has to hold the credential.
    asked: Arc<Mutex<Vec<u8>>>,
    http: reqwest::Client,
}

impl Surface {
    pub(super) async fn new(installation: Installation) -> Self {
        let asked = Arc::default();
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            installation,
            secrets: Vec::new(),
            seen: Vec::new(),
            upstream: vendor(Arc::clone(&asked)).await,
            asked,
            http: reqwest::Client::new(),
        }
    }

    /// A secret from now on; the text of it.
    pub(super) fn secret(&mut self, name: &str, text: &str) -> String {
        let bytes = text.as_bytes().to_vec();
        let name = name.to_owned();
        self.secrets.push(Secret { name, bytes });
        text.to_owned()
    }

    fn saw(&mut self, place: impl Into<String>, text: impl Into<Vec<u8>>) {
        self.seen.push((place.into(), text.into()));
    }

    /// Starts the server, which logs all it can.
    pub(super) async fn serve(&mut self, admin: Option<&str>) -> Server {
        let mut command = self.installation.serve(&self.upstream);
        command
            .env_remove("TOOLWRIGHT_ADMIN_TOKEN")
            .env("TOOLWRIGHT_LOG", "trace");
        command.envs(admin.map(|admin| ("TOOLWRIGHT_ADMIN_TOKEN", admin)));
        let server = Server::run(&mut command).await;
        self.saw("the server's arguments", arguments(&server.process));
        server
    }

    /// Ends the server; `shown` was shown once and may stand in what it printed.
    pub(super) async fn stop(&mut self, server: Server, shown: &str) {
        let printed = server
            .printed
            .replacen(shown, "", usize::from(!shown.is_empty()));
        let said = server.kill().await;
        assert!(said.contains("DEBUG"), "it logs all it can");
        self.saw("what the server printed", printed);
        self.saw("the server's log", said);
        let asked = self.asked.lock().unwrap().clone();
        self.saw("what vendors were asked", asked);
    }

    /// Asks the server; status and body.
    pub(super) async fn ask(
        &mut self,
        server: &Server,
        bearer: &str,
        start: &str,
        body: impl Into<String>,
    ) -> (u16, Value) {
        let (method, path) = start.split_once(' ').unwrap();
        let url = format!("{}{path}", server.origin);
        let request = self.http.request(method.parse().unwrap(), url);
        let request = request
            .header(CONTENT_TYPE, "application/json")
            .body(body.into());
        let request = match bearer {
            "" => request,
            bearer => request.bearer_auth(bearer),
        };
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let head = format!("{status} {:?}", response.headers());
        let text = response.text().await.unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        // The answer that shows a token is the one that may.
        let shown = match (method, status) {
            ("POST", 201) => self.shown(&answer),
            _ => String::new(),
        };
        let text = if shown.is_empty() {
            text
        } else {
            text.replace(&shown, "")
        };
        let place = start.split('?').next().unwrap();
        self.saw(format!("an answer to {place}"), head + "\n" + &text);
        (status, answer)
    }

    /// The token that an object shows, which is a secret from now on.
    fn shown(&mut self, object: &Value) -> String {
        let in_url = |url: &str| url.rsplit('/').next().map(str::to_owned);
        let token = object["token"].as_str().map(str::to_owned);
        match token.or_else(|| object["url"].as_str().and_then(in_url)) {
            Some(token) => self.secret("a token that was shown once", &token),
            None => String::new(),
        }
    }

    /// Runs a command with lines for what it asks; what it prints.
    pub(super) async fn run(&mut self, command: &[&str], lines: &str) -> String {
        let mut process = self.installation.command(command.iter().copied());
        let mut process = process
            .env("TOOLWRIGHT_LOG", "trace")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        self.saw(format!("the arguments of {command:?}"), arguments(&process));
        let mut input = process.stdin.take().unwrap();
        // It may have ended without asking.
        let _ = input.write_all(lines.as_bytes()).await;
        drop(input);
        let output = tokio::time::timeout(PATIENCE, process.wait_with_output()).await;
        let output = output.expect("it ends in time").unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        // As a table, the token stands after its name, or at the end of the URL.
        let mut shown = serde_json::from_str(&printed).unwrap_or_else(|_| table(&printed));
        if !command.contains(&"create") {
            shown = Value::Null;
        }
        let token = self.shown(&shown);
        let kept = if token.is_empty() {
            printed.clone()
        } else {
            printed.replacen(&token, "", 1)
        };
        self.saw(format!("what {command:?} printed"), kept);
        self.saw(format!("the log of {command:?}"), output.stderr);
        printed
    }

    /// All that is kept: each file of the data directory, and each row of each table.
    pub(super) async fn look_at_store(&mut self) {
        for entry in std::fs::read_dir(self.installation.directory()).unwrap() {
            let path = entry.unwrap().path();
            assert!(path.is_file(), "the data directory has no folders");
            let text = std::fs::read(&path).unwrap();
            self.saw(file_name(&path), text);
        }
        if self.installation.database_url().is_some() {
            let tables = "SELECT table_name FROM information_schema.tables
                WHERE table_schema = 'public'";
            for table in self.installation.query(tables).await.concat() {
                let rows = format!("SELECT * FROM {table}");
                for row in self.installation.query(&rows).await {
                    self.saw(format!("the table {table}"), row.join("\t"));
                }
            }
        }
    }
}

/// `{name: value}` of lines with a name and a value.
fn table(printed: &str) -> Value {
    let pairs = printed.lines().filter_map(|line| line.split_once(' '));
    pairs
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect()
}

/// The command line of a process, as everybody on the machine can read it.
fn arguments(process: &Child) -> Vec<u8> {
    let id = process.id().expect("it runs");
    std::fs::read(format!("/proc/{id}/cmdline")).unwrap()
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Stand-ins for all vendors. They know each credential but those that are called dead, and repeat those.
async fn vendor(asked: Arc<Mutex<Vec<u8>>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer).with_state(asked);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let hosts = ["zesty.accounts", "egnyte.api", "zoho_bigin.api"];
    hosts
        .map(|host| format!("{host}=http://{address}"))
        .join(" ")
}

async fn answer(
    State(asked): State<Arc<Mutex<Vec<u8>>>>,
    mut request: Request,
) -> (
    StatusCode,
    [(axum::http::HeaderName, &'static str); 1],
    String,
) {
    let credential = request.headers_mut().remove(AUTHORIZATION).unwrap();
    let credential = credential.to_str().unwrap();
    let line = format!("{} {:?}\n", request.uri(), request.headers());
    asked.lock().unwrap().extend(line.into_bytes());
    let json = [(CONTENT_TYPE, "application/json")];
    if credential.contains("dead") {
        let sentence = format!("the token {credential} is dead");
        let body = json!({ "error": sentence, "message": sentence, "code": "INVALID_TOKEN" });
        return (StatusCode::UNAUTHORIZED, json, body.to_string());
    }
    let rows = json!([{ "ZUID": "8-f48cf3a682-7fthvk", "id": "88412", "name": "A row" }]);
    let body = json!({
        "data": rows,
        "resources": rows,
        "totalResults": 1,
        "users": rows,
        "info": { "more_records": false },
    });
    (StatusCode::OK, json, body.to_string())
}
