//! Splitting by page makes a file of every set of functions that some pages share: over a hundred, most of a few
//! hundred bytes. A page would wait for dozens of requests. The small ones are put into one file, which is loaded once.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::walk;

/// Files up to this size are put together.
const SMALL: usize = 16 * 1024;

/// Where the small parts lie.
const PACK: &str = "parts.wasm";

/// Reads a part out of the pack, as if it had been fetched.
const READER: &str = r#"
let pack;
function part(from, to) {
    if (pack === undefined) {
        pack = fetch(new URL("./parts.wasm", import.meta.url)).then((answer) => {
            if (!answer.ok) throw new Error(`parts.wasm: ${answer.status}`);
            return answer.arrayBuffer();
        });
        pack.catch(() => { pack = undefined; });
    }
    return pack.then((bytes) => new Response(bytes.slice(from, to), { headers: { "Content-Type": "application/wasm" } }));
}
"#;

/// Puts the small parts of `folder` together and tells `pages.js` where each is.
pub fn pack(folder: &Path) -> Result<()> {
    let script = folder.join("pages.js");
    let mut text = fs::read_to_string(&script).context("the split client has no pages.js")?;
    let mut bytes = Vec::new();
    for path in walk(folder).collect::<Vec<_>>() {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if !name.starts_with("chunk_") {
            continue;
        }
        let content = fs::read(&path)?;
        let fetch = fetch(name);
        if content.len() > SMALL || !text.contains(&fetch) {
            continue;
        }
        let from = bytes.len();
        bytes.extend_from_slice(&content);
        text = text.replace(&fetch, &format!("part({from}, {})", bytes.len()));
        fs::remove_file(&path)?;
    }
    if !bytes.is_empty() {
        text.push_str(READER);
        fs::write(folder.join(PACK), bytes)?;
        fs::write(script, text)?;
    }
    Ok(())
}

/// How the script of the splitter asks for a file.
fn fetch(name: &str) -> String {
    format!(r#"fetch(new URL("./{name}", import.meta.url))"#)
}

#[cfg(test)]
mod tests {
    use super::{SMALL, fetch, fs, pack};

    #[test]
    fn small_parts_are_put_together_and_large_ones_left() -> anyhow::Result<()> {
        let folder = std::env::temp_dir().join(format!("touchline-parts-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("chunk_1.wasm"), b"one")?;
        fs::write(folder.join("chunk_2.wasm"), b"three")?;
        fs::write(folder.join("chunk_3.wasm"), vec![0; SMALL + 1])?;
        let names = ["chunk_1.wasm", "chunk_2.wasm", "chunk_3.wasm"];
        fs::write(folder.join("pages.js"), names.map(fetch).join("\n"))?;

        pack(&folder)?;
        let script = fs::read_to_string(folder.join("pages.js"))?;
        assert!(script.starts_with("part(0, 3)\npart(3, 8)\n"), "{script}");
        assert!(script.contains(&fetch("chunk_3.wasm")));
        assert_eq!(fs::read(folder.join("parts.wasm"))?, b"onethree");
        assert!(!folder.join("chunk_1.wasm").exists() && folder.join("chunk_3.wasm").exists());
        fs::remove_dir_all(&folder)?;
        Ok(())
    }
}
