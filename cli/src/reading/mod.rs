//! Calls that only read, one after the other, on an account of the store or of the sandbox: what
//! `toolwright record` and `toolwright drift live` have in common.

mod given;
mod plan;

use std::time::Duration;

use clap::Args;
use serde_json::{Map, Value};
use tokio::time::sleep;
use toolwright_runtime::error::{Error, ErrorKind, RateLimit};
use toolwright_runtime::outcome::{Data, Outcome};
use toolwright_runtime::send::Answer;
use toolwright_runtime::table::{Catalogue, Integration, Operation, Place};
use toolwright_server::accounts::{Account, OpenAccount, Registry};
use toolwright_server::command::Calls;
use toolwright_server::sandbox::Sandbox;

use self::given::Given;
use self::plan::{Known, Planned, planned};
use super::drift::{body, rows};
use super::store::StoreArguments;
use super::{CommandError, all, complain, environment, sandbox};

/// How long to wait between calls as long as the vendor allows more.
const PAUSE: Duration = Duration::from_millis(100);

/// The longest wait for a vendor's limit to be lifted, in seconds.
const LONGEST_WAIT: u64 = 60;

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
    /// What names the account on a command line.
    pub(crate) fn account(&self) -> String {
        let sandbox = self.sandbox.then(|| "--sandbox".to_owned());
        let account = self
            .account
            .as_ref()
            .map(|account| format!("--account {account}"));
        let words: Vec<String> = sandbox.into_iter().chain(account).collect();
        words.join(" ")
    }

    /// Makes the calls, which are logged as made by `command`.
    pub(crate) async fn run(
        &self,
        catalogue: &'static Catalogue,
        command: &str,
        take: &mut Take<'_>,
    ) -> Result<(), CommandError> {
        if !self.sandbox {
            let registry = self.store.open(catalogue).await?;
            let account = self.account.clone().unwrap_or_default();
            return self.read(&registry, &[account], command, take).await;
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
            let mut reader = Reader {
                calls: &calls,
                open: &open,
                pages: self.pages,
                known: Known::default(),
                pause: Duration::ZERO,
            };
            done = reader.all(plan, take).await;
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

/// What reads one account.
struct Reader<'a> {
    calls: &'a Calls,
    open: &'a OpenAccount,
    pages: u32,
    known: Known,
    /// How long to wait before the next call.
    pause: Duration,
}

impl Reader<'_> {
    /// Makes the calls that can be made, and those that can be made with what they answered.
    async fn all(
        &mut self,
        mut plan: Vec<Planned>,
        take: &mut Take<'_>,
    ) -> Result<(), CommandError> {
        let mut answered = 0;
        loop {
            let mut waiting = Vec::new();
            let before = plan.len();
            for call in plan {
                match call.arguments(&self.known) {
                    Err(_) => waiting.push(call),
                    Ok(arguments) => {
                        answered += self.one(&call, arguments, take).await?;
                    }
                }
            }
            plan = waiting;
            if plan.len() == before {
                break;
            }
        }
        for call in plan {
            let why = call.arguments(&self.known).err().unwrap_or_default();
            complain(&format!(
                "{}: not called: {why}",
                call.operation.operation().name
            ));
        }
        match answered {
            0 => {
                let label = self.open.account.integration.label;
                Err(CommandError::Sentence(format!(
                    "{label} gave no answer to go by"
                )))
            }
            _ => Ok(()),
        }
    }

    /// Calls an operation, page by page; how many answers there were.
    async fn one(
        &mut self,
        call: &Planned,
        mut arguments: Map<String, Value>,
        take: &mut Take<'_>,
    ) -> Result<usize, CommandError> {
        let operation = call.operation.operation();
        let mut pages = Vec::new();
        let mut failed = None;
        for _ in 0..self.pages {
            let mut observe = |answer: &Answer, error: Option<&Error>| {
                // One that says no has no response that is declared.
                if error.is_none_or(|error| error.kind == ErrorKind::Malformed) {
                    pages.push(Page {
                        status: answer.status,
                        body: body(&answer.body),
                    });
                }
            };
            sleep(self.pause).await;
            let calls = self.calls;
            let outcome = calls
                .call(self.open, call.operation, &arguments, &mut observe)
                .await;
            let (cursor, error, limit) = read(outcome);
            (failed, self.pause) = (error, pause(&limit));
            let mut args = operation.args.iter();
            let arg = args.find(|arg| matches!(arg.place, Place::Cursor));
            match (arg, cursor, &failed) {
                (Some(arg), Some(cursor), None) => {
                    arguments.insert(arg.name.to_owned(), cursor.into());
                }
                _ => break,
            }
        }
        let integration = self.open.account.integration;
        let count = pages.len();
        let counted = if count == 1 {
            "1 answer".to_owned()
        } else {
            format!("{count} answers")
        };
        match &failed {
            None => complain(&format!("{}: {counted}", operation.name)),
            Some(error) => complain(&format!("{}: {counted}, {}", operation.name, told(error))),
        }
        for page in &pages {
            let rows = rows(integration, operation, page.body.as_ref()).unwrap_or_default();
            rows.iter()
                .for_each(|row| self.known.learn(&operation.response.shape, row));
        }
        if count > 0 {
            take(Answers {
                integration,
                operation,
                pages,
            })?;
        }
        match failed {
            Some(error) if ends_all(error.kind) => Err(CommandError::Sentence(format!(
                "{} is not asked any further: {}",
                integration.label,
                told(&error)
            ))),
            _ => Ok(count),
        }
    }
}

/// Where a list goes on, why it stopped, and how much may still be asked.
fn read(outcome: Result<Outcome, Error>) -> (Option<String>, Option<Error>, RateLimit) {
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => {
            let limit = error.rate_limit;
            return (None, Some(error), limit);
        }
    };
    match outcome.data {
        Data::Page {
            next_cursor,
            interrupted,
            ..
        } => (
            next_cursor,
            interrupted.map(|error| *error),
            outcome.rate_limit,
        ),
        Data::Record(_) | Data::Empty => (None, None, outcome.rate_limit),
    }
}

/// An error without anything that the vendor said in it.
fn told(error: &Error) -> String {
    match error.status {
        Some(status) => format!("{} (status {status})", error.kind.code()),
        None => error.kind.code().to_owned(),
    }
}

/// Whether all further calls would end in the same way.
fn ends_all(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::RateLimited | ErrorKind::Unauthorized | ErrorKind::Network | ErrorKind::Internal
    )
}

/// How long to wait before the next call.
fn pause(limit: &RateLimit) -> Duration {
    match (limit.remaining, limit.reset) {
        (Some(0), Some(seconds)) => Duration::from_secs(seconds.min(LONGEST_WAIT)),
        _ => PAUSE,
    }
}
