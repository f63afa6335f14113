//! `/integrated-account`

use http::StatusCode;
use secrecy::SecretString;
use serde_json::json;
use toolwright_runtime::oauth::OAuthApp;

use super::admission::Admin;
use super::input::Fields;
use super::path::Names;
use super::{Answer, Body, Parameters, Refusal, answer, done, listed, page};
use crate::accounts::{AccountChange, NewAccount, Offer, Secrets};

pub(super) async fn list(Admin(registry): Admin, Parameters(mut fields): Parameters) -> Answer {
    let page = page(&mut fields)?;
    let tenant_id = fields.text("tenant_id");
    fields.finish().map_err(Refusal::invalid)?;
    listed(
        registry.accounts(tenant_id.as_deref(), &page).await?,
        |account| account.to_json(),
    )
}

pub(super) async fn create(Admin(registry): Admin, Body(fields): Body) -> Answer {
    let account = registry.create_account(new(fields)?).await?;
    Ok(answer(StatusCode::CREATED, &account.to_json()))
}

pub(super) async fn get(Admin(registry): Admin, Names([id]): Names<1>) -> Answer {
    Ok(answer(
        StatusCode::OK,
        &registry.account(&id).await?.to_json(),
    ))
}

pub(super) async fn update(
    Admin(registry): Admin,
    Names([id]): Names<1>,
    Body(fields): Body,
) -> Answer {
    let account = registry.update_account(&id, change(fields)?).await?;
    Ok(answer(StatusCode::OK, &account.to_json()))
}

/// 204, or 200 with warnings where the vendor did not end the account's tokens.
pub(super) async fn delete(Admin(registry): Admin, Names([id]): Names<1>) -> Answer {
    match registry.delete_account(&id).await? {
        None => done(),
        Some(error) => {
            let warnings = json!({ "warnings": [error.to_string()] });
            Ok(answer(StatusCode::OK, &warnings))
        }
    }
}

fn new(mut fields: Fields) -> Result<NewAccount, Refusal> {
    let integration = fields.required("integration");
    let name = fields.text("name");
    let tenant_id = fields.text("tenant_id");
    let connection = fields.text_map("connection").unwrap_or_default();
    let credentials = credentials(&mut fields);
    if credentials.is_none() && !fields.has_problem("credentials") {
        fields.problem("credentials", "is missing.");
    }
    match (fields.finish(), credentials) {
        (Ok(()), Some(credentials)) => Ok(NewAccount {
            integration,
            name,
            tenant_id,
            connection,
            credentials,
        }),
        (finished, _) => Err(Refusal::invalid(finished.err().unwrap_or_default())),
    }
}

fn change(mut fields: Fields) -> Result<AccountChange, Refusal> {
    let change = AccountChange {
        name: fields.text("name"),
        tenant_id: fields.nullable("tenant_id", Fields::text),
        connection: fields.text_map("connection"),
        credentials: credentials(&mut fields),
    };
    fields.finish().map_err(Refusal::invalid)?;
    Ok(change)
}

/// `{"type": "bearer", "token": …}` and the like.
fn credentials(fields: &mut Fields) -> Option<Offer> {
    let read = |fields: &mut Fields| {
        let Some(read) = fields.choice("type", &TYPES) else {
            if !fields.has_problem("type") {
                fields.problem("type", "is missing.");
            }
            fields.ignore_rest();
            return None;
        };
        Some(read(fields))
    };
    fields.object("credentials", read).flatten()
}

/// How credentials of one type are read.
type Read = fn(&mut Fields) -> Offer;

/// The types of credentials.
const TYPES: [(&str, Read); 7] = [
    ("bearer", |fields| {
        let token = fields.secret("token");
        Secrets::Bearer { token }.into()
    }),
    ("basic", |fields| {
        let (username, password) = signed_in(fields);
        Secrets::Basic { username, password }.into()
    }),
    ("api_key", |fields| {
        let key = fields.secret("key");
        Secrets::ApiKey { key }.into()
    }),
    ("oauth2", |fields| {
        let secrets = Secrets::OAuth2 {
            access_token: fields.secret("access_token"),
            refresh_token: fields.optional_secret("refresh_token"),
            expires_at: fields.time("expires_at"),
            given_at: None,
        };
        secrets.into()
    }),
    ("login", |fields| {
        let (username, password) = signed_in(fields);
        Offer::Login { username, password }
    }),
    ("password", |fields| {
        let (username, password) = signed_in(fields);
        Offer::Password { username, password }
    }),
    ("client_credentials", |fields| {
        let client_id = fields.text("client_id");
        let client_secret = fields.optional_secret("client_secret");
        if client_id.is_some() != client_secret.is_some() {
            fields.problem("client_id", "and `client_secret` belong together.");
        }
        let app = client_id.zip(client_secret);
        let app = app.map(|(client_id, client_secret)| OAuthApp {
            client_id,
            client_secret,
        });
        Offer::ClientCredentials { app }
    }),
];

fn signed_in(fields: &mut Fields) -> (String, SecretString) {
    (fields.required("username"), fields.secret("password"))
}
