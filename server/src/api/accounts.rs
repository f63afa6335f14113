//! `/integrated-account`

use http::StatusCode;
use serde_json::json;

use super::admission::Admin;
use super::input::Fields;
use super::path::Names;
use super::{Answer, Body, Parameters, Refusal, answer, done, listed, page};
use crate::accounts::{AccountChange, NewAccount, Secrets};

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
fn credentials(fields: &mut Fields) -> Option<Secrets> {
    const TYPES: [(&str, u8); 4] = [("bearer", 0), ("basic", 1), ("api_key", 2), ("oauth2", 3)];
    let read = |fields: &mut Fields| {
        let Some(kind) = fields.choice("type", &TYPES) else {
            if !fields.has_problem("type") {
                fields.problem("type", "is missing.");
            }
            fields.ignore_rest();
            return None;
        };
        Some(match kind {
            0 => Secrets::Bearer {
                token: fields.secret("token"),
            },
            1 => Secrets::Basic {
                username: fields.required("username"),
                password: fields.secret("password"),
            },
            2 => Secrets::ApiKey {
                key: fields.secret("key"),
            },
            _ => Secrets::OAuth2 {
                access_token: fields.secret("access_token"),
                refresh_token: fields.optional_secret("refresh_token"),
                expires_at: fields.time("expires_at"),
            },
        })
    };
    fields.object("credentials", read).flatten()
}
