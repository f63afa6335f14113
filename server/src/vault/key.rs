//! Keys, and what they seal: XChaCha20-Poly1305, whose nonce is long enough to be drawn at random.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::VaultError;

/// The length of a key in bytes.
const LENGTH: usize = 32;

/// The length of a nonce in bytes.
const NONCE: usize = 24;

/// A key. It cannot be printed; its id, which is made of its hash, can.
pub(super) struct Key(SecretBox<[u8; LENGTH]>);

impl Key {
    /// A new key.
    pub(super) fn random() -> Result<Self, VaultError> {
        Ok(Self::new(&Zeroizing::new(random()?)))
    }

    /// A key from its text, as [`text`](Self::text) writes it.
    pub(super) fn parse(text: &str) -> Result<Self, VaultError> {
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| VaultError::Key)?);
        Self::from_bytes(&bytes)
    }

    /// A key from 32 bytes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, VaultError> {
        let bytes = bytes.try_into().map_err(|_| VaultError::Key)?;
        Ok(Self::new(bytes))
    }

    fn new(bytes: &[u8; LENGTH]) -> Self {
        Self(SecretBox::init_with_mut(|key: &mut [u8; LENGTH]| {
            key.copy_from_slice(bytes)
        }))
    }

    /// The key as text: base64 of its bytes.
    pub(super) fn text(&self) -> SecretString {
        STANDARD.encode(self.bytes()).into()
    }

    /// The key's bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.expose_secret()
    }

    /// What a key is called where its bytes must not stand.
    pub(super) fn id(&self) -> String {
        let hash = Sha256::new_with_prefix("toolwright key id").chain_update(self.bytes());
        let hash = hash.finalize();
        hash.iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Seals a text. It opens again with the same key and for the same purpose only.
    pub(super) fn seal(&self, purpose: &str, text: &[u8]) -> Result<Vec<u8>, VaultError> {
        let nonce: [u8; NONCE] = random()?;
        let payload = Payload {
            msg: text,
            aad: purpose.as_bytes(),
        };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| VaultError::Sealed)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what was sealed for a purpose.
    pub(super) fn open(
        &self,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (nonce, text) = sealed
            .split_first_chunk::<NONCE>()
            .ok_or(VaultError::Sealed)?;
        let payload = Payload {
            msg: text,
            aad: purpose.as_bytes(),
        };
        let text = self.cipher().decrypt(&XNonce::from(*nonce), payload);
        text.map(Zeroizing::new).map_err(|_| VaultError::Sealed)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.expose_secret().into())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({})", self.id())
    }
}

/// Bytes that nobody can foretell.
pub(super) fn random<const COUNT: usize>() -> Result<[u8; COUNT], VaultError> {
    let mut bytes = [0; COUNT];
    getrandom::fill(&mut bytes).map_err(|error| VaultError::Random(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_and_for_its_purpose() {
        let key = Key::random().unwrap();
        let sealed = key.seal("a", b"secret").unwrap();
        assert_eq!(key.open("a", &sealed).unwrap().as_slice(), b"secret");
        assert_ne!(sealed, key.seal("a", b"secret").unwrap());
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        key.open("b", &sealed).unwrap_err();
        Key::random().unwrap().open("a", &sealed).unwrap_err();
        for length in [0, 23, 24, sealed.len() - 1] {
            key.open("a", &sealed[..length]).unwrap_err();
        }
        let mut changed = sealed;
        changed[30] ^= 1;
        key.open("a", &changed).unwrap_err();
    }

    #[test]
    fn a_key_is_text_and_an_id() {
        let key = Key::random().unwrap();
        let again = Key::parse(&format!(" {}\n", key.text().expose_secret())).unwrap();
        assert_eq!(key.bytes(), again.bytes());
        assert_eq!(key.id(), again.id());
        assert_eq!(key.id().len(), 16);
        assert_eq!(format!("{key:?}"), format!("Key({})", key.id()));
        for text in [
            "",
            "AAAA",
            "no base64!",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            Key::parse(text).unwrap_err();
        }
    }
}
