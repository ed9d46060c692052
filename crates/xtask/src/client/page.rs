//! The page that loads the client, and the names of what it loads.
//!
//! `frontend/index.html` is written as if nothing were hashed: `/assets/app.css` is the style sheet, `/assets/boot.js`
//! the start of the application, and `/assets/NAME` the file of that name in `frontend/static`. Those names are
//! replaced by the hashed ones, and `<!-- preload -->` by hints for all that the first page needs,
//! `<!-- words -->` by the files with the texts of each language.
//!
//! `frontend/reference/index.html`, which the server has at `/api/docs`, is written the same way, with the files beside it and
//! those of Swagger UI.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail, ensure};

use words::{LANGUAGES, Language, Texts};

use super::walk;
use crate::{
    bundle::{sha256, short_hash},
    workspace,
};

const PRELOAD: &str = "<!-- preload -->";
const WORDS: &str = "<!-- words -->";

/// What the page of the API's reference takes from the package `swagger-ui-dist`.
const SWAGGER_UI: [&str; 2] = ["swagger-ui-bundle.js", "swagger-ui.css"];

/// Puts everything in its place under `dist`.
pub fn assemble(app: &Path, style: &[u8], dist: &Path) -> Result<()> {
    let frontend = workspace::frontend();
    copy(&frontend.join("public"), dist)?;

    let mut names = BTreeMap::new();
    for path in walk(&frontend.join("static")) {
        let name = path
            .strip_prefix(frontend.join("static"))?
            .to_string_lossy()
            .into_owned();
        names.insert(name.clone(), store(&name, &fs::read(&path)?, dist)?);
    }
    let style = rename(std::str::from_utf8(style)?, &names)?;
    names.insert(
        "app.css".to_owned(),
        store("app.css", style.as_bytes(), dist)?,
    );

    reference(&names, dist)?;

    let folder = application(app, dist)?;
    names.insert("boot.js".to_owned(), format!("{folder}/boot.js"));

    let template = fs::read_to_string(frontend.join("index.html"))?;
    for place in [PRELOAD, WORDS] {
        ensure!(
            template.contains(place),
            "frontend/index.html has no `{place}`"
        );
    }
    let page = rename(&template, &names)?
        .replace(PRELOAD, &preloads(&folder, dist)?)
        .replace(WORDS, &words(dist)?);
    fs::write(dist.join("index.html"), page)?;
    Ok(())
}

/// Stores the texts of each language as a file of its own; answers with what names them, and says in each language
/// what stands on the page until they have been loaded.
fn words(dist: &Path) -> Result<String> {
    let texts = Texts::read(&workspace::frontend().join("locales"))?;
    let mut lines = Vec::new();
    for Language { name, tag, .. } in LANGUAGES {
        let file = format!("words.{name}.json");
        let stored = store(&file, &serde_json::to_vec(&texts.flat(name))?, dist)?;
        let said = |key: &str| -> Result<String> {
            let text = texts
                .plain(name, key)
                .with_context(|| format!("no text is called {key}"))?;
            Ok(text.replace('&', "&amp;").replace('"', "&quot;"))
        };
        lines.push(format!(
            r#"<meta name="words-{name}" content="/assets/{stored}" data-tag="{tag}" data-loading="{}" data-failed="{}">"#,
            said("state.loading")?,
            said("shell.not_started")?,
        ));
    }
    Ok(lines.join("\n    "))
}

/// The page of the API's reference, and what it loads beside what it shares with the client.
fn reference(shared: &BTreeMap<String, String>, dist: &Path) -> Result<()> {
    const PAGE: &str = "index.html";
    let frontend = workspace::frontend();
    let sources = frontend.join("reference");
    let package = frontend.join("node_modules/swagger-ui-dist");
    let mut names = shared.clone();
    for path in walk(&sources).chain(SWAGGER_UI.map(|name| package.join(name))) {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .context("a name that is not UTF-8")?;
        if name != PAGE {
            let content =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            names.insert(name.to_owned(), store(name, &content, dist)?);
        }
    }
    let page = fs::read_to_string(sources.join(PAGE))?;
    fs::write(dist.join("reference.html"), rename(&page, &names)?)?;
    Ok(())
}

/// Copies a folder that may be absent.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for path in walk(from) {
        let copy = to.join(path.strip_prefix(from)?);
        if let Some(parent) = copy.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(&path, copy)?;
    }
    Ok(())
}

/// Stores one file under a name with its hash; answers with that name.
fn store(name: &str, content: &[u8], dist: &Path) -> Result<String> {
    let hash = short_hash(content);
    let hashed = match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{name}-{hash}"),
    };
    let path = dist.join("assets").join(&hashed);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, content)?;
    Ok(hashed)
}

/// Stores the application in a folder named by the hash of everything in it, for its files refer to each other by
/// name, and files of two builds do not fit together.
fn application(app: &Path, dist: &Path) -> Result<String> {
    fs::copy(workspace::frontend().join("boot.js"), app.join("boot.js"))?;
    let mut parts = Vec::new();
    for path in walk(app) {
        parts.push(
            path.strip_prefix(app)?
                .to_string_lossy()
                .into_owned()
                .into_bytes(),
        );
        parts.push(fs::read(&path)?);
    }
    let parts: Vec<_> = parts.iter().map(Vec::as_slice).collect();
    let folder = format!("app-{}", &sha256(&parts)[..12]);
    copy(app, &dist.join("assets").join(&folder))?;
    Ok(folder)
}

/// Replaces `/assets/NAME` by the hashed name; an unknown name is a mistake.
fn rename(text: &str, names: &BTreeMap<String, String>) -> Result<String> {
    const ASSETS: &str = "/assets/";
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(ASSETS) {
        let (before, after) = rest.split_at(start + ASSETS.len());
        let end = after
            .find(['"', '\'', ')', ' ', '>', '?', '#'])
            .unwrap_or(after.len());
        let (name, tail) = after.split_at(end);
        let Some(hashed) = names.get(name) else {
            bail!(
                "nothing is called /assets/{name}: the files of frontend/static are, and app.css and boot.js; in the reference also its own"
            );
        };
        renamed.push_str(before);
        renamed.push_str(hashed);
        rest = tail;
    }
    renamed.push_str(rest);
    Ok(renamed)
}

/// Hints for the scripts and the WASM of the first load, so that nothing waits for the script that asks for it.
fn preloads(folder: &str, dist: &Path) -> Result<String> {
    let root = dist.join("assets").join(folder);
    let mut hints = vec![format!(
        r#"<link rel="preload" href="/assets/{folder}/app_bg.wasm" as="fetch" type="application/wasm" crossorigin>"#
    )];
    for path in walk(&root) {
        let name = path
            .strip_prefix(&root)?
            .to_str()
            .context("a name that is not UTF-8")?;
        if name.ends_with(".js") {
            hints.push(format!(
                r#"<link rel="modulepreload" href="/assets/{folder}/{name}">"#
            ));
        }
    }
    Ok(hints.join("\n    "))
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, rename};

    #[test]
    fn names_of_assets_are_replaced_and_unknown_ones_refused() {
        let names = BTreeMap::from([("app.css".to_owned(), "app-1.css".to_owned())]);
        let page = r#"<link href="/assets/app.css"><p>x</p>"#;
        let renamed = rename(page, &names).ok();
        assert_eq!(
            renamed.as_deref(),
            Some(r#"<link href="/assets/app-1.css"><p>x</p>"#)
        );
        assert!(rename("url(/assets/none.png)", &names).is_err());
    }
}
