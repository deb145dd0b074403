//! Writes the list of rules: every folder under `rules/` is one, its name the rule's with underscores for hyphens. Says how
//! the program is linked.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=rules");
    let rules = rules(&Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("rules"))?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("rules.rs"), source(&rules)?)?;
    link_at_fixed_place();
    Ok(())
}

/// Half of a short run went by with relocating the program, most of it what the feature `live` brings and such a run does not
/// need (`cargo bench --bench start`). A program at a fixed place, as Go's are, needs none of it; stack, heap and libraries are
/// still placed at random.
fn link_at_fixed_place() {
    let of_target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    let is_static = of_target("FEATURE").split(',').any(|feature| feature == "crt-static");
    if of_target("OS") == "linux" && of_target("ENV") == "gnu" && !is_static {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}

/// The rules' folders by rule name, sorted.
fn rules(root: &Path) -> Result<BTreeMap<String, PathBuf>, Box<dyn Error>> {
    let mut rules = BTreeMap::new();
    for entry in WalkDir::new(root).min_depth(2).max_depth(2) {
        let entry = entry?;
        if entry.file_name() != "mod.rs" {
            continue;
        }
        let folder = entry.path().parent().ok_or("a rule without a folder")?;
        let name = folder.file_name().and_then(|name| name.to_str()).ok_or("a rule's folder that is not UTF-8")?;
        rules.insert(name.replace('_', "-"), folder.to_owned());
    }
    Ok(rules)
}

/// One module per rule, and the list of them.
fn source(rules: &BTreeMap<String, PathBuf>) -> Result<String, Box<dyn Error>> {
    let mut modules = String::new();
    let mut entries = String::new();
    for (name, folder) in rules {
        let module = name.replace('-', "_");
        let (code, page) = (folder.join("mod.rs"), folder.join("README.md"));
        writeln!(modules, "#[path = {code:?}]\nmod {module};")?;
        writeln!(entries, "    Entry {{ name: {name:?}, page: include_str!({page:?}), rule: &{module}::RULE }},")?;
    }
    Ok(format!("{modules}\npub(super) static ALL: &[Entry] = &[\n{entries}];\n"))
}
