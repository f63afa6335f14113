//! Which client takes which tool: the page, and the command that makes it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// A client takes no tool whose name with the server's has 60 characters, or a property `a-b`.
const REFUSED: &str = "\
version: 1
integration: { label: Acme, category: a, summary: A shop., docs: \"https://acme.example\" }
hosts: { api: { url: https://api.acme.example } }
auth: { credentials: { bearer: { description: A token. } } }
resources:
  teams:
    methods:
      create:
        http: POST /v1/teams
        body:
          fields:
            lead: { description: Who leads it., fields: { given-name: { type: string, description: The first name. } } }
        docs:
          title: Create a team
          description: Creates a team of people who work on the same things, without anybody in it.
          returns: nothing, and the team is there at once.
          source: https://acme.example/docs/teams
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn clients(working: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_toolwright-codegen"))
        .arg("clients")
        .args(arguments)
        .current_dir(working)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// The page holds what the command shows, and no tool of these definitions is refused.
#[test]
fn the_page_is_up_to_date() {
    let (status, shown, log) = clients(&root(), &[]);
    assert_eq!(status, Some(0), "{log}");
    let page = fs::read_to_string(root().join("docs/clients.md")).unwrap();
    assert!(
        page.contains(&shown),
        "docs/clients.md is out of date: `cargo codegen clients --page docs/clients.md`"
    );
    assert!(shown.starts_with("| tool | Claude | ChatGPT | Gemini | Cursor | Bedrock |\n"));
    assert!(shown.contains("\n| `list_all_egnyte_users` | ✓ | ✓ | ✓ | ✓ | ✓ |\n"));
    assert!(!shown.contains('✗'));
}

#[test]
fn a_tool_that_is_refused_is_told_in_each_form() {
    let project = tempfile::tempdir().unwrap();
    let working = project.path();
    fs::create_dir_all(working.join("definitions/acme")).unwrap();
    fs::write(working.join("definitions/acme/acme.yaml"), REFUSED).unwrap();

    let (status, shown, log) = clients(working, &[]);
    assert_eq!(status, Some(5));
    assert!(
        shown.contains("\n| `create_an_acme_team` | ✓ | ✓ | ✗ 3 | ✓ | ✓ |\n"),
        "{shown}"
    );
    assert!(
        log.contains("warning[D093]: Gemini does not take `create_an_acme_team`"),
        "{log}"
    );

    let (status, shown, _) = clients(working, &["--format", "json"]);
    assert_eq!(status, Some(5));
    let lines: Vec<serde_json::Value> = shown
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let refusal = lines.last().unwrap();
    assert_eq!(refusal["client"], "Gemini");
    assert_eq!(refusal["integration"], "acme");
    assert_eq!(refusal["tool"], "create_an_acme_team");
    assert_eq!(refusal["found"], "the property `given-name`");
    assert!(refusal["source"].as_str().unwrap().starts_with("https://"));

    let (status, shown, _) = clients(working, &["--format", "github"]);
    assert_eq!(status, Some(5));
    assert!(shown.contains("::warning file="), "{shown}");

    let page = working.join("clients.md");
    fs::write(
        &page,
        "# Ours\n<!-- begin: cargo codegen clients -->\nold\n<!-- end: cargo codegen clients -->\nEnd.\n",
    )
    .unwrap();
    assert_eq!(clients(working, &["--page", "clients.md"]).0, Some(5));
    let written = fs::read_to_string(&page).unwrap();
    assert!(
        written.starts_with("# Ours\n") && written.ends_with("\nEnd.\n"),
        "{written}"
    );
    assert!(
        written.contains("✗ 3") && !written.contains("old"),
        "{written}"
    );
    let (_, _, log) = clients(working, &["--page", "clients.md"]);
    assert!(log.ends_with("clients.md is up to date\n"), "{log}");

    fs::write(&page, "# Ours\n").unwrap();
    let (status, _, log) = clients(working, &["--page", "clients.md"]);
    assert_eq!(status, Some(1));
    assert!(
        log.contains("clients.md: there is no place for the tables"),
        "{log}"
    );
    assert_eq!(clients(working, &["--page", "none.md"]).0, Some(1));
}
