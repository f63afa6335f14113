//! `toolwright stdio`: MCP over stdin and stdout.

use std::sync::Arc;

use clap::Args;
use toolwright_runtime::table::Catalogue;
use toolwright_server::mcp::endpoint::Endpoint;
use toolwright_server::mcp::stdio;
use toolwright_server::mcp::toolset::{Filter, Toolset};
use toolwright_server::sandbox::Sandbox;

use super::serve::Upstream;
use super::{CommandError, environment};

/// What `toolwright stdio` takes.
#[derive(Debug, Args)]
pub(crate) struct Stdio {
    /// The integration, such as `zesty`.
    integration: String,
    /// Only tools of these methods: `read`, `write`, `custom`, or a method's own name.
    #[arg(long, value_delimiter = ',', env = "TOOLWRIGHT_METHODS")]
    methods: Vec<String>,
    /// Only tools with one of these tags.
    #[arg(long, value_delimiter = ',', env = "TOOLWRIGHT_TAGS")]
    tags: Vec<String>,
    /// Serve the account of a simulated vendor on this machine.
    #[arg(long, env = "TOOLWRIGHT_SANDBOX")]
    sandbox: bool,
    #[command(flatten)]
    upstream: Upstream,
}

impl Stdio {
    pub(crate) async fn run(self, catalogue: &'static Catalogue) -> Result<(), CommandError> {
        let integration = environment::integration(catalogue, &self.integration)?;
        let sandbox = match self.sandbox {
            true => Some(Sandbox::start(catalogue).await?),
            false => None,
        };
        let account = match &sandbox {
            Some(sandbox) => environment::sandbox_account(sandbox, integration)?,
            None => environment::account(integration)?,
        };
        let account = account.ok_or_else(|| {
            let sets = environment::credential_variables(integration);
            let sets: Vec<String> = sets.iter().map(|set| set.join(" with ")).collect();
            CommandError::Sentence(format!(
                "there is no credential for {}: set {}, or try --sandbox",
                integration.label,
                sets.join(" or ")
            ))
        })?;
        let caller = Arc::new(self.upstream.caller(catalogue, sandbox.as_ref())?);
        let filter = Filter {
            methods: self.methods,
            tags: self.tags,
        };
        let toolset = Toolset::new(account.integration, &filter)?;
        let endpoint = Arc::new(Endpoint::unstored(account, toolset));
        stdio::serve(endpoint, caller, tokio::io::stdin(), tokio::io::stdout()).await?;
        if let Some(sandbox) = sandbox {
            sandbox.shutdown().await;
        }
        Ok(())
    }
}
