//! The examples of `docs/api.md`: those of each language run one after the other, as a reader would.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use super::{cache, python_client};
use crate::{demo::Demo, process, system, workspace};

/// What blocks may be called, and whether they are run.
const LANGUAGES: [(&str, bool); 5] = [
    ("sh", true),
    ("ts", true),
    ("python", true),
    ("json", false),
    ("text", false),
];

/// The examples, by language.
pub struct Guide(BTreeMap<String, String>);

impl Guide {
    pub fn read() -> Result<Self> {
        let text = fs::read_to_string(workspace::root().join("docs/api.md"))?;
        examples(&text).map(Self)
    }

    fn write(&self, language: &str, path: &Path) -> Result<()> {
        let Some(program) = self.0.get(language) else {
            bail!("docs/api.md has no examples in {language}");
        };
        Ok(fs::write(path, program)?)
    }

    /// Puts the TypeScript examples where the client is compiled.
    pub fn prepare(&self) -> Result<()> {
        self.write("ts", &cache().join("typescript/guide.ts"))
    }

    /// In a shell.
    pub fn shell(&self, demo: &Demo) -> Result<()> {
        for program in ["curl", "jq"] {
            system::program(&[program], program, "the examples of docs/api.md")?;
        }
        let folder = folder(demo)?;
        self.write("sh", &folder.join("guide.sh"))?;
        let mut command = Command::new("bash");
        command.args(["-euo", "pipefail", "guide.sh"]);
        run(&mut command, &folder, demo)
    }

    /// In TypeScript, compiled before.
    pub fn typescript(demo: &Demo) -> Result<()> {
        let mut command = Command::new("node");
        command.arg(cache().join("typescript/js/guide.js"));
        run(&mut command, &folder(demo)?, demo)
    }

    /// In Python.
    pub fn python(&self, python: &Path, demo: &Demo) -> Result<()> {
        let folder = folder(demo)?;
        let program = folder.join("guide.py");
        self.write("python", &program)?;
        run(&mut python_client(python, &program), &folder, demo)
    }
}

/// Where examples may write.
fn folder(demo: &Demo) -> Result<PathBuf> {
    let folder = demo.folder().join("guide");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn run(command: &mut Command, folder: &Path, demo: &Demo) -> Result<()> {
    process::run_quietly(command.current_dir(folder).env("TOUCHLINE", demo.url()))
}

/// The fenced blocks that are run, those of a language put together.
fn examples(text: &str) -> Result<BTreeMap<String, String>> {
    let mut examples: BTreeMap<String, String> = BTreeMap::new();
    let mut open: Option<&str> = None;
    for line in text.lines() {
        match (open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => open = None,
            (None, Some(language)) => {
                if !LANGUAGES.iter().any(|(known, _)| *known == language) {
                    bail!("docs/api.md has a block in `{language}`, which nobody runs");
                }
                open = Some(language);
            }
            (Some(language), None) if LANGUAGES.contains(&(language, true)) => {
                let program = examples.entry(language.to_owned()).or_default();
                program.push_str(line);
                program.push('\n');
            }
            _ => {}
        }
    }
    Ok(examples)
}

#[cfg(test)]
mod tests {
    use super::examples;

    #[test]
    fn blocks_of_a_language_are_one_program_and_unknown_ones_refused() -> anyhow::Result<()> {
        let text = "# A\n```sh\na=1\n```\nwords\n```json\n{}\n```\n```sh\necho $a\n```\n";
        let found = examples(text)?;
        assert_eq!(found.len(), 1);
        assert_eq!(found["sh"], "a=1\necho $a\n");
        assert!(examples("```cobol\n```\n").is_err());
        Ok(())
    }
}
