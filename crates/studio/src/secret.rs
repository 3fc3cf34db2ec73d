//! Provider keys at rest: sealed with a key file, bound to the provider they belong to.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use models::id::ProviderId;
use secrecy::{ExposeSecret, SecretString};

/// The form of sealed keys; the first byte of each, so that a later form can be told apart.
const FORM: u8 = 1;
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// Seals and opens provider keys with XChaCha20-Poly1305.
pub(crate) struct SecretBox {
    cipher: XChaCha20Poly1305,
}

impl SecretBox {
    /// Reads the key file, or makes one that only this user can read.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let key = match fs::File::open(path) {
            Ok(file) => read_key(file, path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => make_key(path)?,
            Err(error) => return Err(error),
        };
        Ok(Self { cipher: XChaCha20Poly1305::new(&key.into()) })
    }

    /// The form in which a provider's key is stored.
    pub(crate) fn seal(&self, provider: ProviderId, key: &SecretString) -> io::Result<Vec<u8>> {
        let mut nonce = [0; NONCE_BYTES];
        random(&mut nonce)?;
        let payload = Payload { msg: key.expose_secret().as_bytes(), aad: provider.0.as_bytes() };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| io::Error::other("a provider key could not be sealed"))?;
        let mut stored = Vec::with_capacity(1 + NONCE_BYTES + sealed.len());
        stored.push(FORM);
        stored.extend_from_slice(&nonce);
        stored.extend_from_slice(&sealed);
        Ok(stored)
    }

    /// The key, or `None` when it was sealed with another key file or for another provider.
    pub(crate) fn unseal(&self, provider: ProviderId, stored: &[u8]) -> Option<SecretString> {
        let (form, rest) = stored.split_first()?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        if *form != FORM {
            return None;
        }
        let payload = Payload { msg: sealed, aad: provider.0.as_bytes() };
        let key = self.cipher.decrypt(&XNonce::from(nonce), payload).ok()?;
        String::from_utf8(key).ok().map(SecretString::from)
    }
}

fn read_key(file: fs::File, path: &Path) -> io::Result<[u8; KEY_BYTES]> {
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        return Err(io::Error::other(format!(
            "the key file {0} can be read by others; run: chmod 600 {0}",
            path.display()
        )));
    }
    let mut key = Vec::with_capacity(KEY_BYTES);
    file.take(KEY_BYTES as u64 + 1).read_to_end(&mut key)?;
    key.try_into().map_err(|_| {
        io::Error::other(format!(
            "the key file {} is damaged: it must hold {KEY_BYTES} bytes; restore it from a backup, \
             or remove it and enter the provider keys again",
            path.display()
        ))
    })
}

fn make_key(path: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let mut key = [0; KEY_BYTES];
    random(&mut key)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(&key)?;
    file.sync_all()?;
    Ok(key)
}

fn random(bytes: &mut [u8]) -> io::Result<()> {
    getrandom::fill(bytes).map_err(|_| io::Error::other("the system gives no random numbers"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_opens_only_with_its_file_and_for_its_provider() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/secret.key");
        let (provider, other) = (ProviderId::generate(), ProviderId::generate());
        let key = SecretString::from("sk-canary");
        let stored = SecretBox::open(&path).unwrap().seal(provider, &key).unwrap();
        assert!(!stored.windows(9).any(|window| window == b"sk-canary"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        let again = SecretBox::open(&path).unwrap();
        let opened = again.unseal(provider, &stored).unwrap();
        assert_eq!(opened.expose_secret(), "sk-canary");
        assert!(again.unseal(other, &stored).is_none());
        assert!(again.unseal(provider, &stored[..20]).is_none());
        let foreign = SecretBox::open(&folder.path().join("other.key")).unwrap();
        assert!(foreign.unseal(provider, &stored).is_none());
    }

    #[test]
    fn a_key_file_that_others_can_read_or_that_is_damaged_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        fs::write(&path, [0; KEY_BYTES]).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = SecretBox::open(&path).err().unwrap().to_string();
        assert!(error.contains("chmod 600"), "{error}");
        fs::write(&path, [0; 5]).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let error = SecretBox::open(&path).err().unwrap().to_string();
        assert!(error.contains("damaged"), "{error}");
    }
}
