//! Hashes and compressed copies of the files a browser gets.

use std::{fs, io::Write, path::Path};

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// SHA-256 over the parts, each with its length before it, in hexadecimal.
pub fn sha256(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

/// What goes into the name of a file for its content.
pub fn short_hash(content: &[u8]) -> String {
    let mut hash = sha256(&[content]);
    hash.truncate(12);
    hash
}

/// Whether a file of this name gets smaller when compressed.
pub fn is_compressible(path: &Path) -> bool {
    const EXTENSIONS: [&str; 10] = [
        "css",
        "html",
        "ico",
        "js",
        "json",
        "map",
        "svg",
        "txt",
        "wasm",
        "webmanifest",
    ];
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| EXTENSIONS.contains(&extension))
}

/// Writes `file.br` and `file.gz` beside a file. Answers with the size of the brotli one.
pub fn compress(path: &Path) -> Result<usize> {
    let content = fs::read(path)?;

    let mut brotli = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut content.as_slice(), &mut brotli, &parameters)?;
    fs::write(with_suffix(path, "br"), &brotli)?;

    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&content)?;
    fs::write(with_suffix(path, "gz"), gzip.finish()?)?;
    Ok(brotli.len())
}

fn with_suffix(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::{is_compressible, sha256, short_hash};

    #[test]
    fn parts_cannot_be_shifted() {
        assert_ne!(sha256(&[b"ab", b"c"]), sha256(&[b"a", b"bc"]));
        assert_eq!(short_hash(b"x").len(), 12);
    }

    #[test]
    fn pictures_and_fonts_are_left_alone() {
        assert!(is_compressible("a/app.wasm".as_ref()));
        assert!(!is_compressible("a/photo.webp".as_ref()));
        assert!(!is_compressible("a/text.woff2".as_ref()));
    }
}
