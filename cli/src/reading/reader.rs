//! The calls on one account, one after the other.

use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::sleep;
use toolwright_runtime::error::{Error, ErrorKind, RateLimit};
use toolwright_runtime::outcome::{Data, Outcome};
use toolwright_runtime::send::Answer;
use toolwright_runtime::table::{Operation, Place};
use toolwright_server::accounts::OpenAccount;
use toolwright_server::command::Calls;

use super::plan::{Known, Planned};
use super::{Answers, Page, Take};
use crate::drift::{body, rows};
use crate::{CommandError, complain};

/// How long to wait between calls as long as the vendor allows more.
const PAUSE: Duration = Duration::from_millis(100);

/// The longest wait for a vendor's limit to be lifted, in seconds.
const LONGEST_WAIT: u64 = 60;

/// What reads one account.
pub(super) struct Reader<'a> {
    calls: &'a Calls,
    open: &'a OpenAccount,
    pages: u32,
    known: Known,
    /// How long to wait before the next call.
    pause: Duration,
}

impl<'a> Reader<'a> {
    pub(super) fn new(calls: &'a Calls, open: &'a OpenAccount, pages: u32) -> Self {
        Self {
            calls,
            open,
            pages,
            known: Known::default(),
            pause: Duration::ZERO,
        }
    }

    /// Makes the calls that can be made, and those that can be made with what they answered.
    pub(super) async fn read(
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
                        answered += self.call(&call, arguments, take).await?;
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
    async fn call(
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
            self.wait().await;
            let calls = self.calls;
            let outcome = calls
                .call(self.open, call.operation, &arguments, &mut observe)
                .await;
            let (cursor, error, limit) = parts(outcome);
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
        tell(operation, count, failed.as_ref());
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

    /// Waits as long as the vendor wants it.
    async fn wait(&self) {
        if self.pause > PAUSE {
            let (label, seconds) = (self.open.account.integration.label, self.pause.as_secs());
            complain(&format!(
                "{label} allows no more calls now: waiting {seconds} s"
            ));
        }
        sleep(self.pause).await;
    }
}

/// Says how a call went.
fn tell(operation: &Operation, answers: usize, error: Option<&Error>) {
    let plural = if answers == 1 { "" } else { "s" };
    let error = error.map(|error| format!(", {}", told(error)));
    let error = error.unwrap_or_default();
    complain(&format!(
        "{}: {answers} answer{plural}{error}",
        operation.name
    ));
}

/// Where a list goes on, why it stopped, and how much may still be asked.
fn parts(outcome: Result<Outcome, Error>) -> (Option<String>, Option<Error>, RateLimit) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_wait_until_the_vendor_allows_more() {
        let limit = |remaining, reset| RateLimit {
            limit: None,
            remaining,
            reset,
        };
        assert_eq!(pause(&limit(Some(0), Some(7))), Duration::from_secs(7));
        assert_eq!(pause(&limit(Some(0), Some(3600))), Duration::from_secs(60));
        for other in [
            limit(Some(1), Some(7)),
            limit(None, Some(7)),
            limit(Some(0), None),
        ] {
            assert_eq!(pause(&other), PAUSE);
        }
    }
}
