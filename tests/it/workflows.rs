//! What agents are asked to do with these products, done with the tools alone.

use serde_json::{Value, json};

use crate::server::Server;

fn text<'v>(value: &'v Value, place: &str) -> &'v str {
    value
        .pointer(place)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("{place} in {value}"))
}

fn find<'v>(rows: &'v [Value], place: &str, wanted: &str) -> &'v Value {
    let row = rows
        .iter()
        .find(|row| row.pointer(place).is_some_and(|value| value == wanted));
    row.unwrap_or_else(|| panic!("no row has {wanted} at {place}"))
}

#[tokio::test]
async fn zesty_exposure_of_a_departing_employee() {
    let server = Server::start().await;
    let instances = server.rows("list_all_zesty_instances", json!({})).await;
    let mut person = None;
    for instance in &instances {
        let arguments = json!({ "instance_zuid": instance["ZUID"] });
        let users = server
            .rows("list_all_zesty_instance_users", arguments)
            .await;
        person = users
            .into_iter()
            .find(|user| user["email"] == "sarah.connor@example.com");
        if person.is_some() {
            break;
        }
    }
    let person = person.expect("Sarah Connor is on an instance");
    let arguments = json!({ "user_zuid": person["ZUID"] });
    let exposed = server
        .rows("list_all_zesty_user_instances", arguments)
        .await;
    assert!(exposed.len() > 1, "several instances are exposed");
    for instance in &exposed {
        assert!(instance["domain"].is_string() || instance["domain"].is_null());
        let arguments = json!({ "instance_zuid": instance["ZUID"] });
        let users = server
            .rows("list_all_zesty_instance_users", arguments)
            .await;
        find(&users, "/email", "sarah.connor@example.com");
    }
}

#[tokio::test]
async fn zesty_privilege_review_of_one_instance() {
    let server = Server::start().await;
    let instances = server.rows("list_all_zesty_instances", json!({})).await;
    let shop = find(&instances, "/name", "Global Storefront");
    let one = server
        .call(
            "get_single_zesty_instance_by_id",
            json!({ "id": shop["ZUID"] }),
        )
        .await;
    assert_eq!(one["name"], "Global Storefront");
    let arguments = json!({ "instance_zuid": shop["ZUID"] });
    let users = server
        .rows("list_all_zesty_instance_users_with_roles", arguments)
        .await;
    let role = |user: &Value| text(user, "/role/name").to_owned();
    let privileged = users
        .iter()
        .filter(|user| matches!(role(user).as_str(), "Admin" | "Developer"))
        .count();
    assert!(
        privileged > 0 && privileged < users.len(),
        "some are privileged and some are not"
    );
}

#[tokio::test]
async fn zesty_identifiers_of_another_kind_are_told_apart_before_any_call() {
    let server = Server::start().await;
    let arguments = json!({ "id": "5-bae188a3d8-bnwbk1" });
    let refusal = server
        .refusal("get_single_zesty_instance_by_id", arguments)
        .await;
    assert!(refusal.contains("user ZUID"), "{refusal}");
    assert!(refusal.contains("list_all_zesty_instances"), "{refusal}");
}

#[tokio::test]
async fn egnyte_offboarding() {
    let server = Server::start().await;
    let filter = json!({ "filter": "email eq \"jsmith@company.com\"" });
    let found = server.rows("list_all_egnyte_users", filter).await;
    let [user] = found.as_slice() else {
        panic!("one user has the address, not {}", found.len())
    };
    let id = &user["id"];
    let before = server
        .call("get_single_egnyte_user_by_id", json!({ "id": id }))
        .await;
    assert_eq!(before["active"], true);
    assert!(!before["groups"].as_array().expect("groups").is_empty());
    let arguments = json!({ "id": id, "active": false });
    let changed = server.call("update_an_egnyte_user_by_id", arguments).await;
    assert_eq!(changed["active"], false);
    let after = server
        .call("get_single_egnyte_user_by_id", json!({ "id": id }))
        .await;
    assert_eq!(after["active"], false);
    assert_eq!(after["email"], before["email"], "the rest stays");
}

#[tokio::test]
async fn egnyte_audit_of_an_external_group() {
    let server = Server::start().await;
    let groups = server.rows("list_all_egnyte_groups", json!({})).await;
    let group = find(&groups, "/displayName", "External Agency");
    let group = server
        .call(
            "get_single_egnyte_group_by_id",
            json!({ "id": group["id"] }),
        )
        .await;
    let members = group["members"].as_array().expect("members");
    assert_eq!(members.len(), 3);
    let mut administrators = 0;
    for member in members {
        let arguments = json!({ "id": member["value"] });
        let user = server.call("get_single_egnyte_user_by_id", arguments).await;
        administrators += usize::from(user["userType"] == "admin");
    }
    assert_eq!(administrators, 1);
}

#[tokio::test]
async fn egnyte_rename_of_a_group() {
    let server = Server::start().await;
    let groups = server.rows("list_all_egnyte_groups", json!({})).await;
    let group = find(&groups, "/displayName", "External Contractors");
    let name = "Legacy External Contractors - Do Not Use";
    let arguments = json!({ "id": group["id"], "displayName": name });
    server.call("update_an_egnyte_group_by_id", arguments).await;
    let group = server
        .call(
            "get_single_egnyte_group_by_id",
            json!({ "id": group["id"] }),
        )
        .await;
    assert_eq!(group["displayName"], name);
}

#[tokio::test]
async fn zoho_meeting_audit_of_a_department() {
    let server = Server::start().await;
    let departments = server
        .rows("list_all_zoho_meeting_departments", json!({}))
        .await;
    let sales = find(&departments, "/departmentName", "Sales");
    let arguments = json!({ "department_id": sales["departmentId"] });
    let members = server
        .rows("list_all_zoho_meeting_department_users", arguments)
        .await;
    assert!(!members.is_empty());
    for member in &members {
        // The vendor's rows have no role here; it stands in the user's own record.
        let arguments = json!({ "id": member["userId"] });
        let user = server
            .call("get_single_zoho_meeting_user_by_id", arguments)
            .await;
        assert_eq!(user["emailId"], member["emailId"]);
        assert!(user["role"].is_string());
    }
}

#[tokio::test]
async fn zoho_meeting_brief_of_a_presenter() {
    let server = Server::start().await;
    let arguments = json!({ "listtype": "upcoming" });
    let meetings = server
        .rows("list_all_zoho_meeting_meetings", arguments)
        .await;
    let mut briefed = 0;
    for meeting in &meetings {
        let arguments = json!({ "id": meeting["meetingKey"] });
        let meeting = server
            .call("get_single_zoho_meeting_meeting_by_id", arguments)
            .await;
        if meeting["presenterName"] == "Sarah Jenkins" {
            assert!(meeting["topic"].is_string() && meeting["startTime"].is_string());
            briefed += 1;
        }
    }
    assert!(briefed > 0 && briefed < meetings.len());
}

#[tokio::test]
async fn zoho_meeting_inventory_of_roles() {
    let server = Server::start().await;
    let first = server.call("list_all_zoho_meeting_users", json!({})).await;
    assert!(
        first["next_cursor"].is_string(),
        "the directory has several pages"
    );
    let users = server.rows("list_all_zoho_meeting_users", json!({})).await;
    let presenters = users
        .iter()
        .filter(|user| user["role"] == "Presenter")
        .count();
    assert!(presenters > 0 && presenters < users.len());
    let mut ids: Vec<&str> = users.iter().map(|user| text(user, "/userId")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), users.len(), "each user comes once");
}

#[tokio::test]
async fn zoho_bigin_audit_of_administrators() {
    let server = Server::start().await;
    let profiles = server.rows("list_all_zoho_bigin_profiles", json!({})).await;
    let profile = text(find(&profiles, "/name", "Administrator"), "/id").to_owned();
    let users = server
        .rows(
            "list_all_zoho_bigin_users",
            json!({ "type": "ActiveUsers" }),
        )
        .await;
    assert!(users.len() > 200, "the directory has several pages");
    let administrators = users
        .iter()
        .filter(|user| text(user, "/profile/id") == profile)
        .count();
    assert!(administrators > 0 && administrators < users.len());
}

#[tokio::test]
async fn zoho_bigin_offboarding() {
    let server = Server::start().await;
    let users = server.rows("list_all_zoho_bigin_users", json!({})).await;
    let sarah = find(&users, "/full_name", "Sarah Jenkins");
    let roles = server.rows("list_all_zoho_bigin_roles", json!({})).await;
    let profiles = server.rows("list_all_zoho_bigin_profiles", json!({})).await;
    find(&roles, "/id", text(sarah, "/role/id"));
    find(&profiles, "/id", text(sarah, "/profile/id"));
    let id = json!({ "id": sarah["id"] });
    server
        .call("delete_a_zoho_bigin_user_by_id", id.clone())
        .await;
    let active = server
        .rows(
            "list_all_zoho_bigin_users",
            json!({ "type": "ActiveUsers" }),
        )
        .await;
    assert!(active.iter().all(|user| user["id"] != sarah["id"]));
    let me = server.rows("list_all_zoho_bigin_me", json!({})).await;
    assert_eq!(me.len(), 1);
    let company = server
        .rows("list_all_zoho_bigin_current_organization", json!({}))
        .await;
    assert!(company[0]["company_name"].is_string());
}
