//! How the server stops.

use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

use crate::server::{PATIENCE, SANDBOX, Server, toolwright};

/// Asks the server to stop, as a service manager does.
async fn terminate(server: &Server) {
    let id = server.process.id().expect("it runs").to_string();
    // A shell has `kill` built in; a program of that name is not on every machine.
    let arguments = ["-c", "kill -TERM \"$0\"", &id];
    let status = Command::new("sh").args(arguments).status().await;
    assert!(status.expect("there is a shell").success());
}

#[tokio::test]
async fn a_second_signal_does_not_wait_for_calls_under_way() {
    // A vendor that takes a connection and says nothing.
    let vendor = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = format!("zesty.accounts=http://{}", vendor.local_addr().unwrap());
    let arguments = SANDBOX.into_iter().chain(["--upstream", &upstream]);
    let mut server = Server::run(&mut toolwright(arguments)).await;
    let address = server.origin.trim_start_matches("http://");
    let mut client = TcpStream::connect(address).await.unwrap();
    let params = json!({ "name": "list_all_zesty_instances" });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let body = body.to_string();
    let head = format!(
        "POST /mcp/zesty HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    client.write_all((head + &body).as_bytes()).await.unwrap();
    let asked = tokio::time::timeout(PATIENCE, vendor.accept()).await;
    let _asked = asked.expect("the vendor is asked").unwrap();

    terminate(&server).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let ended = server.process.try_wait().unwrap();
    assert!(ended.is_none(), "it waits for the call");
    terminate(&server).await;
    let ended = tokio::time::timeout(PATIENCE, server.process.wait()).await;
    assert!(ended.expect("it ends in time").unwrap().success());
}
