//! Calls that only read, one after the other, on an account of the store or of the sandbox: what
//! `toolwright record` and `toolwright drift live` have in common.

mod given;
mod plan;
mod reader;

use clap::Args;
use serde_json::Value;
use toolwright_runtime::table::{Catalogue, Integration, Operation};
use toolwright_server::accounts::{Account, Registry};
use toolwright_server::command::Calls;
use toolwright_server::sandbox::Sandbox;

use self::given::Given;
use self::plan::planned;
use self::reader::Reader;
use super::store::StoreArguments;
use super::{CommandError, all, complain, environment, sandbox};

/// Which calls are made, and on which account.
#[derive(Debug, Args)]
pub(crate) struct Reading {
    /// The account's id; with --sandbox an integration, such as `zesty`.
    #[arg(long, value_name = "ID", env = "TOOLWRIGHT_ACCOUNT")]
    #[arg(required_unless_present = "sandbox")]
    account: Option<String>,
    /// Call simulated vendors on this machine: that of --account, or all.
    #[arg(long, env = "TOOLWRIGHT_SANDBOX")]
    sandbox: bool,
    /// How many pages of each list are read at most.
    #[arg(
        long,
        value_name = "NUMBER",
        env = "TOOLWRIGHT_PAGES",
        default_value_t = 1
    )]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1000))]
    pages: u32,
    #[command(flatten)]
    operations: Given,
    #[command(flatten)]
    store: StoreArguments,
}

/// The answers to one operation, page by page.
#[derive(Debug)]
pub(crate) struct Answers {
    pub(crate) integration: &'static Integration,
    pub(crate) operation: &'static Operation,
    pub(crate) pages: Vec<Page>,
}

/// The answer to one request.
#[derive(Debug)]
pub(crate) struct Page {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body; null where there was none, `None` where it was no JSON.
    pub(crate) body: Option<Value>,
}

/// What handles answers as they come.
pub(crate) type Take<'a> = dyn FnMut(Answers) -> Result<(), CommandError> + 'a;

impl Reading {
    /// Makes the calls, which are logged as made by `command`.
    pub(crate) async fn run(
        &self,
        catalogue: &'static Catalogue,
        command: &str,
        take: &mut Take<'_>,
    ) -> Result<(), CommandError> {
        if self.sandbox {
            return self.read_simulated(catalogue, command, take).await;
        }
        let registry = self.store.open(catalogue).await?;
        let account = self.account.as_slice();
        self.read(&registry, account, command, take).await
    }

    async fn read_simulated(
        &self,
        catalogue: &'static Catalogue,
        command: &str,
        take: &mut Take<'_>,
    ) -> Result<(), CommandError> {
        if self.account.is_none() && !self.operations.0.is_empty() {
            let sentence = "say with --account which of the simulated vendors is meant";
            return Err(CommandError::Sentence(sentence.to_owned()));
        }
        let sandbox = Sandbox::start(catalogue).await?;
        let caller = self.store.upstream.caller(catalogue, Some(&sandbox))?;
        let registry = Registry::in_memory(catalogue, caller.into()).await?;
        sandbox::connect(&registry, &sandbox).await?;
        let only = self.account.as_deref();
        let only = only
            .map(|name| environment::integration(catalogue, name))
            .transpose()?;
        let is_meant = |account: &Account| only.is_none_or(|only| only.slug == account.integration);
        let accounts = all(async |page| registry.accounts(None, &page).await).await?;
        let accounts = accounts.into_iter().filter(is_meant);
        let ids: Vec<String> = accounts.map(|account| account.id).collect();
        let done = self.read(&registry, &ids, command, take).await;
        sandbox.shutdown().await;
        done
    }

    async fn read(
        &self,
        registry: &Registry,
        accounts: &[String],
        command: &str,
        take: &mut Take<'_>,
    ) -> Result<(), CommandError> {
        let mut plans = Vec::new();
        for id in accounts {
            let open = registry.open_account(id).await?;
            let plan = planned(open.account.integration, &self.operations.0)?;
            plans.push((open, plan));
        }
        let calls = Calls::new(registry.clone(), command);
        let mut done = Ok(());
        for (open, plan) in plans {
            let mut reader = Reader::new(&calls, &open, self.pages);
            done = reader.read(plan, take).await;
            if done.is_err() {
                break;
            }
        }
        if !calls.finish().await {
            complain("warning: the log of calls could not be written");
        }
        done
    }
}
