//! Files that matter although git ignores them: build outputs, environments, what deployments write down.

use camino::Utf8Path;

use super::kinds::{Kind, Use, is_dotenv, is_hcl_in_json, kind, usage};
use super::noise;

/// Folders of build output that are read, as far as [`output_use`] says.
const FOLDERS: &[&str] = &[".amplify", ".aws-sam", ".terraform", "cdk.out", WORKSPACES];

/// Where Terraform keeps the states of workspaces: `terraform.tfstate.d/prod/terraform.tfstate`.
const WORKSPACES: &str = "terraform.tfstate.d";

/// Files that are read wherever they stand.
const FILES: &[&str] = &[
    "amplify-meta.json",
    "amplify_outputs.dart",
    "amplify_outputs.json",
    "amplifyconfiguration.dart",
    "amplifyconfiguration.json",
    "aws-exports.js",
    "aws-exports.ts",
    "awsconfiguration.json",
    "cdk-outputs.json",
    "outputs.json",
];

/// How the files of a CDK assembly are used, by the ends of their names.
const ASSEMBLY: &[(&str, Use)] = &[
    ("manifest.json", Use::Parsed),
    (".template.json", Use::Parsed),
    (".metadata.json", Use::OnDemand),
    (".assets.json", Use::OnDemand),
    ("tree.json", Use::OnDemand),
    ("cdk.out", Use::OnDemand),
];

/// How deep below `.aws-sam` its templates stand: `.aws-sam/build/NestedStack/template.yaml`.
const SAM_DEPTH: usize = 3;

/// Whether a folder holds build output that is read although git ignores it.
pub fn is_output_folder(name: &str) -> bool {
    FOLDERS.contains(&name)
}

/// Whether a file is read although git ignores it.
pub fn is_wanted_file(name: &str) -> bool {
    is_dotenv(name) || FILES.contains(&name) || name.ends_with(".tfstate")
}

/// How a file inside a folder of build output is used; `path` is relative to the folder's parent.
pub fn output_use(path: &Utf8Path) -> Option<Use> {
    let name = path.file_name()?;
    let parent = path.parent()?.file_name().unwrap_or_default();
    if path.starts_with(".terraform") {
        // Modules are only read where they are called.
        let is_module = name == "modules.json" || matches!(kind(name), Some(Kind::Configuration));
        (is_module || is_hcl_in_json(name)).then_some(Use::OnDemand)
    } else if is_assembly(parent) {
        ASSEMBLY.iter().find(|(end, _)| name.ends_with(end)).map(|(_, used)| *used)
    } else if is_in_asset(path) {
        usage(name).filter(|_| noise::file(name).is_none())
    } else if path.starts_with(".aws-sam") {
        let is_template = name.strip_prefix("template.").is_some_and(|end| matches!(end, "yaml" | "yml" | "json"));
        is_template.then_some(Use::Searched)
    } else if path.starts_with(WORKSPACES) {
        name.ends_with(".tfstate").then_some(Use::Searched)
    } else {
        None
    }
}

/// Whether a folder inside a folder of build output is worth entering; `path` is relative to the latter's parent.
pub fn enters_output(path: &Utf8Path) -> bool {
    let (Some(name), Some(parent)) = (path.file_name(), path.parent()) else { return true };
    let parent = parent.file_name().unwrap_or_default();
    if path.starts_with(".terraform") {
        path.components().nth(1).is_none_or(|part| part.as_str() == "modules")
            && !(name.starts_with('.') && name != ".terraform")
            && noise::folder(name, parent).is_none()
    } else if is_assembly(parent) {
        is_assembly(name) || name.starts_with("asset.")
    } else if is_in_asset(path) {
        !name.starts_with('.') && noise::folder(name, parent).is_none()
    } else if path.starts_with(".aws-sam") {
        path.components().count() <= SAM_DEPTH
    } else {
        true
    }
}

fn is_assembly(name: &str) -> bool {
    name == "cdk.out" || name.starts_with("assembly-")
}

fn is_in_asset(path: &Utf8Path) -> bool {
    path.components().any(|component| component.as_str().starts_with("asset."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_assembly_templates_and_code_are_read() {
        for (path, expected) in [
            ("cdk.out/manifest.json", Some(Use::Parsed)),
            ("cdk.out/Auth.template.json", Some(Use::Parsed)),
            ("cdk.out/AuthNested1A2B.nested.template.json", Some(Use::Parsed)),
            ("cdk.out/Auth.metadata.json", Some(Use::OnDemand)),
            ("cdk.out/tree.json", Some(Use::OnDemand)),
            ("cdk.out/Auth.assets.json", Some(Use::OnDemand)),
            ("cdk.out/assembly-prod/manifest.json", Some(Use::Parsed)),
            ("cdk.out/asset.1a2b/index.js", Some(Use::Searched)),
            ("cdk.out/asset.1a2b/index.test.js", None),
            ("cdk.out/asset.1a2b/lib/package.json", Some(Use::OnDemand)),
            (".amplify/artifacts/cdk.out/manifest.json", Some(Use::Parsed)),
            (".amplify/generated/env.ts", None),
            (".aws-sam/build/template.yaml", Some(Use::Searched)),
            (".aws-sam/build.toml", None),
            ("terraform.tfstate.d/prod/terraform.tfstate", Some(Use::Searched)),
            ("terraform.tfstate.d/prod/terraform.tfstate.backup", None),
            (".terraform/modules/modules.json", Some(Use::OnDemand)),
            (".terraform/modules/auth/main.tf", Some(Use::OnDemand)),
            (".terraform/modules/auth/README.md", None),
        ] {
            assert_eq!(output_use(Utf8Path::new(path)), expected, "{path}");
        }
        assert!(enters_output(Utf8Path::new("cdk.out/asset.1a2b/lib")));
        assert!(!enters_output(Utf8Path::new("cdk.out/asset.1a2b/node_modules")));
        assert!(enters_output(Utf8Path::new(".aws-sam/build/Child")));
        assert!(!enters_output(Utf8Path::new(".aws-sam/build/Function/node_modules")));
        assert!(enters_output(Utf8Path::new(".terraform/modules/auth/modules/pool")));
        assert!(!enters_output(Utf8Path::new(".terraform/providers")));
    }
}
