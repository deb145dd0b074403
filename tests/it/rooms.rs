//! A room uses only the rooms before it. Their order is the order of the modules in `src/lib.rs`.

use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// The rooms, in order.
pub fn rooms() -> Vec<String> {
    let lib = fs::read_to_string("src/lib.rs").expect("src/lib.rs is there");
    let room = |line: &str| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    lib.lines().filter_map(room).collect()
}

/// The room of a file: `src/report/text.rs` and `src/report.rs` stand in `report`.
fn room_of(path: &Path) -> Option<String> {
    let inside = path.strip_prefix("src").ok()?;
    Some(Path::new(inside.iter().next()?).file_stem()?.to_str()?.to_owned())
}

/// The rooms that a line names: `use crate::source::{FileId, Loc};`, `crate::{when, value}`.
fn named(line: &str) -> Vec<&str> {
    let identifier = |text| str::split(text, |letter: char| !letter.is_alphanumeric() && letter != '_').next();
    let code = line.split("//").next().unwrap_or_default();
    let mut named = Vec::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(list) => named.extend(list.split(',').filter_map(|item| identifier(item.trim()))),
            None => named.extend(identifier(after)),
        }
    }
    named
}

#[test]
fn each_room_uses_only_those_before_it() {
    let rooms = rooms();
    let rank = |name: &str| rooms.iter().position(|room| room == name);
    let mut failures = Vec::new();
    for entry in WalkDir::new("src").sort_by_file_name() {
        let entry = entry.expect("src can be walked");
        let Some(own) = room_of(entry.path()).filter(|room| room != "main" && room != "lib") else { continue };
        if !entry.file_type().is_file() {
            continue;
        }
        let own = rank(&own).unwrap_or_else(|| panic!("{own} is not a module of src/lib.rs"));
        let text = fs::read_to_string(entry.path()).expect("a source file is text");
        for (number, line) in text.lines().enumerate() {
            for name in named(line) {
                if rank(name).is_some_and(|used| used > own) {
                    failures.push(format!("{}:{} uses {name}, a later room", entry.path().display(), number + 1));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn names_are_seen_in_every_form() {
    assert_eq!(named("use crate::source::{FileId, Loc};"), ["source"]);
    assert_eq!(named("use crate::{when::When, value};"), ["when", "value"]);
    assert_eq!(named("fn f(a: &crate::model::Model, b: crate::rule::Rule) {} // crate::cli"), ["model", "rule"]);
    assert_eq!(room_of(Path::new("src/report/text.rs")).as_deref(), Some("report"));
    assert_eq!(room_of(Path::new("src/value.rs")).as_deref(), Some("value"));
}
