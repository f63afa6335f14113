//! Whose account a call is made for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;

use crate::error::{Error, ErrorKind};
use crate::nearest::nearest;
use crate::table::{ConnectionField, Integration};

/// A credential. It cannot be printed.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A token for the header that the integration's [`Auth`](crate::table::Auth) names.
    Token(SecretString),
    /// A user name and a password.
    Basic {
        /// The user name.
        username: String,
        /// The password.
        password: SecretString,
    },
    /// A key for the header that the integration's `ApiKey` names.
    ApiKey(SecretString),
}

/// A boxed future, as trait methods return.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where credentials come from. The same call path serves them all.
///
/// A call may be dropped at any moment, and these futures with it: an implementation whose work must
/// not stop half-way, such as the exchange of a refresh token, does it in a task of its own.
pub trait Credentials: Send + Sync {
    /// The credential to send now.
    fn current(&self) -> BoxFuture<'_, Result<Credential, Error>>;

    /// A new credential after the vendor called `dead` dead; `None` where there is no way to get one.
    fn renew<'a>(
        &'a self,
        dead: &'a Credential,
    ) -> BoxFuture<'a, Result<Option<Credential>, Error>>;
}

/// A credential that stays as it is.
#[derive(Clone, Debug)]
pub struct Fixed(pub Credential);

impl Credentials for Fixed {
    fn current(&self) -> BoxFuture<'_, Result<Credential, Error>> {
        Box::pin(async { Ok(self.0.clone()) })
    }

    fn renew<'a>(&'a self, _: &'a Credential) -> BoxFuture<'a, Result<Option<Credential>, Error>> {
        Box::pin(async { Ok(None) })
    }
}

/// An account: an integration, the facts of its connection, and where its credentials come from.
pub struct Account {
    /// The integration.
    pub integration: &'static Integration,
    /// What the cursor of one account is bound to, so that no other can use it.
    pub id: String,
    /// The credentials.
    pub credentials: Arc<dyn Credentials>,
    /// Connection fields by name; discovered ones are added when first needed.
    pub(crate) connection: Mutex<BTreeMap<String, String>>,
    /// Held while the vendor is asked for connection fields, so that it is asked once.
    pub(crate) discovering: tokio::sync::Mutex<()>,
}

impl Account {
    /// An account with the connection fields that are known.
    ///
    /// # Errors
    /// As [`check_connection`].
    pub fn new(
        integration: &'static Integration,
        id: impl Into<String>,
        connection: impl IntoIterator<Item = (String, String)>,
        credentials: Arc<dyn Credentials>,
    ) -> Result<Self, Error> {
        let connection = Mutex::new(check_connection(integration, connection)?);
        let discovering = tokio::sync::Mutex::default();
        Ok(Self {
            integration,
            id: id.into(),
            credentials,
            connection,
            discovering,
        })
    }

    /// The connection fields that are known by now.
    #[must_use]
    pub fn connection(&self) -> BTreeMap<String, String> {
        self.fields().clone()
    }

    /// Adds a connection field that the vendor told.
    pub(crate) fn learn(&self, field: &ConnectionField, value: String) -> Result<(), Error> {
        if let Some(problem) = problem(field, &value) {
            return Err(Error::new(
                ErrorKind::Malformed,
                format!("{} told a {problem}", self.integration.label),
            ));
        }
        self.fields().insert(field.name.to_owned(), value);
        Ok(())
    }

    fn fields(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        // Nothing panics while it holds the lock; and a map of strings is never half written.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Account")
            .field("integration", &self.integration.slug)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Checks connection fields and fills in defaults. A field that the vendor can be asked for may be
/// missing.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] with one sentence for each problem.
pub fn check_connection(
    integration: &Integration,
    given: impl IntoIterator<Item = (String, String)>,
) -> Result<BTreeMap<String, String>, Error> {
    let mut connection: BTreeMap<String, String> = given.into_iter().collect();
    let problems = connection_problems(integration, &connection);
    if !problems.is_empty() {
        let sentences: Vec<String> = problems.into_iter().map(|(_, sentence)| sentence).collect();
        return Err(Error::new(ErrorKind::InvalidArgument, sentences.join(" ")));
    }
    for field in integration.connection {
        if let (false, Some(default)) = (connection.contains_key(field.name), field.default) {
            connection.insert(field.name.to_owned(), default.to_owned());
        }
    }
    Ok(connection)
}

/// What is wrong with connection fields: the field, and a sentence.
#[must_use]
pub fn connection_problems(
    integration: &Integration,
    given: &BTreeMap<String, String>,
) -> Vec<(String, String)> {
    let fields = integration.connection;
    let is_known = |name: &&String| fields.iter().any(|field| field.name == *name);
    let unknown = given.keys().filter(|name| !is_known(name)).map(|name| {
        let near = nearest(name, fields.iter().map(|field| field.name));
        let end = near.map_or_else(
            || ".".to_owned(),
            |near| format!("; did you mean `{near}`?"),
        );
        let label = integration.label;
        (
            name.clone(),
            format!("{label} has no connection field `{name}`{end}"),
        )
    });
    let known = fields.iter().filter_map(|field| {
        let sentence = match given.get(field.name) {
            Some(value) => problem(field, value).map(|problem| format!("The {problem}")),
            None if field.default.is_some() || field.discover.is_some() => None,
            None => Some(format!(
                "The connection field `{}` is missing. {}",
                field.name, field.description
            )),
        };
        sentence.map(|sentence| (field.name.to_owned(), sentence))
    });
    unknown.chain(known).collect()
}

/// What is wrong with the value of a field, as the rest of a sentence.
fn problem(field: &ConnectionField, value: &str) -> Option<String> {
    let (name, description) = (field.name, field.description);
    if !field.one_of.is_empty() && !field.one_of.contains(&value) {
        let known = field.one_of.join(", ");
        return Some(format!(
            "connection field `{name}` must be one of {known}. {description}"
        ));
    }
    let pattern = field.pattern.filter(|pattern| !pattern.matches(value))?;
    let pattern = pattern.source();
    let example = field
        .example
        .map(|example| format!(", such as `{example}`"))
        .unwrap_or_default();
    Some(format!(
        "connection field `{name}` must match `{pattern}`{example}. {description}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::ACME;

    fn check(given: &[(&str, &str)]) -> Result<BTreeMap<String, String>, String> {
        let given = given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        check_connection(&ACME, given).map_err(|error| error.message.clone())
    }

    #[test]
    fn defaults_are_filled_in() {
        let connection = check(&[("domain", "jane")]).unwrap();
        let connection: Vec<_> = connection
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        assert_eq!(connection, [("data_center", "us"), ("domain", "jane")]);
    }

    #[test]
    fn every_problem_is_told() {
        assert_eq!(
            check(&[("domian", "jane"), ("data_center", "mars"), ("org", "x")]).unwrap_err(),
            "Acme has no connection field `domian`; did you mean `domain`? The connection field \
             `domain` is missing. The first label of your Acme address. The connection field \
             `data_center` must be one of eu, us. Where your data are. The connection field `org` \
             must match `^[0-9]+$`. The number of your organisation."
        );
        let error = check(&[("domain", "evil.example/")]).unwrap_err();
        assert!(error.starts_with("The connection field `domain` must match `^[a-z]+$`."));
    }

    #[test]
    fn a_discovered_field_is_checked_too() {
        let credentials = Arc::new(Fixed(Credential::Token("t".into())));
        let given = [("domain".to_owned(), "jane".to_owned())];
        let account = Account::new(&ACME, "a", given, credentials).unwrap();
        let org = &ACME.connection[2];
        let error = account.learn(org, "../x".to_owned()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed);
        account.learn(org, "12".to_owned()).unwrap();
        assert_eq!(
            account.connection().get("org").map(String::as_str),
            Some("12")
        );
        assert_eq!(
            format!("{account:?}"),
            "Account { integration: \"acme\", id: \"a\", .. }"
        );
    }
}
