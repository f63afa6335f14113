//! A simulated vendor: from a request to its answer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use toolwright_runtime::json_path;
use toolwright_runtime::table::{Integration, Operation, PathPart, Step};

use super::access::Access;
use super::answer::{self, Answer, Failure, Refusal};
use super::call::{Call, Request};
use super::capture::Captured;
use super::collection::Collection;
use super::document::get;
use super::endpoint::{Endpoint, captures, closeness};
use super::fault::{Fault, Faults};
use super::journal::Journal;
use super::login::PasswordLogin;
use super::oauth::AuthorizationServer;
use super::operate::{Collections, perform};
use super::tenant::{self, Connection};
use super::{Problem, data};

/// A simulated vendor.
#[derive(Debug)]
pub(super) struct Vendor {
    pub(super) integration: &'static Integration,
    pub(super) access: Access,
    /// Who hands out tokens, where there is OAuth 2.0.
    pub(super) login: Option<AuthorizationServer>,
    /// Who exchanges a user name and a password for a token, where the definition says so.
    passwords: Option<PasswordLogin>,
    /// What it was told to do wrong.
    pub(super) faults: Faults,
    journal: Mutex<Journal>,
    /// The connection fields that a person gives.
    pub(super) given: Connection,
    /// All connection fields, discovered ones too.
    connection: Connection,
    headers: HeaderMap,
    failures: Failures,
    /// The operations that it answers, by name.
    endpoints: BTreeMap<&'static str, Endpoint>,
    collections: Mutex<Collections>,
}

#[derive(Debug)]
struct Failures {
    unauthorized: Failure,
    not_found: Failure,
    invalid: Failure,
    rate_limited: Failure,
    forbidden: Option<Failure>,
}

impl Vendor {
    /// # Errors
    /// Where the data is wrong.
    pub(super) fn new(integration: &'static Integration, text: &str) -> Result<Self, Problem> {
        let data: data::Data =
            serde_json::from_str(text).map_err(|error| Problem::new("its JSON", error))?;
        let given = given(integration, data.connection);
        let mut vendor = Self {
            integration,
            access: Access::new(integration).map_err(|text| Problem::new("auth", text))?,
            login: AuthorizationServer::new(integration, data.oauth)?,
            passwords: PasswordLogin::new(integration, data.login)?,
            faults: Faults::default(),
            journal: Mutex::default(),
            connection: given.clone(),
            given,
            headers: answer::headers(&data.headers)
                .map_err(|text| Problem::new("headers", text))?,
            failures: Failures::new(&data.failures)?,
            endpoints: endpoints(integration, data.operations, &data.collections)?,
            collections: Mutex::new(collections(data.collections)?),
        };
        vendor.discover()?;
        Ok(vendor)
    }

    /// Answers a request; with a fault that is an answer, by that.
    pub(super) fn answer(&self, request: &Request<'_>, fault: Option<&Fault>) -> Answer {
        if let Some(answer) = fault.and_then(|fault| self.said_instead(fault, request)) {
            return answer;
        }
        if let Some(answer) = self.sign_in(request) {
            return answer;
        }
        let answer = self.respond(request);
        self.with_headers(answer.unwrap_or_else(|refusal| self.refuse(&refusal)))
    }

    /// Whether a request is one to the OAuth endpoints, or a login.
    pub(super) fn is_sign_in(&self, request: &Request<'_>) -> bool {
        let login = self.login.as_ref();
        login.is_some_and(|login| login.endpoint(request).is_some())
            || self.asked_for_token(request).is_some()
    }

    /// Ends every access token that was handed out; `false` where none ever is.
    pub(super) fn expire_tokens(&self) -> bool {
        if let Some(login) = &self.login {
            login.expire_access_tokens();
        }
        if let Some(passwords) = &self.passwords {
            passwords.expire_tokens();
        }
        self.login.is_some() || self.passwords.is_some()
    }

    /// Moves whoever was handed tokens to another data center; `false` where there are none.
    pub(super) fn change_data_center(&self) -> bool {
        self.login
            .as_ref()
            .is_some_and(|login| login.change_data_center())
    }

    /// Ends every refresh token; `false` where none is ever handed out.
    pub(super) fn end_refresh_tokens(&self) -> bool {
        if let Some(login) = &self.login {
            login.end_refresh_tokens();
        }
        self.login.is_some()
    }

    /// The requests that it has answered.
    pub(super) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it can say that a token's scopes do not cover a call.
    pub(super) fn refuses_scopes(&self) -> bool {
        self.failures.forbidden.is_some()
    }

    /// The data center of the account.
    pub(super) fn center(&self) -> Option<&'static str> {
        let login = self.login.as_ref()?;
        let own = self.connection.get(login.center_field()?)?;
        let mut centers = login.centers().iter();
        let (center, _) = centers.find(|(center, _)| center == own)?;
        Some(center)
    }

    /// What a fault says instead of the answer; `None` where it spoils the answer.
    fn said_instead(&self, fault: &Fault, request: &Request<'_>) -> Option<Answer> {
        let failures = &self.failures;
        let failure = match fault {
            Fault::Throttle => {
                let login = self.login.as_ref().filter(|_| self.is_sign_in(request));
                if let Some(answer) = login.and_then(AuthorizationServer::throttled) {
                    return Some(answer);
                }
                &failures.rate_limited
            }
            Fault::DeadToken => &failures.unauthorized,
            Fault::RefuseScopes => failures.forbidden.as_ref()?,
            _ => return fault.answer(),
        };
        Some(self.with_headers(failure.answer("", "")))
    }

    /// The answer of the OAuth endpoints; `None` where none is asked.
    fn sign_in(&self, request: &Request<'_>) -> Option<Answer> {
        let login = self.login.as_ref()?;
        let endpoint = login.endpoint(request)?;
        let mut centers = login.centers().iter();
        let center = centers.find(|(_, origin)| tenant::is_at(origin, request.authority));
        let center = center.map(|(center, _)| *center);
        if center.is_none() {
            tenant::at(login.host()?, request.authority, &self.connection)?;
        }
        Some(login.answer(endpoint, center, request))
    }

    /// Who exchanges user name and password, where the request is for that.
    fn asked_for_token(&self, request: &Request<'_>) -> Option<&PasswordLogin> {
        let passwords = self.passwords.as_ref()?;
        let is_asked = passwords.is_asked(request, &self.connection);
        is_asked.then_some(passwords)
    }

    /// An answer with the headers that all have.
    fn with_headers(&self, mut answer: Answer) -> Answer {
        let own = std::mem::replace(&mut answer.headers, self.headers.clone());
        answer.headers.extend(own);
        answer
    }

    /// The connection fields of the account whose token this is.
    fn connection_of(&self, headers: &HeaderMap) -> Option<Cow<'_, Connection>> {
        if self.access.admits(headers) {
            return Some(Cow::Borrowed(&self.connection));
        }
        let token = self.access.token(headers)?;
        let mut passwords = self.passwords.iter();
        if passwords.any(|passwords| passwords.gave(token)) {
            return Some(Cow::Borrowed(&self.connection));
        }
        let login = self.login.as_ref()?;
        let center = login.holder(token)?;
        let mut connection = self.connection.clone();
        if let Some((field, center)) = login.center_field().zip(center) {
            connection.insert(field.to_owned(), center.to_owned());
        }
        Some(Cow::Owned(connection))
    }

    fn respond(&self, request: &Request<'_>) -> Result<Answer, Refusal> {
        if let Some(passwords) = self.asked_for_token(request) {
            return passwords.exchange(request);
        }
        let connection = self.connection_of(request.headers);
        let connection = connection.ok_or(Refusal::Unauthorized)?;
        let mut hosts = self.integration.hosts.iter().enumerate();
        let host = hosts.find(|(_, host)| host.name == request.host);
        let (number, host) = host.ok_or_else(|| not_found(request.path))?;
        // A token of one data centre or tenant is unknown to all others.
        let captured = tenant::at(host, request.authority, &connection);
        let captured = captured.ok_or(Refusal::Unauthorized)?;
        self.serve(request, number, captured, &connection)
    }

    fn serve(
        &self,
        request: &Request<'_>,
        host: usize,
        mut captured: Vec<Captured>,
        connection: &Connection,
    ) -> Result<Answer, Refusal> {
        let Request {
            method,
            path,
            query,
            ..
        } = request;
        let operations = self.integration.operations.iter();
        let fitting = operations.filter_map(|operation| {
            Some((operation, captures(operation, method, host, path, query)?))
        });
        let endpoint = |operation: &Operation| self.endpoints.get(operation.name);
        // Of two that describe a request alike, the one that is answered.
        let (operation, in_path) = fitting
            .max_by_key(|(operation, _)| (closeness(operation), endpoint(operation).is_some()))
            .ok_or_else(|| not_found(path))?;
        let endpoint = endpoint(operation).ok_or(Refusal::Unanswered(operation.name))?;
        captured.extend(in_path);
        let path = tenant::arguments(captured, connection)?;
        let call = Call::new(endpoint, request, path, connection)?;
        let mut collections = self
            .collections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        perform(&call, &mut collections)
    }

    fn refuse(&self, refusal: &Refusal) -> Answer {
        match refusal {
            Refusal::Unauthorized => self.failures.unauthorized.answer("", ""),
            Refusal::NotFound(key) => self.failures.not_found.answer(key, ""),
            Refusal::Invalid(message) => self.failures.invalid.answer("", message),
            Refusal::Unanswered(name) => self.unanswered(name),
        }
    }

    /// The answer of an operation that the definition gives no answer: not the vendor's, and said
    /// where its errors are read.
    fn unanswered(&self, name: &str) -> Answer {
        let label = self.integration.label;
        let message = Value::from(format!(
            "the simulated vendor of {label} has no answer for {name}: its method has no `sandbox:`"
        ));
        let is_made = |path: &&&[Step]| !path.iter().any(|step| matches!(step, Step::Index(1..)));
        let body = match self.integration.errors.message.iter().find(is_made) {
            Some(path) => json_path::wrap(message, path),
            None => message,
        };
        Answer::new(StatusCode::NOT_IMPLEMENTED, Some(body))
    }

    /// Fills the connection fields that the vendor itself tells, by asking itself.
    fn discover(&mut self) -> Result<(), Problem> {
        for field in self.integration.connection {
            let Some(discover) = &field.discover else {
                continue;
            };
            if self.connection.contains_key(field.name) {
                continue;
            }
            let part = |part: &PathPart| match part {
                PathPart::Connection(name) => self.connection.get(*name).map(String::as_str),
                PathPart::Literal(text) => Some(*text),
                PathPart::Argument(_) | PathPart::Segments(_) => None,
            };
            let path: String = discover.path.iter().filter_map(part).collect();
            let headers = HeaderMap::new();
            let request = Request::get(&path, &headers);
            let answer = self.serve(&request, discover.host, Vec::new(), &self.connection);
            let body = answer
                .ok()
                .and_then(|answer| answer.body)
                .unwrap_or_default();
            let value = get(&body, discover.at).and_then(json_path::scalar);
            let value = value.ok_or_else(|| {
                let at = json_path::display(discover.at);
                let problem =
                    format!("it is found at {at} of {path}, which has no such value here");
                Problem::new(format!("connection.{}", field.name), problem)
            })?;
            self.connection.insert(field.name.to_owned(), value);
        }
        Ok(())
    }
}

impl Failures {
    fn new(data: &data::Failures) -> Result<Self, Problem> {
        let failure = |name: &str, data: &data::Failure| {
            Failure::new(data).map_err(|text| Problem::new(format!("failures.{name}"), text))
        };
        let forbidden = data.forbidden.as_ref();
        Ok(Self {
            unauthorized: failure("unauthorized", &data.unauthorized)?,
            not_found: failure("not_found", &data.not_found)?,
            invalid: failure("invalid", &data.invalid)?,
            rate_limited: failure("rate_limited", &data.rate_limited)?,
            forbidden: forbidden
                .map(|data| failure("forbidden", data))
                .transpose()?,
        })
    }
}

/// The connection fields of the definition's data, and the defaults of the others.
fn given(integration: &Integration, mut connection: Connection) -> Connection {
    for field in integration.connection {
        if let Some(default) = field.default {
            connection
                .entry(field.name.to_owned())
                .or_insert_with(|| default.to_owned());
        }
    }
    connection
}

fn endpoints(
    integration: &'static Integration,
    mut methods: BTreeMap<String, data::Method>,
    collections: &BTreeMap<String, data::Collection>,
) -> Result<BTreeMap<&'static str, Endpoint>, Problem> {
    let mut endpoints = BTreeMap::new();
    for operation in integration.operations {
        if let Some(method) = methods.remove(operation.name) {
            let endpoint = Endpoint::new(integration, operation, method, collections)?;
            endpoints.insert(operation.name, endpoint);
        }
    }
    match methods.pop_first() {
        None => Ok(endpoints),
        Some((name, _)) => Err(Problem::new(
            format!("operations.{name}"),
            "there is no such operation",
        )),
    }
}

fn collections(data: BTreeMap<String, data::Collection>) -> Result<Collections, Problem> {
    let collection = |(name, rows): (String, _)| match Collection::new(rows) {
        Ok(rows) => Ok((name, rows)),
        Err(problem) => Err(Problem::new(format!("collections.{name}"), problem)),
    };
    data.into_iter().map(collection).collect()
}

fn not_found(key: &str) -> Refusal {
    Refusal::NotFound(key.to_owned())
}
