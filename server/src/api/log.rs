//! `/log`

use super::admission::Admin;
use super::{Answer, Parameters, Refusal, listed, page};
use crate::accounts::LogFilter;
use crate::log::{Deed, Status};

pub(super) async fn list(Admin(registry): Admin, Parameters(mut fields): Parameters) -> Answer {
    let page = page(&mut fields)?;
    let filter = LogFilter {
        kind: fields.choice("kind", &Deed::KINDS).map(str::to_owned),
        tool: fields.text("tool"),
        action: fields.text("action"),
        integration: fields.text("integration"),
        integrated_account_id: fields.text("integrated_account_id"),
        tenant_id: fields.text("tenant_id"),
        mcp_server_id: fields.text("mcp_server_id"),
        api_token_id: fields.text("api_token_id"),
        client_name: fields.text("client_name"),
        status: fields.choice("status", &Status::NAMES),
        error_kind: fields.text("error_kind"),
        since: fields.time("since"),
        until: fields.time("until"),
    };
    fields.finish().map_err(Refusal::invalid)?;
    listed(registry.log(&filter, &page).await?, |entry| entry.to_json())
}
