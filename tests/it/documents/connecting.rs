//! The commands of `docs/connecting.md`, run as they stand there.

use std::collections::BTreeSet;

use reqwest::header::{CONTENT_TYPE, LOCATION};
use serde_json::json;

use super::shell::{Shell, blocks};
use super::{ask, object};
use crate::installation::{ADMIN, Installation};
use crate::server::Server;
use crate::vendor;

const PAGE: &str = include_str!("../../../docs/connecting.md");

/// The only block of a language under a heading.
fn block(heading: &str, language: &str) -> &'static str {
    let [block] = blocks(PAGE, heading, language).try_into().unwrap();
    block
}

/// The page that a link opens at a server.
async fn opened(server: &Server, url: &str) -> String {
    let (_, path) = url.split_once("/connect/").unwrap();
    let response = reqwest::get(format!("{}/connect/{path}", server.origin)).await;
    let response = response.unwrap().error_for_status();
    response.unwrap().text().await.unwrap()
}

/// Where a person who begins to sign in under a link is sent.
async fn login(server: &Server, token: &str) -> reqwest::Url {
    let redirects = reqwest::redirect::Policy::none();
    let browser = reqwest::Client::builder().redirect(redirects).build();
    let request = browser
        .unwrap()
        .post(format!("{}/connect/zoho_bigin", server.origin))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(format!("link_token={token}&kind=oauth2"));
    let response = request.send().await.unwrap();
    let location = response.headers()[LOCATION].to_str();
    location.unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs curl, which tests/run installs"]
async fn links_are_made_as_the_page_says() {
    let installation = Installation::sqlite();
    let server = Server::run(&mut installation.serve(&vendor::start().await)).await;
    let mut shell = Shell::new(&installation);
    shell.write("operator", &format!("Authorization: Bearer {ADMIN}\n"));
    let register = "Register an application with the vendor";
    let application = block(register, "json");
    shell.write("application.json", application);
    let here = |command: &str| command.replace("http://127.0.0.1:8080", &server.origin);
    let registered = shell.run(&here(block(register, "sh")), "").await;
    let application = object(application);
    assert_eq!(object(&registered)["client_id"], application["client_id"]);

    let [command, request] = blocks(PAGE, "Make a link", "sh").try_into().unwrap();
    let printed = object(&shell.run(command, "").await);
    let page = opened(&server, printed["url"].as_str().unwrap()).await;
    assert!(page.contains("<h1>Connect Zoho Bigin</h1>"), "{page}");

    let answer = object(&shell.run(&here(request), "").await);
    let names: BTreeSet<&str> = answer
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names, ["expires_at", "link_token", "url"].into());
    let page = opened(&server, answer["url"].as_str().unwrap()).await;
    assert!(page.contains("<h1>Connect Zoho Bigin</h1>"), "{page}");

    let login = login(&server, answer["link_token"].as_str().unwrap()).await;
    let sent = |name: &str| {
        let (_, value) = login
            .query_pairs()
            .find(|(known, _)| known == name)
            .unwrap();
        value.into_owned()
    };
    let redirect = block(register, "text").trim();
    let redirect = redirect.replace("{public URL}", &server.origin);
    assert_eq!(
        sent("redirect_uri"),
        redirect.replace("{integration}", "zoho_bigin")
    );
    assert_eq!(
        sent("client_id"),
        application["client_id"].as_str().unwrap()
    );

    let credentials = json!({ "type": "oauth2", "access_token": "a-token" });
    let body = json!({ "integration": "zoho_bigin", "credentials": credentials });
    let account = ask(&server, "POST /integrated-account", body).await;
    shell.set("ID", account["id"].as_str().unwrap());
    let command = block("Connect an account again", "sh");
    let printed = object(&shell.run(command, "").await);
    let page = opened(&server, printed["url"].as_str().unwrap()).await;
    assert!(page.contains("<h1>Connect Zoho Bigin again</h1>"), "{page}");
}
