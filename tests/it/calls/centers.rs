//! Each of Zoho's data centers is reached at its own hosts. A wrong host would send a token to where
//! it is unknown, or an account's calls to another continent.

use serde_json::{Value, json};
use toolwright::runtime::send::Limits;
use toolwright_server::accounts::Secrets;

use super::served::Connected;
use super::simulated::Simulated;
use crate::sandbox::{Vendor, text};

/// The hosts of a data center, as they have to be.
struct Center {
    name: &'static str,
    login: &'static str,
    bigin: &'static str,
    meeting: &'static str,
}

const fn center(
    name: &'static str,
    login: &'static str,
    bigin: &'static str,
    meeting: &'static str,
) -> Center {
    Center {
        name,
        login,
        bigin,
        meeting,
    }
}

const CENTERS: [Center; 9] = [
    center(
        "us",
        "accounts.zoho.com",
        "www.zohoapis.com",
        "meeting.zoho.com",
    ),
    center(
        "eu",
        "accounts.zoho.eu",
        "www.zohoapis.eu",
        "meeting.zoho.eu",
    ),
    center(
        "in",
        "accounts.zoho.in",
        "www.zohoapis.in",
        "meeting.zoho.in",
    ),
    center(
        "au",
        "accounts.zoho.com.au",
        "www.zohoapis.com.au",
        "meeting.zoho.com.au",
    ),
    center(
        "jp",
        "accounts.zoho.jp",
        "www.zohoapis.jp",
        "meeting.zoho.jp",
    ),
    center(
        "cn",
        "accounts.zoho.com.cn",
        "www.zohoapis.com.cn",
        "meeting.zoho.com.cn",
    ),
    center(
        "ca",
        "accounts.zohocloud.ca",
        "www.zohoapis.ca",
        "meeting.zohocloud.ca",
    ),
    center(
        "sa",
        "accounts.zoho.sa",
        "www.zohoapis.sa",
        "meeting.zoho.sa",
    ),
    center(
        "uk",
        "accounts.zoho.uk",
        "www.zohoapis.uk",
        "meeting.zoho.uk",
    ),
];

/// An integration of Zoho: a tool of one request, where that goes, and the status by which the vendor
/// says that a token is dead.
struct Product {
    slug: &'static str,
    scope: &'static str,
    tool: &'static str,
    host: fn(&Center) -> &'static str,
    path: &'static str,
    dead: u16,
}

const PRODUCTS: [Product; 2] = [
    Product {
        slug: "zoho_bigin",
        scope: "ZohoBigin.org.READ",
        tool: "list_all_zoho_bigin_current_organization",
        host: |center| center.bigin,
        path: "/bigin/v2/org",
        dead: 401,
    },
    Product {
        slug: "zoho_meeting",
        scope: "ZohoMeeting.manageOrg.READ",
        tool: "list_all_zoho_meeting_me",
        host: |center| center.meeting,
        path: "/api/v2/user.json",
        dead: 400,
    },
];

impl Product {
    /// An account at a data center, with the tokens of somebody who has signed in at one.
    async fn account(
        &self,
        simulated: &Simulated,
        at: &Center,
        signed_in: &Center,
        expires_at: Option<&str>,
    ) -> Connected {
        let vendor = Vendor::zoho(&simulated.sandbox, self.slug, self.scope);
        let tokens = vendor.tokens(signed_in.login, signed_in.name).await;
        let credentials = Secrets::OAuth2 {
            access_token: text(&tokens, "access_token").into(),
            refresh_token: Some(text(&tokens, "refresh_token").into()),
            expires_at: expires_at.map(|end| end.parse().unwrap()),
            given_at: None,
        };
        let connection = [("data_center".to_owned(), at.name.to_owned())];
        let served = &simulated.served;
        served
            .connect(self.slug, connection.into(), credentials)
            .await
    }

    /// The result of a call, and what the vendor was asked for it.
    async fn call(&self, simulated: &Simulated, account: &Connected) -> (Value, Vec<String>) {
        let nothing = json!({});
        let call = simulated.served.call(&account.token, self.tool, &nothing);
        simulated.asked(self.slug, call).await
    }

    fn asked(&self, center: &Center, status: u16) -> String {
        format!("GET {}{} {status}", (self.host)(center), self.path)
    }
}

/// All failures of the token endpoint are a 200.
fn token(center: &Center) -> String {
    format!("POST {}/oauth/v2/token 200", center.login)
}

#[tokio::test]
async fn each_data_center_is_asked_for_a_token_and_then_for_the_rows() {
    let simulated = Simulated::within(Limits::default()).await;
    for product in PRODUCTS {
        for center in CENTERS {
            let ended = Some("2026-01-01T00:00:00Z");
            let account = product.account(&simulated, &center, &center, ended).await;
            let (result, asked) = product.call(&simulated, &account).await;
            assert_eq!(result.get("isError"), None, "{}: {result}", center.name);
            assert_eq!(asked, [token(&center), product.asked(&center, 200)]);
            let (_, asked) = product.call(&simulated, &account).await;
            assert_eq!(asked, [product.asked(&center, 200)]);
        }
    }
}

#[tokio::test]
async fn a_token_of_another_data_center_is_refused_and_taken_nowhere_else() {
    let simulated = Simulated::within(Limits::default()).await;
    for product in PRODUCTS {
        for (number, center) in CENTERS.iter().enumerate() {
            let other = &CENTERS[(number + 1) % CENTERS.len()];
            let account = product.account(&simulated, center, other, None).await;
            let (result, asked) = product.call(&simulated, &account).await;
            assert_eq!(result["isError"], true, "{}: {result}", center.name);
            assert_eq!(asked, [product.asked(center, product.dead), token(center)]);
            assert_eq!(simulated.served.status(&account).await, "needs_reauth");
            let (_, asked) = product.call(&simulated, &account).await;
            assert_eq!(asked, [""; 0]);
        }
    }
}
