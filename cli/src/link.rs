//! `toolwright account link`: where somebody else connects an account, in a browser.

use clap::Args;
use serde_json::json;
use toolwright_runtime::table::Catalogue;
use toolwright_server::accounts::NewLink;
use toolwright_server::http::PublicUrl;

use super::account::{Common, fields};
use super::{CommandError, environment, show};

#[derive(Debug, Args)]
pub(crate) struct Link {
    /// The integration, such as `zoho_bigin`.
    integration: String,
    /// What to call the account; otherwise the vendor is asked whose it is.
    #[arg(long, conflicts_with = "account")]
    name: Option<String>,
    /// Which of your own customers it will belong to.
    #[arg(long, value_name = "ID", conflicts_with = "account")]
    tenant_id: Option<String>,
    /// A connection field that nobody is to be asked for, such as `data_center=cn`. Repeatable.
    #[arg(
        long = "connection",
        value_name = "NAME=VALUE",
        conflicts_with = "account"
    )]
    connection: Vec<String>,
    /// The account to connect again, in place of a new one.
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// What the address starts with: that of the server.
    #[arg(long, value_name = "URL", env = "TOOLWRIGHT_PUBLIC_URL")]
    #[arg(default_value = "http://127.0.0.1:8080")]
    public_url: PublicUrl,
    #[command(flatten)]
    common: Common,
}

impl Link {
    pub(crate) async fn run(self, catalogue: &'static Catalogue) -> Result<(), CommandError> {
        let registry = self.common.store.open(catalogue).await?;
        let integration = environment::integration(catalogue, &self.integration)?;
        let new = NewLink {
            integration: integration.slug.to_owned(),
            name: self.name,
            tenant_id: self.tenant_id,
            integrated_account_id: self.account,
            connection: fields(&self.connection)?,
            ..NewLink::default()
        };
        let (link, token) = registry.create_link(new).await?;
        let url = link.url(&self.public_url.to_string(), &token);
        let shown = json!({ "url": url, "expires_at": link.expires_at.to_string() });
        show::one(&shown, self.common.json)
    }
}
