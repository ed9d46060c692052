//! Splitting by page makes a file of every set of functions that some pages share: over a hundred, most of a few
//! hundred bytes. A page would wait for dozens of requests. The small ones are put together into two files: what the pages
//! before signing in need, and the rest.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result};

use super::walk;

/// Files up to this size are put together.
const SMALL: usize = 16 * 1024;

/// Pages that are opened first, by people who are not signed in.
const FIRST_PAGES: [&str; 5] = ["sign_in", "sign_up", "forgot", "reset", "verify"];

/// Reads a part out of its pack, as if it had been fetched.
const READER: &str = r#"
const packs = {};
function part(name, from, to) {
    if (packs[name] === undefined) {
        packs[name] = fetch(new URL(name, import.meta.url)).then((answer) => {
            if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
            return answer.arrayBuffer();
        });
        packs[name].catch(() => { packs[name] = undefined; });
    }
    return packs[name].then((bytes) => new Response(bytes.slice(from, to), { headers: { "Content-Type": "application/wasm" } }));
}
"#;

/// Puts the small parts of `folder` together and tells `pages.js` where each is.
pub fn pack(folder: &Path) -> Result<()> {
    let script = folder.join("pages.js");
    let mut text = fs::read_to_string(&script).context("the split client has no pages.js")?;
    let first = first_chunks(&text);
    let mut packs = [("./first.wasm", Vec::new()), ("./parts.wasm", Vec::new())];
    for path in walk(folder).collect::<Vec<_>>() {
        let file = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let Some(chunk) = file.strip_suffix(".wasm") else {
            continue;
        };
        if !chunk.starts_with("chunk_") {
            continue;
        }
        let content = fs::read(&path)?;
        let fetch = fetch(file);
        if content.len() > SMALL || !text.contains(&fetch) {
            continue;
        }
        let (name, bytes) = &mut packs[usize::from(!first.contains(chunk))];
        let from = bytes.len();
        bytes.extend_from_slice(&content);
        let to = bytes.len();
        text = text.replace(&fetch, &format!(r#"part("{name}", {from}, {to})"#));
        fs::remove_file(&path)?;
    }
    if packs.iter().all(|(_, bytes)| bytes.is_empty()) {
        return Ok(());
    }
    for (name, bytes) in packs {
        if !bytes.is_empty() {
            fs::write(folder.join(name), bytes)?;
        }
    }
    text.push_str(READER);
    fs::write(script, text)?;
    Ok(())
}

/// The chunks that the first pages wait for: the script lists them behind the file of the page.
fn first_chunks(text: &str) -> BTreeSet<String> {
    let mut chunks = BTreeSet::new();
    for page in FIRST_PAGES {
        let Some((_, behind)) = text.split_once(&format!(r#""./split___{page}_page_view_"#)) else {
            continue;
        };
        let list = behind
            .split_once(", [")
            .and_then(|(_, list)| list.split_once(']'));
        for name in list.into_iter().flat_map(|(list, _)| list.split(',')) {
            chunks.insert(name.trim().trim_start_matches('_').to_owned());
        }
    }
    chunks
}

/// How the script of the splitter asks for a file.
fn fetch(name: &str) -> String {
    format!(r#"fetch(new URL("./{name}", import.meta.url))"#)
}

#[cfg(test)]
mod tests {
    use super::{SMALL, fetch, first_chunks, fs, pack};

    #[test]
    fn small_parts_are_put_together_and_large_ones_left() -> anyhow::Result<()> {
        let folder = std::env::temp_dir().join(format!("touchline-parts-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("chunk_1.wasm"), b"one")?;
        fs::write(folder.join("chunk_2.wasm"), b"three")?;
        fs::write(folder.join("chunk_3.wasm"), vec![0; SMALL + 1])?;
        fs::write(folder.join("chunk_4.wasm"), b"four")?;
        let names = [
            "chunk_1.wasm",
            "chunk_2.wasm",
            "chunk_3.wasm",
            "chunk_4.wasm",
        ];
        let page = fetch("split___sign_in_page_view_99.wasm");
        let script = format!(
            "{}\n{page}\n, [__chunk_2, __chunk_3]);",
            names.map(fetch).join("\n")
        );
        fs::write(folder.join("pages.js"), script)?;

        pack(&folder)?;
        let script = fs::read_to_string(folder.join("pages.js"))?;
        assert!(
            script.starts_with("part(\"./parts.wasm\", 0, 3)\npart(\"./first.wasm\", 0, 5)\n"),
            "{script}"
        );
        assert!(script.contains("part(\"./parts.wasm\", 3, 7)"), "{script}");
        assert!(script.contains(&fetch("chunk_3.wasm")));
        assert_eq!(fs::read(folder.join("parts.wasm"))?, b"onefour");
        assert_eq!(fs::read(folder.join("first.wasm"))?, b"three");
        assert!(!folder.join("chunk_1.wasm").exists() && folder.join("chunk_3.wasm").exists());
        fs::remove_dir_all(&folder)?;
        Ok(())
    }

    #[test]
    fn a_script_without_those_pages_has_no_first_chunks() {
        assert!(first_chunks("const a = 1;").is_empty());
    }
}
