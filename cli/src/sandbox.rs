//! The sandbox as a person sees it: an account at each simulated vendor, and where it is served.

use std::io::{self, Write};
use std::net::SocketAddr;

use serde_json::json;
use toolwright_runtime::account::Credential;
use toolwright_runtime::table::Integration;
use toolwright_server::accounts::{NewAccount, NewMcpServer, Offer, Registry, Secrets};
use toolwright_server::http::PublicUrl;
use toolwright_server::sandbox::Sandbox;

use super::CommandError;

/// Connects an account to each simulated vendor, with an MCP server whose token is the integration's
/// name: a URL that stays the same is worth more here than one that nobody guesses.
pub(crate) async fn connect(
    registry: &Registry,
    sandbox: &Sandbox,
) -> Result<Vec<&'static Integration>, CommandError> {
    let mut served = Vec::new();
    for account in sandbox.accounts() {
        let integration = account.integration;
        let new = NewAccount {
            integration: integration.slug.to_owned(),
            name: Some(format!("{} (simulated)", integration.label)),
            tenant_id: None,
            connection: account.connection,
            credentials: secrets(integration, account.credential).into(),
        };
        let account = registry.create_account(new).await?;
        let server = NewMcpServer {
            name: "All tools".to_owned(),
            ..NewMcpServer::default()
        };
        let token = integration.slug.to_owned().into();
        registry
            .create_known_mcp_server(&account.id, server, &token)
            .await?;
        served.push(integration);
    }
    Ok(served)
}

/// A credential in the form that the API takes.
fn secrets(integration: &Integration, credential: Credential) -> Secrets {
    let takes_bearer = Offer::kinds(integration).contains(&"bearer");
    match credential {
        Credential::Token(token) if takes_bearer => Secrets::Bearer { token },
        Credential::Token(access_token) => Secrets::OAuth2 {
            access_token,
            refresh_token: None,
            expires_at: None,
            given_at: None,
        },
        Credential::Basic { username, password } => Secrets::Basic { username, password },
        Credential::ApiKey(key) => Secrets::ApiKey { key },
    }
}

/// What a person reads when the server has started.
pub(crate) struct Announcement<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) public_url: Option<&'a PublicUrl>,
    /// Whether nobody asked for the simulated vendors.
    pub(crate) unasked: bool,
    pub(crate) served: &'a [&'static Integration],
}

pub(crate) fn announce(news: &Announcement<'_>) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    let local = format!("http://{}", news.address);
    let origin = news.public_url.map_or(local.clone(), PublicUrl::to_string);
    let url = |integration: &Integration| format!("{origin}/mcp/{}", integration.slug);
    if news.public_url.is_some() {
        writeln!(
            out,
            "Simulated vendors with made-up data, for whoever knows these URLs."
        )?;
        writeln!(
            out,
            "The tunnel or proxy has to hand requests on to {local} on this machine.\n"
        )?;
    } else if news.unasked {
        writeln!(
            out,
            "No account is configured, so these are simulated vendors with made-up data."
        )?;
        writeln!(
            out,
            "Nothing leaves this machine, and changes are gone when the server stops."
        )?;
        writeln!(out, "For your own accounts see `toolwright --help`.\n")?;
    } else {
        writeln!(
            out,
            "Simulated vendors with made-up data. Nothing leaves this machine.\n"
        )?;
    }
    let widest = |texts: Vec<String>| texts.iter().map(String::len).max().unwrap_or(0);
    let labels = widest(news.served.iter().map(|i| i.label.to_owned()).collect());
    let urls = widest(news.served.iter().map(|i| url(i)).collect());
    for integration in news.served {
        let tools = integration
            .operations
            .iter()
            .filter(|o| o.tool.is_some())
            .count();
        let (label, url) = (integration.label, url(integration));
        writeln!(out, "  {label:labels$}  {url:urls$}  {tools} tools")?;
    }
    let servers: serde_json::Map<String, serde_json::Value> = news
        .served
        .iter()
        .map(|i| (i.slug.to_owned(), json!({ "type": "http", "url": url(i) })))
        .collect();
    let config = json!({ "mcpServers": servers });
    writeln!(
        out,
        "\nFor an MCP client's configuration (`.mcp.json`, `mcp.json`):\n\n{config:#}\n"
    )?;
    Ok(out.flush()?)
}
