//! Generating clients, by OpenAPI Generator.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use super::{cache, sources};
use crate::{bundle::sha256, process, system, workspace};

/// A client to be generated.
pub struct Language {
    /// What the generator calls it.
    pub name: &'static str,
    /// Where it goes, under the cache.
    folder: &'static str,
    /// Properties of the generator, with commas between.
    properties: &'static str,
}

/// Those that people ask for.
pub const LANGUAGES: [Language; 7] = [
    Language {
        name: "typescript-fetch",
        folder: "typescript/api",
        properties: "importFileExtension=.js",
    },
    Language {
        name: "kotlin",
        folder: "kotlin",
        // An entry called `name` would clash with the name that every Kotlin enum has.
        properties: "packageName=touchline,enumPropertyNaming=UPPERCASE,serializationLibrary=kotlinx_serialization",
    },
    Language {
        name: "swift6",
        folder: "swift",
        properties: "projectName=Touchline",
    },
    Language {
        name: "dart-dio",
        folder: "dart",
        properties: "pubName=touchline",
    },
    Language {
        name: "python",
        folder: "python",
        properties: "packageName=touchline",
    },
    Language {
        name: "java",
        folder: "java",
        properties: "library=native,useSingleRequestParameter=true,openApiNullable=false,useJakartaEe=true,invokerPackage=touchline,apiPackage=touchline.api,modelPackage=touchline.model",
    },
    Language {
        name: "rust",
        folder: "rust",
        properties: "packageName=touchline-client,useSingleRequestParameter=true",
    },
];

/// Warnings that speak of the generator and not of the document.
const IDLE: [&str; 3] = [
    "OpenAPI 3.1 support is still in beta",
    // `companies:read` has a colon.
    "cannot be used as a enum variant name",
    // The Python generator asks for the name of each list.
    "Failed to get the schema name: null",
];

/// What generators call a schema that has no name.
const UNNAMED: [&str; 5] = ["inline", "oneof", "allof", "anyof", "200response"];

/// The generator, found.
pub struct Generator {
    java: PathBuf,
    jar: PathBuf,
    document: PathBuf,
    /// Hash of the document and the versions.
    inputs: String,
    /// The names of all schemas.
    schemas: Vec<String>,
}

impl Generator {
    /// Finds it beside the Python that it was installed for.
    pub fn find(python: &Path) -> Result<Self> {
        let java = system::program(
            &["java"],
            "default-jre-headless",
            "the generator of clients",
        )?;
        let script = "import openapi_generator_cli, os; print(os.path.dirname(openapi_generator_cli.__file__), end='')";
        let folder = process::capture(Command::new(python).args(["-c", script]))?;
        let jar = PathBuf::from(String::from_utf8(folder)?).join("openapi-generator.jar");
        ensure!(jar.is_file(), "{} is missing", jar.display());
        let document = workspace::root().join("openapi/openapi.json");
        let text = fs::read(&document)?;
        let inputs = sha256(&[&text, &fs::read(sources().join("requirements.txt"))?]);
        let text: serde_json::Value = serde_json::from_slice(&text)?;
        let schemas = text["components"]["schemas"].as_object();
        let schemas = schemas.into_iter().flatten().map(|(name, _)| name.clone());
        Ok(Self {
            schemas: schemas.collect(),
            java,
            jar,
            document,
            inputs,
        })
    }

    /// The generator's own archive, with the libraries in it.
    pub fn jar(&self) -> &Path {
        &self.jar
    }

    /// Generates a client, unless that has been done from the same document.
    pub fn generate(&self, language: &Language) -> Result<()> {
        let folder = cache().join(language.folder);
        let stamp = folder.join("touchline-generated-from");
        let wanted = sha256(&[self.inputs.as_bytes(), language.properties.as_bytes()]);
        if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
            return Ok(());
        }
        let _ = fs::remove_dir_all(&folder);
        let mut command = Command::new(&self.java);
        command
            .arg("-jar")
            .arg(&self.jar)
            .args(["generate", "--generator-name", language.name])
            .arg("--input-spec")
            .arg(&self.document)
            .arg("--output")
            .arg(&folder)
            .args([
                "--global-property",
                "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false",
            ]);
        if !language.properties.is_empty() {
            command.args(["--additional-properties", language.properties]);
        }
        let output = command
            .stdin(Stdio::null())
            .output()
            .context("cannot start java")?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        ensure!(output.status.success(), "{said}");
        let warnings = warnings(&said, &self.schemas);
        ensure!(
            warnings.is_empty(),
            "it was warned:\n{}",
            warnings.join("\n")
        );
        let unnamed = unnamed(&folder);
        ensure!(
            unnamed.is_empty(),
            "schemas have no name: {}",
            unnamed.join(", ")
        );
        fs::write(stamp, wanted)?;
        Ok(())
    }
}

/// What the generator found remarkable about the document, each once.
fn warnings(said: &str, schemas: &[String]) -> Vec<String> {
    let mut warnings: Vec<String> = said
        .lines()
        .filter(|line| line.contains(" WARN ") || line.contains(" ERROR "))
        .filter(|line| !IDLE.iter().any(|idle| line.contains(idle)))
        .filter(|line| reserved(line).is_none_or(|name| schemas.iter().any(|one| one == name)))
        .map(str::to_owned)
        .collect();
    warnings.sort();
    warnings.dedup();
    warnings
}

/// The name that a line says is taken in the language. Of some of these no model is made: the generator for Dart tries
/// fields' names too, the one for Rust media types.
fn reserved(line: &str) -> Option<&str> {
    let (before, _) = line
        .split_once(" cannot be used as model name")
        .or_else(|| line.split_once(" cannot be used as a model name"))?;
    let before = before.rsplit_once(" (").map_or(before, |(name, _)| name);
    before.split_whitespace().last()
}

/// Files of models whose schemas have no name of their own.
fn unnamed(folder: &Path) -> Vec<String> {
    let files = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .build();
    files
        .flatten()
        .filter_map(|file| Some(file.file_name().to_str()?.to_owned()))
        .filter(|name| {
            let name = name.to_lowercase().replace('_', "");
            UNNAMED.iter().any(|unnamed| name.contains(unnamed))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{fs, unnamed, warnings};
    use crate::process::Scratch;

    #[test]
    fn only_warnings_about_the_document_count_and_each_once() {
        let said = "[main] INFO  a - writing file\n\
            [main] WARN  b - OpenAPI 3.1 support is still in beta. To report\n\
            [main] WARN  c - Import (reserved word) cannot be used as model name.\n\
            [main] WARN  c - Import (reserved word) cannot be used as model name.\n\
            [main] WARN  c - Source (reserved word) cannot be used as model name.\n\
            [main] WARN  c - List (existing type) cannot be used as model name.\n\
            [main] WARN  d - ApplicationZip cannot be used as a model name. Renamed to ApplicationSlashZip\n\
            [main] WARN  d - Import cannot be used as a model name. Renamed to ModelImport";
        assert_eq!(
            warnings(said, &["Import".to_owned()]),
            [
                "[main] WARN  c - Import (reserved word) cannot be used as model name.",
                "[main] WARN  d - Import cannot be used as a model name. Renamed to ModelImport",
            ]
        );
    }

    #[test]
    fn models_without_a_name_are_found_in_all_spellings() -> anyhow::Result<()> {
        let folder = Scratch::new("unnamed")?;
        for name in [
            "Company.ts",
            "InlineObject1.ts",
            "list_companies_200_response.py",
        ] {
            fs::write(folder.path().join(name), "")?;
        }
        let mut found = unnamed(folder.path());
        found.sort();
        assert_eq!(
            found,
            ["InlineObject1.ts", "list_companies_200_response.py"]
        );
        Ok(())
    }
}
