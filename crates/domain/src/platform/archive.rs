//! Archives: all of an organization, or some kinds of its records, in one file.

use std::collections::HashSet;

use chrono::TimeDelta;
use serde_json::Value;
use shared_types::platform::{ExportState, ImportKind, Manifest};
use validator::Validate;

use super::export::ORDER;
use crate::core::error::{DomainError, DomainResult};

/// What manifests say they belong to.
pub const FORMAT: &str = "touchline-archive";
/// The version of archives that are written.
pub const VERSION: u32 = 1;
/// The name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// The most bytes of a manifest.
pub const MANIFEST_LIMIT: u64 = 1024 * 1024;
/// The most bytes that the tables of an archive may unpack to, all together.
pub const UNPACKED_LIMIT: u64 = 2 * 1024 * 1024 * 1024;
/// How long an archive is kept.
pub const KEPT: TimeDelta = TimeDelta::days(7);

/// The name of a file in an archive.
#[must_use]
pub fn file_name(kind: ImportKind) -> String {
    format!("{kind}.csv")
}

/// Whether an export is not at its end.
#[must_use]
pub const fn is_under_way(state: ExportState) -> bool {
    matches!(state, ExportState::Waiting | ExportState::Running)
}

/// What an export is to hold, each kind once and in the order in which it is taken: what was asked
/// for, or else all that may be read.
///
/// # Errors
/// `Invalid` on each kind that may not be read; on `kinds` where nothing may.
pub fn chosen(
    asked: Option<&[ImportKind]>,
    may_read: impl Fn(ImportKind) -> bool,
) -> DomainResult<Vec<ImportKind>> {
    let mut named = asked.unwrap_or_default().iter().enumerate();
    if let Some((place, kind)) = named.find(|(_, kind)| !may_read(**kind)) {
        return Err(DomainError::invalid(
            format!("kinds.{place}"),
            format!("you may not export {kind}"),
        ));
    }
    let wanted =
        |kind: &ImportKind| asked.map_or_else(|| may_read(*kind), |asked| asked.contains(kind));
    let kinds: Vec<ImportKind> = ORDER.into_iter().filter(wanted).collect();
    if kinds.is_empty() {
        return Err(DomainError::invalid("kinds", "must name at least one kind"));
    }
    Ok(kinds)
}

/// What an archive says of itself, checked against the names of the files that are in it; its tables come back in the
/// order in which they are taken.
///
/// # Errors
/// What is wrong, each with the name of the file that is at fault.
pub fn read_manifest(bytes: &[u8], names: &[String]) -> Result<Manifest, Vec<String>> {
    let of_it = |words: String| vec![format!("{MANIFEST}: {words}")];
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|_| of_it("is not JSON; the archive is damaged".to_owned()))?;
    if value["format"] != FORMAT {
        return Err(of_it(
            "does not belong to an archive of an export".to_owned(),
        ));
    }
    match value["version"].as_u64() {
        Some(version) if version <= u64::from(VERSION) && version > 0 => {}
        Some(version) => {
            return Err(of_it(format!(
                "is of version {version}; this server reads version {VERSION}"
            )));
        }
        None => return Err(of_it("says no version".to_owned())),
    }
    let unknown = unknown_kinds(&value);
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let manifest: Manifest =
        serde_json::from_value(value).map_err(|error| of_it(error.to_string()))?;
    let faults = faults(&manifest, names);
    if faults.is_empty() {
        let mut manifest = manifest;
        let place = |kind: ImportKind| ORDER.iter().position(|known| *known == kind);
        manifest.files.sort_by_key(|file| place(file.kind));
        return Ok(manifest);
    }
    Err(faults)
}

fn unknown_kinds(manifest: &Value) -> Vec<String> {
    let files = manifest["files"].as_array().into_iter().flatten();
    let kinds = files.filter_map(|file| Some((file["kind"].as_str()?, file["name"].as_str()?)));
    kinds
        .filter(|(kind, _)| kind.parse::<ImportKind>().is_err())
        .map(|(kind, name)| format!("{name}: holds {kind}, which this server does not know"))
        .collect()
}

fn faults(manifest: &Manifest, names: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen = HashSet::new();
    for file in &manifest.files {
        if file.name != file_name(file.kind) {
            let name = file_name(file.kind);
            faults.push(format!("{}: must be called {name}", file.name));
        } else if !seen.insert(file.kind) {
            faults.push(format!("{}: is named twice", file.name));
        } else if !names.contains(&file.name) {
            faults.push(format!("{}: is missing", file.name));
        }
    }
    let known =
        |name: &String| name == MANIFEST || manifest.files.iter().any(|file| file.name == *name);
    let others = names.iter().filter(|name| !known(name));
    faults.extend(others.map(|name| format!("{name}: is not named in the manifest")));
    if manifest.files.is_empty() {
        faults.push(format!("{MANIFEST}: names no table"));
    }
    let bytes = manifest.files.iter().map(|file| file.bytes);
    if bytes.fold(0, u64::saturating_add) > UNPACKED_LIMIT {
        faults.push(format!("{MANIFEST}: the tables unpack to more than 2 GiB"));
    }
    if manifest.pipelines.len() > 50 || manifest.pipelines.iter().any(|one| one.validate().is_err())
    {
        faults.push(format!("{MANIFEST}: names pipelines that cannot be"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn file(kind: &str) -> Value {
        json!({"kind": kind, "name": format!("{kind}.csv"), "rows": 1, "bytes": 10, "sha256": "00"})
    }

    fn manifest(version: u32, files: &[Value]) -> Vec<u8> {
        let manifest = json!({"format": FORMAT, "version": version, "productVersion": "0.1.0", "organization": "Acme",
            "createdAt": "2026-03-02T09:00:00Z", "files": files});
        serde_json::to_vec(&manifest).unwrap()
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn manifests_are_read_in_the_order_of_their_tables() {
        let bytes = manifest(1, &[file("deals"), file("companies")]);
        let there = names(&["deals.csv", "companies.csv", MANIFEST]);
        let read = read_manifest(&bytes, &there).unwrap();
        let kinds: Vec<ImportKind> = read.files.iter().map(|file| file.kind).collect();
        assert_eq!(kinds, [ImportKind::Companies, ImportKind::Deals]);
        assert!(read.pipelines.is_empty());
    }

    #[test]
    fn what_is_wrong_with_an_archive_names_the_file() {
        let there = names(&["deals.csv", MANIFEST]);
        let deals = [file("deals")];
        let mut odd = file("deals");
        odd["name"] = json!("../deals.csv");
        let mut huge = file("deals");
        huge["bytes"] = json!(UNPACKED_LIMIT + 1);
        for (bytes, names, fault) in [
            (b"{".to_vec(), &there, "manifest.json: is not JSON"),
            (
                b"{\"format\": \"other\"}".to_vec(),
                &there,
                "manifest.json: does not belong",
            ),
            (
                manifest(2, &deals),
                &there,
                "manifest.json: is of version 2; this server reads version 1",
            ),
            (
                manifest(1, &[]),
                &there,
                "deals.csv: is not named in the manifest",
            ),
            (
                manifest(1, &[file("moons")]),
                &there,
                "moons.csv: holds moons, which this server does not know",
            ),
            (
                manifest(1, &[odd]),
                &there,
                "../deals.csv: must be called deals.csv",
            ),
            (
                manifest(1, &[file("deals"), file("deals")]),
                &there,
                "deals.csv: is named twice",
            ),
            (
                manifest(1, &[huge]),
                &there,
                "manifest.json: the tables unpack to more than 2 GiB",
            ),
            (
                manifest(1, &deals),
                &names(&[MANIFEST]),
                "deals.csv: is missing",
            ),
            (
                manifest(1, &deals),
                &names(&["deals.csv", "run.sh", MANIFEST]),
                "run.sh: is not named in the manifest",
            ),
        ] {
            let faults = read_manifest(&bytes, names).unwrap_err();
            assert!(faults[0].starts_with(fault), "{faults:?}");
        }
    }

    #[test]
    fn what_leaves_is_what_was_asked_for_and_may_be_read() {
        let no_notes = |kind| kind != ImportKind::Notes;
        let all = chosen(None, no_notes).unwrap();
        assert_eq!(all, ORDER[..7]);
        let some = [ImportKind::Deals, ImportKind::Members, ImportKind::Deals];
        assert_eq!(
            chosen(Some(&some), no_notes).unwrap(),
            [ImportKind::Members, ImportKind::Deals]
        );
        let error = chosen(Some(&[ImportKind::Deals, ImportKind::Notes]), no_notes);
        assert_eq!(
            error.unwrap_err().to_string(),
            "kinds.1: you may not export notes"
        );
        assert!(chosen(None, |_| false).is_err());
    }
}
