//! What others on the machine can see.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::server::{SANDBOX, Server, output, toolwright};
use serde_json::json;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn the_data_directory_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let arguments = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        data.to_str().unwrap(),
    ];
    let _server = Server::run(&mut toolwright(arguments)).await;
    assert_eq!(mode(&data), 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    for name in ["toolwright.db", "toolwright.db-wal", "master.key"] {
        assert!(names.iter().any(|found| found == name), "{name}: {names:?}");
    }
}

/// What a command says about why it does not work.
async fn complaint(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let data = ["--data-dir", folder.path().to_str().unwrap()];
    let mut command = toolwright(arguments.iter().copied().chain(data));
    let output = output(command.envs(variables.iter().copied())).await;
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn a_password_on_the_command_line_is_refused() {
    for url in [
        "postgres://somebody:hush@127.0.0.1:1/accounts",
        "postgres://127.0.0.1:1/accounts?password=hush",
        "host=127.0.0.1 port=1 password=hush",
    ] {
        let complaint = complaint(&["account", "list", "--database-url", url], &[]).await;
        assert!(complaint.contains("TOOLWRIGHT_DATABASE_URL"), "{complaint}");
        assert!(
            complaint.contains("--database-password-file"),
            "{complaint}"
        );
        assert!(!complaint.contains("hush"), "{complaint}");
    }
    // Where nobody listens, both are tried.
    let url = "postgres://somebody@127.0.0.1:1/accounts?connect_timeout=1";
    let tried = complaint(&["account", "list", "--database-url", url], &[]).await;
    assert!(tried.contains("PostgreSQL"), "{tried}");
    let url = "postgres://somebody:hush@127.0.0.1:1/accounts?connect_timeout=1";
    let tried = complaint(&["account", "list"], &[("TOOLWRIGHT_DATABASE_URL", url)]).await;
    assert!(
        tried.contains("PostgreSQL") && !tried.contains("hush"),
        "{tried}"
    );
}

#[tokio::test]
async fn a_password_file_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    let url = "postgres://somebody@127.0.0.1:1/accounts?connect_timeout=1";
    let list = ["account", "list", "--database-url", url];
    let variable = [("TOOLWRIGHT_DATABASE_PASSWORD_FILE", file.to_str().unwrap())];
    let missing = complaint(&list, &variable).await;
    assert!(missing.contains("No such file"), "{missing}");
    fs::write(&file, "hush\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let readable = complaint(&list, &variable).await;
    assert!(readable.contains("chmod 600"), "{readable}");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let tried = complaint(&list, &variable).await;
    assert!(
        tried.contains("PostgreSQL") && !tried.contains("hush"),
        "{tried}"
    );
}

#[tokio::test]
async fn other_crates_keep_their_details_out_of_the_log() {
    let mut command = toolwright(SANDBOX);
    command.env(
        "TOOLWRIGHT_LOG",
        "trace,tokio_postgres::query=trace,reqwest=trace",
    );
    let server = Server::run(&mut command).await;
    let call = json!({ "name": "list_all_zesty_instances", "arguments": {} });
    let answer = server.request("zesty", "tools/call", call).await;
    assert!(
        answer["result"]["structuredContent"].is_object(),
        "{answer}"
    );
    let text = server.kill().await;
    assert!(
        text.contains(" DEBUG toolwright_server::http::serve: request"),
        "{text}"
    );
    let details = text
        .lines()
        .filter(|line| line.contains(" DEBUG ") || line.contains(" TRACE "));
    for line in details {
        assert!(line.contains(" toolwright"), "{line}");
    }
}

#[tokio::test]
async fn a_trusted_proxy_is_an_address() {
    let refused = complaint(&["serve", "--trusted-proxy", "proxy.example.com"], &[]).await;
    assert!(
        refused.contains("`proxy.example.com`: it is no address"),
        "{refused}"
    );
    let list = [(
        "TOOLWRIGHT_TRUSTED_PROXIES",
        "10.0.0.1, fd00::/8, 10.0.0.0/33",
    )];
    let refused = complaint(&["serve"], &list).await;
    assert!(refused.contains("`10.0.0.0/33`"), "{refused}");
}
