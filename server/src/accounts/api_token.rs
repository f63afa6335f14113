//! Tokens of the HTTP API, which are the second factor of an MCP server too.

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::{Page, PageRequest, Registry, RegistryError, Subject, check_name, new_id, now, time};
use crate::store::{Row, StoreError};
use crate::token::{self, TokenKind};

/// The id of the token that the operator sets; there is one at most.
const OPERATOR: &str = "00000000-0000-7000-8000-000000000000";

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of the HTTP API, and what `call` is good for.
    Admin,
    /// Tool calls: the second factor of an MCP server.
    Call,
}

impl Scope {
    /// All of them, by name.
    pub const NAMES: [(&'static str, Self); 2] = [("admin", Self::Admin), ("call", Self::Call)];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Call => "call",
        }
    }
}

/// A token as it is asked for.
#[derive(Clone, Debug)]
pub struct NewApiToken {
    /// What a person calls it.
    pub name: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
}

/// A token without its secret.
#[derive(Clone, Debug)]
pub struct ApiToken {
    /// Its id.
    pub id: String,
    /// What a person calls it.
    pub name: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl ApiToken {
    /// What others see of it.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let scopes: Vec<&str> = self.scopes.iter().map(|scope| scope.name()).collect();
        json!({
            "id": self.id,
            "name": self.name,
            "scopes": scopes,
            "created_at": self.created_at.to_string(),
        })
    }

    /// Whether it is good for that.
    #[must_use]
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) || self.scopes.contains(&Scope::Admin)
    }

    fn read(row: &mut Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            name: row.text()?,
            scopes: scopes(&row.text()?),
            created_at: time(row.integer()?)?,
        })
    }
}

impl Registry {
    /// Makes a token. This is the only time that its secret is known.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] when the name is none.
    pub async fn create_api_token(
        &self,
        new: NewApiToken,
    ) -> Result<(ApiToken, SecretString), RegistryError> {
        let secret = token::new(TokenKind::Api)?;
        let token = self.add_api_token(new, &secret).await?;
        Ok((token, secret))
    }

    /// Takes the operator's own token, in place of the one that was taken before.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] when it is too short to be safe, or cannot stand in a header.
    pub async fn set_operator_token(&self, secret: &SecretString) -> Result<(), RegistryError> {
        const UPSERT: &str = "INSERT INTO api_token (id, token_hash, name, scopes, created_at)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE
            SET token_hash = excluded.token_hash, scopes = excluded.scopes
            WHERE api_token.token_hash <> excluded.token_hash";
        // The operator may go on with a token that was made before, such as that of the first start.
        const RELEASE: &str = "DELETE FROM api_token WHERE token_hash = $1 AND id <> $2";
        let secret = secret.expose_secret().trim();
        let is_visible = secret.bytes().all(|byte| byte.is_ascii_graphic());
        if secret.len() < 16 || !is_visible {
            let message = "The operator's token must be 16 or more visible ASCII characters.";
            return Err(super::Problem::new("token", message).into());
        }
        let hash = self.hash(secret);
        let values = vec![
            OPERATOR.into(),
            hash.as_slice().into(),
            "operator (environment)".into(),
            Scope::Admin.name().into(),
            now().into(),
        ];
        let release = vec![hash.as_slice().into(), OPERATOR.into()];
        self.store.change_one(RELEASE, release).await?;
        let note = self.note("api_token.set", Subject::ApiToken(OPERATOR));
        self.change(vec![(UPSERT, values), note]).await?;
        self.known.note(&hash, true);
        Ok(())
    }

    async fn add_api_token(
        &self,
        new: NewApiToken,
        secret: &SecretString,
    ) -> Result<ApiToken, RegistryError> {
        const INSERT: &str = "INSERT INTO api_token (id, token_hash, name, scopes, created_at)
            VALUES ($1, $2, $3, $4, $5)";
        if let Some(problem) = check_name("name", &new.name) {
            return Err(problem.into());
        }
        let (id, now) = (new_id(), now());
        let hash = self.hash(secret.expose_secret());
        let names: Vec<&str> = new.scopes.iter().map(|scope| scope.name()).collect();
        let values = vec![
            id.clone().into(),
            hash.as_slice().into(),
            new.name.clone().into(),
            names.join(" ").into(),
            now.into(),
        ];
        let note = self.note("api_token.create", Subject::ApiToken(&id));
        self.store.change(vec![(INSERT, values), note]).await?;
        self.known.note(&hash, true);
        Ok(ApiToken {
            id,
            name: new.name,
            scopes: new.scopes,
            created_at: time(now)?,
        })
    }

    /// Lists tokens in the order in which they were made.
    ///
    /// # Errors
    /// [`RegistryError::Store`].
    pub async fn api_tokens(&self, page: &PageRequest) -> Result<Page<ApiToken>, RegistryError> {
        const SELECT: &str = "SELECT id, name, scopes, created_at FROM api_token
            WHERE id > $1 ORDER BY id LIMIT $2";
        let values = vec![page.after.as_str().into(), page.rows().into()];
        let rows = self.store.query(SELECT, values).await?;
        let tokens = rows.into_iter().map(|mut row| ApiToken::read(&mut row));
        Ok(page.page(tokens.collect::<Result<_, _>>()?, |token| &token.id))
    }

    /// Makes a token worthless.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is none.
    pub async fn revoke_api_token(&self, id: &str) -> Result<(), RegistryError> {
        const DELETE: &str = "DELETE FROM api_token WHERE id = $1";
        let note = self.note("api_token.revoke", Subject::ApiToken(id));
        match self.change(vec![(DELETE, vec![id.into()]), note]).await? {
            true => Ok(()),
            false => Err(RegistryError::NotFound("API token")),
        }
    }

    /// The token whose secret has that hash, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn authenticate(&self, hash: &[u8]) -> Result<Option<ApiToken>, StoreError> {
        const SELECT: &str = "SELECT id, name, scopes, created_at FROM api_token
            WHERE token_hash = $1";
        let row = self.store.find(SELECT, vec![hash.into()]).await?;
        self.known.note(hash, row.is_some());
        row.map(|mut row| ApiToken::read(&mut row)).transpose()
    }

    /// Whether any token may do everything.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_admin(&self) -> Result<bool, StoreError> {
        const SELECT: &str = "SELECT id FROM api_token WHERE scopes LIKE '%admin%' LIMIT 1";
        Ok(self.store.find(SELECT, Vec::new()).await?.is_some())
    }
}

/// Scopes by their names; a name that this version does not know is good for nothing.
fn scopes(names: &str) -> Vec<Scope> {
    let named = |name| Scope::NAMES.iter().find(|(known, _)| *known == name);
    names
        .split(' ')
        .filter_map(named)
        .map(|(_, scope)| *scope)
        .collect()
}
