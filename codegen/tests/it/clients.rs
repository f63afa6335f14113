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
        log.contains("warning[D094]: Gemini does not take `create_an_acme_team`"),
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

/// As many tools as a client takes are taken; with one more, those of the server are not.
#[test]
fn tools_are_counted_by_server() {
    let project = tempfile::tempdir().unwrap();
    let working = project.path();
    fs::create_dir_all(working.join("definitions/acme")).unwrap();
    let (head, resources) = REFUSED.split_once("  teams:\n").unwrap();
    let resources = resources.replace("given-name", "given_name");
    for (count, status, told) in [(40, 0, "| ✓ | ✓ | ✓ | ✓ |"), (41, 5, "| ✓ | ✓ | ✗ 2 | ✓ |")]
    {
        let many = (0..count).map(|number| {
            let words = format!("work on the things of {number}");
            let resource = resources.replace("work on the same things", &words);
            format!(
                "  teams{number}s:\n{}",
                resource.replace("/v1/teams", &format!("/v1/{number}"))
            )
        });
        let text = format!("{head}{}", many.collect::<String>());
        fs::write(working.join("definitions/acme/acme.yaml"), text).unwrap();
        let (found, shown, log) = clients(working, &[]);
        assert_eq!(found, Some(status), "{log}");
        let line = shown
            .lines()
            .find(|line| line.starts_with("| *the "))
            .unwrap();
        assert!(
            line.ends_with(told) && line.contains(&count.to_string()),
            "{line}"
        );
        assert!(shown.contains(&format!(
            "a warning comes at 80.](https://github.com/Snowflake-Labs/mcp/issues/77) | {count} |"
        )));
    }
}
