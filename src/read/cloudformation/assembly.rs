//! CDK cloud assemblies: what `cdk synth` writes beside the templates.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use camino::{Utf8Path, Utf8PathBuf};

use crate::read::Note;
use crate::read::trees::Trees;
use crate::source::{FileId, Loc, SourceMap, Span};
use crate::syntax::tree::Node;

use super::World;
use super::inputs::Deployment;
use super::trace::{self, Frame};

/// How much newer than the assembly a source must be; a checkout writes both within moments.
const TOLERANCE: Duration = Duration::from_secs(10);

/// Extensions of the languages that CDK programs are written in.
const PROGRAM: &[&str] = &["ts", "mts", "js", "mjs", "py", "java", "cs", "go"];

/// The assemblies of the scan; a stage is one of its own, in a folder of its own.
#[derive(Debug, Default)]
pub(super) struct Assemblies<'a> {
    by_folder: HashMap<&'a Utf8Path, Assembly<'a>>,
}

/// One folder with a manifest.
#[derive(Debug)]
struct Assembly<'a> {
    manifest: FileId,
    /// The folder of the program, above the outermost assembly.
    project: Utf8PathBuf,
    /// The stacks by the file names of their templates.
    stacks: HashMap<&'a str, Deployment>,
    /// The lines of the traces by construct path.
    traces: HashMap<&'a str, Vec<&'a str>>,
    /// Construct paths by logical id, where only one construct has it.
    constructs: HashMap<&'a str, Option<&'a str>>,
}

impl<'a> Assemblies<'a> {
    /// The assemblies in these folders.
    pub fn new(trees: &'a Trees, sources: &'a SourceMap, folders: impl IntoIterator<Item = &'a Utf8Path>) -> Self {
        let mut by_folder: HashMap<&Utf8Path, Assembly<'_>> = HashMap::new();
        for folder in folders {
            if !by_folder.contains_key(folder)
                && let Some(assembly) = Assembly::read(trees, sources, folder)
            {
                by_folder.insert(folder, assembly);
            }
        }
        Self { by_folder }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_folder.is_empty()
    }

    /// The folder of the program that made the assembly in a folder.
    pub fn project_of(&self, folder: &Utf8Path) -> Option<&Utf8Path> {
        self.by_folder.get(folder).map(|assembly| &*assembly.project)
    }

    /// How the stack of a template is deployed.
    pub fn deployment(&self, folder: &Utf8Path, template: &str) -> Option<&Deployment> {
        self.by_folder.get(folder)?.stacks.get(template)
    }

    /// The path of the construct with a logical id.
    pub fn construct_of(&self, folder: &Utf8Path, id: &str) -> Option<Arc<str>> {
        self.by_folder.get(folder)?.constructs.get(id).copied().flatten().map(Arc::from)
    }

    /// The line of the program that made a construct: the first of its trace that is in the scanned tree.
    pub fn made_at(&self, world: &World<'_>, folder: &Utf8Path, construct: &str) -> Option<Loc> {
        let assembly = self.by_folder.get(folder)?;
        let frames = assembly.traces.get(construct)?.iter().filter_map(|line| trace::frame(line));
        frames.into_iter().find_map(|frame| place(world, &frame, &assembly.project))
    }

    /// Notes on assemblies that are older than the programs that made them.
    pub fn stale(&self, world: &World<'_>) -> Vec<Note> {
        let mut assemblies: Vec<(&&Utf8Path, &Assembly<'_>)> = self.by_folder.iter().collect();
        assemblies.sort_by_key(|(folder, _)| **folder);
        let stale = assemblies.into_iter().filter_map(|(_, assembly)| {
            let newer = assembly.newer_source(world)?;
            let message = format!(
                "{} is newer than the assembly {}, which may not say what the program says now",
                world.sources.file(newer).path,
                world.sources.file(assembly.manifest).path
            );
            Some(Note { kind: "stale-assembly", message, file: Some(assembly.manifest), loc: None })
        });
        stale.collect()
    }
}

impl<'a> Assembly<'a> {
    fn read(trees: &'a Trees, sources: &'a SourceMap, folder: &Utf8Path) -> Option<Self> {
        let (manifest, tree) = trees.at(&folder.join("manifest.json"), sources)?;
        let root = tree.documents.first()?;
        root.get("version")?.text()?;
        let artifacts = root.get("artifacts")?.pairs();
        let mut outermost = folder;
        while let Some(parent) = outermost.parent().filter(|parent| is_assembly(trees, sources, parent)) {
            outermost = parent;
        }
        let project = outermost.parent()?.to_path_buf();
        let mut assembly =
            Self { manifest, project, stacks: HashMap::new(), traces: HashMap::new(), constructs: HashMap::new() };
        for artifact in artifacts {
            if artifact.value.get("type").and_then(Node::text) == Some("aws:cloudformation:stack") {
                assembly.add_stack(&artifact.key, &artifact.value);
                let beside = artifact.value.get("additionalMetadataFile").and_then(Node::text);
                let beside = beside.and_then(|file| trees.at(&folder.join(file), sources)?.1.documents.first());
                for metadata in artifact.value.get("metadata").into_iter().chain(beside) {
                    assembly.add_metadata(metadata);
                }
            }
        }
        Some(assembly)
    }

    fn add_stack(&mut self, id: &'a str, artifact: &'a Node) {
        let text = |path: &[&str]| artifact.at(path).and_then(Node::text);
        let Some(template) = text(&["properties", "templateFile"]) else { return };
        let environment = text(&["environment"]).and_then(|environment| environment.strip_prefix("aws://"));
        let (account, region) = environment.and_then(|environment| environment.split_once('/')).unwrap_or_default();
        let known = |name: &str| (!name.is_empty() && !name.starts_with("unknown-")).then(|| Arc::from(name));
        let name = text(&["properties", "stackName"]).unwrap_or(id);
        self.stacks.entry(template).or_insert(Deployment {
            name: Some(name.into()),
            account: known(account),
            region: known(region),
        });
    }

    fn add_metadata(&mut self, metadata: &'a Node) {
        for pair in metadata.pairs() {
            let path = pair.key.strip_prefix('/').unwrap_or(&pair.key);
            for entry in pair.value.items() {
                let data = entry.get("data");
                match entry.get("type").and_then(Node::text) {
                    Some("aws:cdk:logicalId") => {
                        if let Some(id) = data.and_then(Node::text) {
                            self.constructs.entry(id).and_modify(|path| *path = None).or_insert(Some(path));
                        }
                        self.add_trace(path, entry.get("trace"));
                    }
                    Some("aws:cdk:creationStack") => self.add_trace(path, data),
                    _ => {}
                }
            }
        }
    }

    fn add_trace(&mut self, path: &'a str, lines: Option<&'a Node>) {
        if let Some(lines) = lines {
            self.traces.entry(path).or_insert_with(|| lines.items().iter().filter_map(Node::text).collect());
        }
    }

    /// A source of the program that was changed after the assembly was made.
    fn newer_source(&self, world: &World<'_>) -> Option<FileId> {
        let made = modified(&world.sources.file(self.manifest).absolute)? + TOLERANCE;
        let is_newer =
            |file: &FileId| modified(&world.sources.file(*file).absolute).is_some_and(|modified| modified > made);
        self.program(world).into_iter().find(is_newer)
    }

    /// The files of the program: those that its traces name, and those where such programs usually are.
    fn program(&self, world: &World<'_>) -> Vec<FileId> {
        let frames = self.traces.values().flatten().filter_map(|line| trace::frame(line));
        let paths: std::collections::BTreeSet<Utf8PathBuf> = frames.map(|frame| frame.path).collect();
        let named = paths.iter().filter_map(|path| world.paths.like(world.sources, path, &self.project));
        let usual = ["bin", "lib"].map(|folder| self.project.join(folder));
        let usual = usual.iter().flat_map(|folder| world.paths.below(folder));
        let usual = usual.filter(|(path, _)| path.extension().is_some_and(|extension| PROGRAM.contains(&extension)));
        let mut files: Vec<FileId> = named.chain(usual.map(|(_, file)| file)).collect();
        files.sort();
        files.dedup();
        files
    }
}

fn is_assembly(trees: &Trees, sources: &SourceMap, folder: &Utf8Path) -> bool {
    let manifest = trees.at(&folder.join("manifest.json"), sources);
    manifest.is_some_and(|(_, tree)| tree.documents.first().is_some_and(|root| root.get("artifacts").is_some()))
}

fn place(world: &World<'_>, frame: &Frame, project: &Utf8Path) -> Option<Loc> {
    let file = world.paths.like(world.sources, &frame.path, project)?;
    let source = world.sources.file(file);
    let line = source.line(frame.line)?;
    let start = frame.column.and_then(|column| {
        let indentation =
            source.text().get(..line.start as usize)?.chars().rev().take_while(|letter| *letter != '\n').count();
        let letters = source.text().get(line.start as usize..line.end as usize)?.char_indices();
        letters.map(|(at, _)| line.start as usize + at).nth((column.checked_sub(1)?).checked_sub(indentation)?)
    });
    Some(Loc { file, span: Span::new(start.unwrap_or(line.start as usize), line.end as usize) })
}

fn modified(path: &Utf8Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use camino::Utf8PathBuf;

    use super::super::testing::{Scan, scan, show};
    use super::super::{Parameters, read};
    use crate::read::trees::Trees;
    use crate::source::{FileId, SourceFile, SourceMap};

    const MANIFEST: &str = r#"{"version": "55.0.0", "artifacts": {
        "assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}},
        "Auth.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Auth.assets.json"}},
        "Auth": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1",
          "properties": {"templateFile": "Auth.template.json"}, "additionalMetadataFile": "Auth.metadata.json"},
        "Api": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
          "properties": {"templateFile": "Api.template.json", "stackName": "api-prod"},
          "metadata": {"/Api/Session/Resource": [{"type": "aws:cdk:logicalId", "data": "SessionF00", "trace": [
            "new Function (/build/node_modules/aws-cdk-lib/aws-lambda/lib/function.js:1:7126)",
            "new ApiStack (/build/project/lib/api-stack.ts:2:3)", "Module._compile (node:internal/modules/cjs/loader:1521:14)"]}]}}}}"#;

    const METADATA: &str = r#"{
        "/Auth": [{"type": "aws:cdk:creationStack", "data": ["<anonymous> (/build/project/bin/app.ts:8:14)"]}],
        "/Auth/Users/Resource": [{"type": "aws:cdk:logicalId", "data": "UsersA1"},
          {"type": "aws:cdk:creationStack", "data": ["...new UserPool2 in aws-cdk-lib...", "new AuthStack (/build/project/lib/auth-stack.ts:3:19)", "<anonymous> (/build/project/bin/app.ts:8:14)", "...node internals..."]}],
        "/Auth/Users/Web/Resource": [{"type": "aws:cdk:logicalId", "data": "UsersWebB2"},
          {"type": "aws:cdk:creationStack", "data": ["...aws-cdk-lib...", "(no user code in 10 frames, use --stack-trace-limit to capture more)"]}]}"#;

    const AUTH: &str = r#"{"Resources": {
        "UsersA1": {"Type": "AWS::Cognito::UserPool", "Properties": {"UserPoolName": {"Fn::Sub": "${AWS::StackName}-${AWS::Region}-${AWS::AccountId}-${AWS::Partition}.${AWS::URLSuffix}"}},
          "Metadata": {"aws:cdk:path": "Auth/Users/Resource"}},
        "UsersWebB2": {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"UserPoolId": {"Ref": "UsersA1"}}}},
        "Outputs": {"ExportsOutputRefUsersWebB2": {"Value": {"Ref": "UsersWebB2"}, "Export": {"Name": "Auth:ExportsOutputRefUsersWebB2"}}}}"#;

    const API: &str = r#"{"Resources": {
        "SessionF00": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": "b", "S3Key": "k"}, "Handler": "index.handler",
          "Environment": {"Variables": {"CLIENT_ID": {"Fn::ImportValue": "Auth:ExportsOutputRefUsersWebB2"}, "STACK": {"Ref": "AWS::StackName"}, "REGION": {"Ref": "AWS::Region"}}}},
          "Metadata": {"aws:cdk:path": "Api/Session/Resource", "aws:asset:path": "asset.1f", "aws:asset:is-bundled": true, "aws:asset:property": "Code"}},
        "CopyA0": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": "b", "S3Key": "k"}, "Handler": "app.cleanup.handler"},
          "Metadata": {"aws:asset:path": "asset.2e", "aws:asset:property": "Code"}},
        "AloneA0": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": "b", "S3Key": "k"}, "Handler": "index.handler"},
          "Metadata": {"aws:asset:path": "asset.3d", "aws:asset:property": "Code"}},
        "Jobs4FE": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, "/assets/267e.json"]]},
          "Parameters": {"referencetoAuth": {"Fn::ImportValue": "Auth:ExportsOutputRefUsersWebB2"}}},
          "Metadata": {"aws:cdk:path": "Api/Jobs.NestedStack/Jobs.NestedStackResource", "aws:asset:path": "ApiJobs.nested.template.json", "aws:asset:property": "TemplateURL"}}}}"#;

    const JOBS: &str = r#"{"Parameters": {"referencetoAuth": {"Type": "String"}}, "Resources": {"Job": {"Type": "AWS::Lambda::Function",
        "Properties": {"Code": {"ZipFile": "x"}, "Runtime": "nodejs22.x", "Environment": {"Variables": {"CLIENT_ID": {"Ref": "referencetoAuth"}}}}}}}"#;

    const STAGE: &str = r#"{"version": "55.0.0", "artifacts": {"ProdAuth": {"type": "aws:cloudformation:stack", "environment": "aws://1/eu-west-1",
        "properties": {"templateFile": "ProdAuth.template.json", "stackName": "Prod-Auth"},
        "metadata": {"/Prod/Auth/Users/Resource": [{"type": "aws:cdk:logicalId", "data": "PoolC3"},
          {"type": "aws:cdk:creationStack", "data": ["new AuthStack (/build/project/lib/auth-stack.ts:3:19)"]}]}}}}"#;

    const STAGED: &str = r#"{"Resources": {"PoolC3": {"Type": "AWS::Cognito::UserPool"}}}"#;

    const PROGRAM: &str = "export class AuthStack extends Stack {\n  constructor(scope: Construct) {\n    const users = new UserPool(this, 'Users');\n  }\n}\n";

    const SESSION: &str = "export const handler = async () => process.env.CLIENT_ID;\n";

    fn files() -> Vec<(&'static str, &'static str)> {
        vec![
            ("infra/cdk.out/manifest.json", MANIFEST),
            ("infra/cdk.out/Auth.metadata.json", METADATA),
            ("infra/cdk.out/Auth.template.json", AUTH),
            ("infra/cdk.out/Api.template.json", API),
            ("infra/cdk.out/ApiJobs.nested.template.json", JOBS),
            ("infra/cdk.out/assembly-Prod/manifest.json", STAGE),
            ("infra/cdk.out/assembly-Prod/ProdAuth.template.json", STAGED),
            (
                "infra/cdk.out/asset.1f/index.js",
                "\"use strict\";\n// node_modules/x/index.js\nvar x = 1;\n\n// infra/lambda/tokens.ts\nvar t;\n\n// infra/lambda/session.ts\nvar handler = 1;\n// Annotate the CommonJS export names for ESM import in node:\n",
            ),
            ("infra/cdk.out/asset.2e/app/cleanup.py", "def handler(): pass\n"),
            ("infra/cdk.out/asset.2e/app/util.py", "x = 1\n"),
            ("infra/cdk.out/asset.3d/index.js", "exports.handler = 3;\n"),
            ("infra/lambda/session.ts", SESSION),
            ("infra/lambda/tokens.ts", "export const t = 1;\n"),
            ("infra/python/app/cleanup.py", "def handler(): pass\n"),
            ("infra/python/app/util.py", "x = 1\n"),
            ("old/app/cleanup.py", "def handler(): pass\n"),
            ("infra/lib/auth-stack.ts", PROGRAM),
            ("infra/lib/api-stack.ts", "// api\n  new Function(this, 'Session');\n"),
            ("other/lib/auth-stack.ts", PROGRAM),
            ("web/index.js", "exports.handler = 4;\n"),
        ]
    }

    fn assembly() -> Scan {
        scan(&files())
    }

    #[test]
    fn stacks_are_read_once_with_their_names_and_environments() {
        let scan = assembly();
        let stacks: Vec<(&str, Option<&str>)> =
            scan.reading.facts.stacks.iter().map(|stack| (&*stack.id, stack.name.as_deref())).collect();
        assert_eq!(
            stacks,
            [
                ("infra/cdk.out/Api.template.json/Jobs4FE", None),
                ("infra/cdk.out/Api.template.json", Some("api-prod")),
                ("infra/cdk.out/Auth.template.json", Some("Auth")),
                ("infra/cdk.out/assembly-Prod/ProdAuth.template.json", Some("Prod-Auth")),
            ]
        );
        assert_eq!(scan.property("UsersA1", "UserPoolName"), "'Auth-eu-west-1-111122223333-aws.amazonaws.com'");
        assert_eq!(
            scan.property("SessionF00", "Environment.Variables"),
            "(CLIENT_ID: export Auth:ExportsOutputRefUsersWebB2, STACK: 'api-prod', REGION: ${AWS::Region})"
        );
        assert_eq!(scan.property("Job", "Environment.Variables.CLIENT_ID"), "export Auth:ExportsOutputRefUsersWebB2");
        let output = scan.output("ExportsOutputRefUsersWebB2");
        assert_eq!(output.export.as_ref().map(show).as_deref(), Some("'Auth:ExportsOutputRefUsersWebB2'"));
    }

    #[test]
    fn resources_stand_at_the_line_that_made_them() {
        let scan = assembly();
        let made =
            |id: &str| scan.resource(id).source.map(|loc| (scan.sources.file(loc.file).path.as_str(), scan.text(loc)));
        let users = Some(("infra/lib/auth-stack.ts", "new UserPool(this, 'Users');"));
        assert_eq!(made("UsersA1"), users);
        assert_eq!(made("PoolC3"), users);
        assert_eq!(made("SessionF00"), Some(("infra/lib/api-stack.ts", "new Function(this, 'Session');")));
        assert_eq!(made("UsersWebB2"), None);
        assert_eq!(scan.resource("UsersWebB2").construct.as_deref(), Some("Auth/Users/Web/Resource"));
    }

    #[test]
    fn assets_lead_to_the_code_that_they_were_made_from() {
        let scan = assembly();
        let paths = |id: &str| -> Vec<String> {
            let code = scan.reading.facts.code.iter().filter(|code| &*code.resource.id == id);
            code.map(|code| match &code.path {
                crate::read::CodePath::Path(path) => path.to_string(),
                crate::read::CodePath::Inline => String::new(),
            })
            .collect()
        };
        assert_eq!(paths("SessionF00"), ["/p/infra/lambda/session.ts", "/p/infra/lambda/tokens.ts"]);
        assert_eq!(paths("CopyA0"), ["/p/infra/python"]);
        assert_eq!(paths("AloneA0"), ["/p/infra/cdk.out/asset.3d"]);
        let copies: Vec<&str> = scan.reading.copies.iter().map(|path| path.as_str()).collect();
        assert_eq!(copies, ["/p/infra/cdk.out/asset.1f", "/p/infra/cdk.out/asset.2e"]);
    }

    #[test]
    fn the_order_of_files_makes_no_difference() {
        let texts = |scan: &Scan| -> Vec<String> {
            let resources = scan.reading.facts.resources.iter();
            resources.map(|resource| format!("{:?} {}", resource.key, show(&resource.properties))).collect()
        };
        let mut reversed = files();
        reversed.reverse();
        assert_eq!(texts(&assembly()), texts(&scan(&reversed)));
    }

    #[test]
    fn an_assembly_older_than_its_program_is_noted() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().to_path_buf()).unwrap();
        let write = |path: &str, text: &str, age: u64| {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
            SourceFile::on_disk(path.strip_prefix(&root).unwrap().to_path_buf(), path)
        };
        let notes = |program_age: u64| {
            let sources = SourceMap::new(vec![
                write("cdk.out/ProdAuth.template.json", STAGED, 1000),
                write("cdk.out/manifest.json", STAGE, 1000),
                write("lib/auth-stack.ts", PROGRAM, program_age),
            ]);
            let template = crate::syntax::json::parse(STAGED);
            let reading = read(&Trees::new(&sources, [(FileId(0), template)]), &sources, &Parameters::default(), &[]);
            reading.facts.notes.iter().map(|note| note.kind).collect::<Vec<_>>()
        };
        assert_eq!(notes(500), ["stale-assembly"]);
        assert!(notes(2000).is_empty() && notes(999).is_empty());
    }
}
