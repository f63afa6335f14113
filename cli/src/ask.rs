//! Asking a person, or a pipe, for what may not stand on a command line.

use std::io::{self, IsTerminal as _, Write as _};

use secrecy::SecretString;

use super::CommandError;

/// A secret, which is not shown while it is typed. From a pipe it is a line.
pub(crate) fn secret(what: &str) -> Result<SecretString, CommandError> {
    let text = if io::stdin().is_terminal() {
        #[cfg(unix)]
        outlive_interrupts()?;
        rpassword::prompt_password(format!("{what}: "))?
    } else {
        line()?
    };
    filled(what, text).map(SecretString::from)
}

/// Has Ctrl-C end the prompt for a secret with an error. Otherwise it kills the process before what is
/// typed is shown again. It stays so: secrets are what is asked for last, and the rest takes a moment.
#[cfg(unix)]
fn outlive_interrupts() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    // Whoever listens is not needed, and the handler remains.
    signal(SignalKind::interrupt()).map(drop)
}

/// A text, which is shown while it is typed.
pub(crate) fn text(what: &str) -> Result<String, CommandError> {
    if io::stdin().is_terminal() {
        let mut out = io::stderr().lock();
        write!(out, "{what}: ")?;
        out.flush()?;
    }
    filled(what, line()?)
}

fn line() -> Result<String, CommandError> {
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line)
}

fn filled(what: &str, text: String) -> Result<String, CommandError> {
    match text.trim() {
        "" => Err(CommandError::Sentence(format!(
            "nothing was given for: {what}"
        ))),
        text => Ok(text.to_owned()),
    }
}
