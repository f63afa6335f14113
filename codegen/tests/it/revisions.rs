//! `cargo codegen diff` from end to end: the program, on a git repository of its own.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const REST: &str = "\
version: 1
integration: { label: Acme, category: Shops, summary: A shop for anvils., docs: \"https://acme.example\" }
hosts: { api: { url: https://api.acme.example } }
auth: { credentials: { bearer: { description: A token of the shop. } } }
";
const USERS: &str = "\
version: 1
resources:
  users:
    methods:
      list:
        http: GET /v1/users
        query:
          team: { type: string, description: Only people of this team. }
        response: { type: any }
        docs:
          title: List users
          description: Lists the people who can sign in to the shop, oldest first.
          returns: whatever the shop knows of each person.
          source: https://acme.example/users
          sample: {}
";

/// A repository with a folder `api/definitions`, of which one commit is tagged `v1`.
struct Repository(TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.write("acme/integration.yaml", REST);
        repository.write("acme/users.yaml", USERS);
        repository.write("README.md", "No definition.");
        repository.git(&["init", "--quiet"]);
        repository.codegen(&["write"]);
        repository.codegen(&["schema"]);
        repository.commit();
        repository.git(&["tag", "v1"]);
        repository
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root().join("api/definitions").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "A commit."]);
    }

    fn git(&self, arguments: &[&str]) {
        let who = ["-c", "user.name=A", "-c", "user.email=a@acme.example"];
        let done = Command::new("git")
            .args(who)
            .args([
                "-c",
                "core.hooksPath=/dev/null",
                "-c",
                "commit.gpgSign=false",
            ])
            .args(arguments)
            .current_dir(self.root())
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_toolwright-codegen"));
        command
            .args(arguments)
            .args(["--definitions", "definitions", "--out", "generated"])
            .current_dir(self.root().join("api"));
        command
    }

    fn codegen(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The exit status, the output and the remarks of `diff --since REV`.
    fn diff(&self, since: &str) -> (i32, String, String) {
        read(&self.codegen(&["diff", "--since", since]))
    }
}

fn read(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn today_is_compared_with_a_revision() {
    let repository = Repository::new();
    let same = (0, "no tool differs since v1\n".to_owned(), String::new());
    assert_eq!(repository.diff("v1"), same);

    repository.write("acme/users.yaml", &USERS.replace("team:", "group:"));
    let (status, report, remarks) = repository.diff("v1");
    assert_eq!(status, 4, "generated/ is not yet written");
    assert!(
        report.contains("breaking: the argument `team` is gone\n"),
        "{report}"
    );
    assert!(
        report.contains("--> definitions/acme/users.yaml:8:11\n"),
        "{report}"
    );
    assert!(
        remarks.contains("tables.rs is out of date: run `cargo codegen write`\n"),
        "{remarks}"
    );

    repository.codegen(&["write"]);
    assert_eq!(repository.diff("v1").0, 3);
    // Neither the work tree nor a later commit changes what the revision is.
    repository.commit();
    assert_eq!(repository.diff("v1").0, 3);
    assert_eq!(repository.diff("HEAD").0, 0);

    let json = repository.codegen(&["diff", "--since", "v1", "--format", "json"]);
    let (status, lines, _) = read(&json);
    let last: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!((status, &last["breaking"]), (3, &1.into()));
    let github = repository.codegen(&["diff", "--since", "v1", "--format", "github"]);
    let (_, lines, _) = read(&github);
    let place = "::error file=definitions/acme/users.yaml,line=8,col=11,";
    assert!(lines.starts_with(place), "{lines}");

    let told = "docs: \"https://acme.example\", changes: [{ date: 2026-11-21, \
                tools: [list_all_acme_users], text: People are found by group now. }] }";
    let told = REST.replace("docs: \"https://acme.example\" }", told);
    repository.write("acme/integration.yaml", &told);
    let (status, report, _) = repository.diff("v1");
    assert_eq!(status, 0, "{report}");
    assert!(
        report.contains("breaking, recorded: the argument `team` is gone\n"),
        "{report}"
    );
}

#[test]
fn definitions_that_do_not_compile_are_named() {
    let repository = Repository::new();
    repository.write("acme/users.yaml", &USERS.replace("http:", "htpp:"));
    let (status, report, remarks) = repository.diff("v1");
    assert_eq!((status, report.as_str()), (100, ""));
    assert!(
        remarks.contains("--> definitions/acme/users.yaml:6:"),
        "{remarks}"
    );
    assert!(
        remarks.ends_with("error: the definitions of today do not compile\n"),
        "{remarks}"
    );
}

#[test]
fn a_revision_that_does_not_compile_is_compared_by_its_lock() {
    let repository = Repository::new();
    repository.write("acme/users.yaml", &USERS.replace("http:", "htpp:"));
    repository.commit();
    repository.write("acme/users.yaml", USERS);
    let (status, report, remarks) = repository.diff("HEAD");
    assert_eq!((status, remarks.as_str()), (0, ""), "{report}");
    let warning = "warning: the definition of `acme` in HEAD does not compile today; of 1 tools \
                   `tools.lock` says whether they have changed, not how\n  \
                   HEAD:definitions/acme/users.yaml:6:9: D014: ";
    assert!(report.starts_with(warning), "{report}");
    assert!(
        report.ends_with("\n\nno tool differs since HEAD\n"),
        "{report}"
    );

    let group = USERS.replace("  users:", "  people:");
    repository.write("acme/users.yaml", &group);
    repository.codegen(&["write"]);
    let (status, report, _) = repository.diff("HEAD");
    assert_eq!(status, 3, "{report}");
    assert!(
        report.contains("list_all_acme_users\n  breaking: the tool is gone\n"),
        "{report}"
    );

    fs::remove_dir_all(repository.root().join("api/generated")).unwrap();
    let (status, report, _) = repository.diff("HEAD");
    assert_eq!(status, 4, "{report}");
    assert!(
        report.contains("; nothing is known of its tools\n"),
        "{report}"
    );
}

#[test]
fn definitions_that_were_elsewhere_are_found_there() {
    let repository = Repository::new();
    let moved = USERS.replace("team:", "group:");
    fs::create_dir(repository.root().join("api/vendors")).unwrap();
    for then in ["definitions", "./definitions/", "../api/definitions"] {
        fs::rename(
            repository.root().join("api/definitions"),
            repository.root().join("api/vendors/definitions"),
        )
        .unwrap();
        fs::write(
            repository
                .root()
                .join("api/vendors/definitions/acme/users.yaml"),
            &moved,
        )
        .unwrap();
        let diff = |arguments: &[&str]| {
            let directories = ["--definitions", "vendors/definitions", "--out", "generated"];
            let mut command = Command::new(env!("CARGO_BIN_EXE_toolwright-codegen"));
            command
                .args(["diff", "--since", "v1"])
                .args(arguments)
                .args(directories);
            read(
                &command
                    .current_dir(repository.root().join("api"))
                    .output()
                    .unwrap(),
            )
        };
        let (status, report, remarks) = diff(&["--definitions-then", then]);
        assert_eq!(status, 4, "{report}{remarks}");
        assert!(
            report.contains("breaking: the argument `team` is gone\n"),
            "{report}"
        );

        let (_, report, _) = diff(&[]);
        let warning = "warning: no definitions are found in v1; of 1 tools `tools.lock` says";
        assert!(report.starts_with(warning), "{report}");
        assert!(
            report.contains("\n  unknown: the tool has changed; in what cannot be told\n"),
            "{report}"
        );

        let (status, report, remarks) = diff(&["--definitions-then", "nowhere"]);
        assert_eq!((status, report.as_str()), (2, ""));
        assert!(
            remarks.starts_with("error: git finds no directory `nowhere` in `v1`: "),
            "{remarks}"
        );
        fs::rename(
            repository.root().join("api/vendors/definitions"),
            repository.root().join("api/definitions"),
        )
        .unwrap();
    }
}

#[test]
fn a_revision_without_definitions_or_with_other_files_is_read_as_a_directory_is() {
    let repository = Repository::new();
    fs::remove_dir_all(repository.root().join("api/definitions/acme")).unwrap();
    fs::remove_dir_all(repository.root().join("api/generated")).unwrap();
    repository.commit();
    repository.write("acme/integration.yaml", REST);
    repository.write("acme/users.yaml", USERS);
    repository.codegen(&["write"]);
    let (status, report, _) = repository.diff("HEAD");
    assert_eq!(status, 0, "{report}");
    assert!(
        report.contains("  HEAD:definitions:1:1: D001: there are no definitions"),
        "{report}"
    );
    assert!(report.contains("compatible: the tool is new\n"), "{report}");

    repository.write("acme/deep/users.yaml", USERS);
    repository.write("acme/.hidden.yaml", "not: [yaml");
    repository.write("acme/gr\u{fc}n \"e.yml", "");
    repository.commit();
    fs::remove_dir_all(repository.root().join("api/definitions/acme/deep")).unwrap();
    fs::remove_file(
        repository
            .root()
            .join("api/definitions/acme/gr\u{fc}n \"e.yml"),
    )
    .unwrap();
    let (status, report, _) = repository.diff("HEAD");
    assert_eq!(status, 0, "{report}");
    assert_eq!(report.matches(": D004: ").count(), 2, "{report}");
    assert_eq!(report.matches("warning: ").count(), 2, "{report}");
}

#[cfg(unix)]
#[test]
fn a_link_in_a_revision_is_no_definition() {
    let repository = Repository::new();
    let link = repository.root().join("api/definitions/acme/link.yaml");
    std::os::unix::fs::symlink("users.yaml", &link).unwrap();
    repository.commit();
    fs::remove_file(link).unwrap();
    let (status, report, _) = repository.diff("HEAD");
    assert_eq!(status, 0, "{report}");
    assert!(
        report.contains("\n  HEAD:definitions/acme/link.yaml:1:1: D004: "),
        "{report}"
    );
}

#[test]
fn what_is_no_revision_is_said() {
    let repository = Repository::new();
    for wrong in ["v2", "--all", "--since=yesterday", "HEAD:api", ""] {
        let since = format!("--since={wrong}");
        let (status, report, remarks) = read(&repository.codegen(&["diff", &since]));
        assert_eq!((status, report.as_str()), (2, ""), "{wrong}: {remarks}");
        assert!(
            remarks.contains(&format!("git finds no revision `{wrong}`")),
            "{remarks}"
        );
    }
    fs::remove_dir_all(repository.root().join(".git")).unwrap();
    let alone = repository
        .command(&["diff", "--since", "v1"])
        .env("GIT_CEILING_DIRECTORIES", repository.root())
        .output()
        .unwrap();
    assert_eq!(alone.status.code(), Some(2));
}

#[test]
fn a_hook_compares_the_repository_of_the_definitions() {
    let (repository, other) = (Repository::new(), Repository::new());
    other.git(&["tag", "elsewhere"]);
    let hook = repository
        .command(&["diff", "--since", "v1"])
        .env("GIT_DIR", other.root().join(".git"))
        .env("GIT_WORK_TREE", other.root())
        .output()
        .unwrap();
    assert_eq!(read(&hook).0, 0);
    let hook = repository
        .command(&["diff", "--since", "elsewhere"])
        .env("GIT_DIR", other.root().join(".git"))
        .output()
        .unwrap();
    assert_eq!(read(&hook).0, 2);
}

#[test]
fn many_files_are_read() {
    let repository = Repository::new();
    let text = format!(
        "{}{USERS}",
        "# A line that makes the file longer than a pipe is.\n".repeat(2_000)
    );
    for number in 0..200 {
        let users = text.replace("  users:", &format!("  users{number}:"));
        repository.write(&format!("acme/users{number}.yaml"), &users);
    }
    repository.codegen(&["write"]);
    repository.commit();
    let same = (0, "no tool differs since HEAD\n".to_owned(), String::new());
    assert_eq!(repository.diff("HEAD"), same);
}

#[test]
fn the_heaviest_tools_and_parts_are_shown() {
    let repository = Repository::new();
    let long = "people who can sign in to the shop, ".repeat(10);
    repository.write(
        "acme/users.yaml",
        &USERS.replace("people who", &format!("{long}who")),
    );
    repository.codegen(&["write"]);
    let shown = repository.codegen(&["check", "--heaviest", "2"]);
    let (status, report, _) = read(&shown);
    assert_eq!(status, 0);
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines.len(), 6, "{report}");
    assert!(lines[1].ends_with("  list_all_acme_users"), "{report}");
    assert_eq!(lines[3], "tokens  part of list_all_acme_users");
    assert!(lines[4].ends_with("  description"), "{report}");
}
