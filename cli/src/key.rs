//! `toolwright key`: the master key that seals credentials.

use clap::{Args, Subcommand};
use serde_json::json;

use super::account::Common;
use super::{CommandError, show};
use toolwright_runtime::table::Catalogue;

/// What `toolwright key` takes.
#[derive(Debug, Args)]
pub(crate) struct KeyArguments {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Seal everything with a new master key, also while servers run. With TOOLWRIGHT_MASTER_KEY,
    /// put the new key before the old one there, separated by a comma, restart the servers, and run
    /// this; then the old one can go.
    Rotate {
        #[command(flatten)]
        common: Common,
    },
}

impl KeyArguments {
    pub(crate) async fn run(self, catalogue: &'static Catalogue) -> Result<(), CommandError> {
        let KeyCommand::Rotate { common } = self.command;
        let registry = common.store.open(catalogue).await?;
        let rotation = registry.rotate_key().await?;
        let shown = json!({
            "key_id": rotation.key_id,
            "new": rotation.is_new,
            "accounts": rotation.accounts,
        });
        show::one(&shown, common.json)
    }
}
