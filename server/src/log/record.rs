//! What the log will say about a call that is under way.

use std::time::Instant;

use jiff::Timestamp;
use toolwright_runtime::error::Error;
use toolwright_runtime::outcome::{Data, Outcome};
use toolwright_runtime::usage::Usage;

use super::{CallFigures, ClientInfo, Deed, Entry, Log, Status, next_id};

/// What a call is, on whose account it is made, and for whom.
#[derive(Debug)]
pub(crate) struct About<'a> {
    /// The call.
    pub(crate) deed: Deed,
    /// The integration's slug.
    pub(crate) integration: &'static str,
    /// The account's id.
    pub(crate) account: &'a str,
    /// Which customer the account belongs to.
    pub(crate) tenant_id: Option<&'a str>,
    /// The MCP server that it goes through.
    pub(crate) mcp_server_id: Option<&'a str>,
    /// The API token of whoever asks.
    pub(crate) api_token_id: Option<&'a str>,
    /// The program of whoever asks.
    pub(crate) client: &'a ClientInfo,
    /// The revision of MCP that it is asked in.
    pub(crate) protocol_version: Option<&'static str>,
}

/// What the log will say about a call. It is taken when this is dropped, so that a call whose client
/// goes away has a line, too: the vendor may do what it was asked to all the same.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    log: &'a Log,
    about: About<'a>,
    id: String,
    time: Timestamp,
    started: Instant,
    /// What it took of the vendor so far.
    pub(crate) usage: Usage,
    status: Status,
    error_kind: Option<&'static str>,
    /// How many bytes go back.
    pub(crate) bytes: Option<u64>,
    result_count: Option<u64>,
}

impl<'a> Record<'a> {
    /// A call that begins now, and is abandoned unless it is [judged](Self::judge).
    pub(crate) fn new(log: &'a Log, about: About<'a>) -> Self {
        let (id, time) = next_id();
        Self {
            log,
            about,
            id,
            time,
            started: Instant::now(),
            usage: Usage::default(),
            status: Status::Abandoned,
            error_kind: None,
            bytes: None,
            result_count: None,
        }
    }

    /// Notes down how it went.
    pub(crate) fn judge(&mut self, outcome: &Result<Outcome, Error>) {
        let (status, error, count) = verdict(outcome);
        self.status = status;
        self.error_kind = error.map(|error| error.kind.code());
        self.result_count = count;
    }
}

/// How a call went, why it failed or stopped half-way, and how many rows or records came of it.
fn verdict(outcome: &Result<Outcome, Error>) -> (Status, Option<&Error>, Option<u64>) {
    let data = match outcome {
        Ok(outcome) => &outcome.data,
        Err(error) => return (Status::Error, Some(error), None),
    };
    match data {
        Data::Page {
            result,
            interrupted,
            ..
        } => {
            let status = match interrupted {
                Some(_) => Status::Partial,
                None => Status::Ok,
            };
            (status, interrupted.as_deref(), Some(result.len() as u64))
        }
        Data::Record(_) => (Status::Ok, None, Some(1)),
        Data::Empty => (Status::Ok, None, Some(0)),
    }
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        let Self { about, usage, .. } = self;
        self.log.take(Entry {
            id: std::mem::take(&mut self.id),
            time: self.time,
            deed: about.deed.clone(),
            integration: Some(about.integration.to_owned()),
            integrated_account_id: Some(about.account.to_owned()),
            tenant_id: about.tenant_id.map(str::to_owned),
            mcp_server_id: about.mcp_server_id.map(str::to_owned),
            api_token_id: about.api_token_id.map(str::to_owned),
            client: about.client.clone(),
            protocol_version: about.protocol_version.map(str::to_owned),
            status: self.status,
            error_kind: self.error_kind.map(str::to_owned),
            call: Some(CallFigures {
                duration: self.started.elapsed(),
                upstream_duration: usage.waited,
                upstream_requests: usage.requests,
                upstream_status: usage.status,
                bytes: self.bytes,
                result_count: self.result_count,
            }),
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use toolwright_runtime::error::{ErrorKind, RateLimit};
    use toolwright_runtime::json::Json;

    use super::*;

    fn told(outcome: Result<Data, Error>) -> (Status, Option<ErrorKind>, Option<u64>) {
        let outcome = outcome.map(|data| Outcome {
            data,
            rate_limit: RateLimit::default(),
        });
        let (status, error, count) = verdict(&outcome);
        (status, error.map(|error| error.kind), count)
    }

    #[test]
    fn a_list_that_stopped_half_way_is_told_from_a_whole_one() {
        let page = |interrupted: Option<Error>| Data::Page {
            result: vec![Json::from(&json!({})); 2],
            next_cursor: None,
            cut: false,
            interrupted: interrupted.map(Box::new),
        };
        let limited = || Error::new(ErrorKind::RateLimited, "Wait.");
        let limits = Some(ErrorKind::RateLimited);
        assert_eq!(told(Ok(page(None))), (Status::Ok, None, Some(2)));
        assert_eq!(
            told(Ok(page(Some(limited())))),
            (Status::Partial, limits, Some(2))
        );
        assert_eq!(told(Err(limited())), (Status::Error, limits, None));
        assert_eq!(told(Ok(Data::Empty)), (Status::Ok, None, Some(0)));
    }
}
