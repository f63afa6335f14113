//! What a person sees who types secrets at a terminal.

use std::path::Path;

use pty_process::{Command, Pty};
use rustix::termios::{LocalModes, tcgetattr};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Child;

use crate::server::{PATIENCE, output, toolwright};

const SECRET: &str = "tok-Wq8zR4mT1xLc";

/// A terminal in which a shell runs a command and then waits for input.
struct Terminal {
    pty: Pty,
    screen: String,
    _shell: Child,
}

impl Terminal {
    /// Runs `toolwright` on a data directory, and says with which status it ended.
    fn run(directory: &Path, arguments: &str) -> Self {
        let (pty, pts) = pty_process::open().unwrap();
        let binary = env!("CARGO_BIN_EXE_toolwright");
        let script = format!("\"{binary}\" {arguments}; echo \"ended with $?\"; exec cat");
        let shell = Command::new("/bin/sh")
            .args(["-c", &script])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("TOOLWRIGHT_DATA_DIR", directory)
            .kill_on_drop(true)
            .spawn(pts);
        Self {
            pty,
            screen: String::new(),
            _shell: shell.unwrap(),
        }
    }

    /// Waits until a text has been shown.
    async fn shows(&mut self, text: &str) {
        let mut bytes = [0; 1024];
        while !self.screen.contains(text) {
            let read = tokio::time::timeout(PATIENCE, self.pty.read(&mut bytes)).await;
            let read = read.unwrap_or_else(|_| panic!("no `{text}` in: {}", self.screen));
            self.screen += str::from_utf8(&bytes[..read.unwrap()]).unwrap();
        }
    }

    /// Waits until what is typed is shown, or is not.
    async fn echoes(&self, echo: bool) {
        let waits = async {
            while tcgetattr(&self.pty)
                .unwrap()
                .local_modes
                .contains(LocalModes::ECHO)
                != echo
            {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waits).await;
        waited.unwrap_or_else(|_| panic!("it should be {echo} that typing is shown"));
    }

    async fn types(&mut self, text: &str) {
        self.pty.write_all(text.as_bytes()).await.unwrap();
    }

    /// Whether the terminal is as it was: what is typed is shown, and read by line.
    async fn is_as_before(&mut self) {
        self.echoes(true).await;
        let modes = tcgetattr(&self.pty).unwrap().local_modes;
        assert!(modes.contains(LocalModes::ICANON | LocalModes::ISIG));
        self.types("as before\n").await;
        // Once by the terminal and once by `cat`.
        self.shows("as before\r\nas before\r\n").await;
    }
}

async fn accounts(directory: &Path) -> Value {
    let directory = directory.to_str().unwrap();
    let arguments = ["account", "list", "--json", "--data-dir", directory];
    let output = output(&mut toolwright(arguments)).await;
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn a_secret_is_not_shown_while_it_is_typed() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::run(folder.path(), "account add zesty --name Acme");
    terminal.shows("token (").await;
    terminal.echoes(false).await;
    terminal.types(SECRET).await;
    terminal.types("\r").await;
    terminal.shows("ended with 0").await;
    terminal.is_as_before().await;
    assert!(!terminal.screen.contains(SECRET), "{}", terminal.screen);
    let accounts = accounts(folder.path()).await;
    assert_eq!(accounts[0]["name"], "Acme");
    assert_eq!(accounts[0]["authentication_method"], "bearer");
}

#[tokio::test]
async fn what_is_no_secret_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::run(folder.path(), "account add egnyte");
    terminal.shows("): ").await;
    terminal.types("acme\n").await;
    terminal.shows("acme\r\ntoken (").await;
    terminal.echoes(false).await;
    terminal.types(SECRET).await;
    terminal.types("\r").await;
    terminal.shows("ended with 0").await;
    assert!(!terminal.screen.contains(SECRET), "{}", terminal.screen);
}

#[tokio::test]
async fn a_prompt_that_is_broken_off_leaves_the_terminal_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    // Ctrl-C in the middle, and Ctrl-D.
    for keys in ["half\u{3}", "\u{4}"] {
        let mut terminal = Terminal::run(folder.path(), "account add zesty");
        terminal.shows("token (").await;
        terminal.echoes(false).await;
        terminal.types(keys).await;
        terminal.shows("ended with 1\r\n").await;
        terminal.is_as_before().await;
        assert!(!terminal.screen.contains("half"), "{}", terminal.screen);
    }
    assert_eq!(accounts(folder.path()).await, Value::Array(Vec::new()));
}
