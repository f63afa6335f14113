//! A server behind a tunnel or a proxy, under a name of the internet.

use serde_json::{Value, json};

use crate::server::{SANDBOX, Server, output, toolwright};

/// The status that a request for a host gets, from a page of an origin.
async fn status(server: &Server, host: &str, origin: &str) -> u16 {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    let request = reqwest::Client::new()
        .post(format!("{}/mcp/zesty", server.origin))
        .header("Host", host)
        .header("Origin", origin)
        .json(&body);
    let response = request.send().await.expect("the server answers");
    response.status().as_u16()
}

#[tokio::test]
async fn the_server_answers_to_its_public_name_and_prints_it() {
    let url = "https://Tools.Example.com/";
    let mut command = toolwright(SANDBOX.into_iter().chain(["--public-url", url]));
    let server = Server::run(&mut command).await;
    let origin = "https://tools.example.com";
    let url = format!("  {origin}/mcp/zesty  ");
    assert!(server.printed.contains(&url), "{}", server.printed);
    let from = server.printed.find('{').expect("a configuration");
    let to = server.printed.rfind('}').expect("a configuration");
    let config: Value = serde_json::from_str(&server.printed[from..=to]).expect("it is JSON");
    let expected = json!({ "type": "http", "url": format!("{origin}/mcp/zesty") });
    assert_eq!(config["mcpServers"]["zesty"], expected);

    assert_eq!(status(&server, "tools.example.com", origin).await, 200);
    assert_eq!(status(&server, "evil.example.com", origin).await, 403);
    let evil = "https://evil.example.com";
    assert_eq!(status(&server, "tools.example.com", evil).await, 403);
    assert_eq!(status(&server, "localhost", "http://localhost").await, 200);
}

#[tokio::test]
async fn a_public_url_is_an_origin() {
    let url = "https://tools.example.com/mcp";
    let flag = &mut toolwright(SANDBOX.into_iter().chain(["--public-url", url]));
    let mut variable = toolwright(SANDBOX);
    for command in [flag, variable.env("TOOLWRIGHT_PUBLIC_URL", url)] {
        let output = output(command).await;
        assert!(!output.status.success());
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            error.contains("it has a path; give scheme and host alone"),
            "{error}"
        );
    }
}
