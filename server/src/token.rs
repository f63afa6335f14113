//! Tokens that let somebody in. They are shown once and stored as a keyed hash, so that a stolen
//! store neither holds a token nor tells whether one that was seen elsewhere is good.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use sha2::Sha256;

use crate::vault::{self, VaultError};

/// What a token is for. The prefix lets scanners of source code and logs know one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// The address of an MCP server.
    Mcp,
    /// A token of the HTTP API.
    Api,
    /// The address under which somebody connects an account.
    Link,
}

impl TokenKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Mcp => "twm_",
            Self::Api => "twa_",
            Self::Link => "twl_",
        }
    }
}

/// A new token: its prefix and 256 random bits, in characters that an address can hold.
pub(crate) fn new(kind: TokenKind) -> Result<SecretString, VaultError> {
    Ok(of(kind, vault::new_secret()?.as_slice()))
}

/// The token of 256 bits that nobody else can know.
pub(crate) fn of(kind: TokenKind, bytes: &[u8]) -> SecretString {
    format!("{}{}", kind.prefix(), URL_SAFE_NO_PAD.encode(bytes)).into()
}

/// 256 random bits without a mark, for what is good for minutes.
pub(crate) fn random() -> Result<SecretString, VaultError> {
    Ok(URL_SAFE_NO_PAD.encode(*vault::new_secret()?).into())
}

/// Hashes tokens with a key of the installation.
pub(crate) struct TokenHasher(SecretBox<[u8]>);

/// The hash of a token, of 32 bytes.
pub(crate) type TokenHash = Vec<u8>;

impl TokenHasher {
    pub(crate) fn new(key: &[u8]) -> Self {
        Self(SecretBox::new(key.into()))
    }

    /// The hash by which a token is found.
    pub(crate) fn hash(&self, token: &str) -> TokenHash {
        // A key of any length will do (RFC 2104).
        let hash = Hmac::<Sha256>::new_from_slice(self.0.expose_secret());
        hash.map_or_else(
            |_| Vec::new(),
            |hash| hash.chain_update(token).finalize().into_bytes().to_vec(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_random_and_fit_in_an_address() {
        let first = new(TokenKind::Mcp).unwrap();
        let second = new(TokenKind::Mcp).unwrap();
        let text = first.expose_secret();
        assert_ne!(text, second.expose_secret());
        assert_eq!(text.len(), 4 + 43);
        assert!(text.starts_with("twm_"));
        assert!(
            text.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
        assert!(
            new(TokenKind::Api)
                .unwrap()
                .expose_secret()
                .starts_with("twa_")
        );
    }

    #[test]
    fn a_hash_depends_on_token_and_key() {
        let hasher = TokenHasher::new(b"key");
        assert_eq!(hasher.hash("a").len(), 32);
        assert_eq!(hasher.hash("a"), TokenHasher::new(b"key").hash("a"));
        assert_ne!(hasher.hash("a"), hasher.hash("b"));
        assert_ne!(hasher.hash("a"), TokenHasher::new(b"other").hash("a"));
    }
}
