//! CloudFormation and SAM templates, and CDK cloud assemblies.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::read::Facts;
use crate::read::trees::Trees;
use crate::source::{FileId, Loc, SourceMap};
use crate::syntax::code::ir::Language;
use crate::syntax::offsets::Offsets;
use crate::syntax::tree::Node;
use crate::value::{ResourceKey, Value};
use crate::when::When;

mod assembly;
mod authorizers;
mod call;
mod code;
mod composed;
mod conditions;
mod dynamic;
mod each;
mod functions;
mod given;
mod graphql;
mod include;
mod inline;
mod inputs;
mod instance;
mod json_text;
mod lookup;
mod nested;
mod originals;
mod paths;
mod sam;
mod samconfig;
mod substitution;
mod template;
mod terms;
mod trace;
mod trial;

#[cfg(test)]
pub(crate) mod testing;

pub use composed::{Composed, Pieces, shifted, shifted_node};
pub use conditions::Conditions;
pub use given::{Given, Parameters};
pub use template::is_template;

use assembly::Assemblies;
use inputs::{Deployment, Inputs, Provider};
use instance::{Collector, Instance};
use paths::Paths;
use template::Template;

/// What the templates of a scan say.
#[derive(Debug, Default)]
pub struct Reading {
    /// The facts.
    pub facts: Facts,
    /// Program text inside templates.
    pub inline: Vec<InlineCode>,
    /// Folders with copies of code whose originals are in the tree.
    pub copies: BTreeSet<Utf8PathBuf>,
}

impl Reading {
    /// Whether a file, by its absolute path, is a copy of code whose original is in the tree.
    pub fn is_copy(&self, file: &Utf8Path) -> bool {
        file.ancestors().any(|folder| self.copies.contains(folder))
    }
}

/// Program text that stands inside a template.
#[derive(Debug)]
pub struct InlineCode {
    /// The template.
    pub file: FileId,
    /// The function.
    pub resource: ResourceKey,
    /// The code.
    pub text: Arc<str>,
    /// Where its bytes stand in the template.
    pub offsets: Offsets,
    /// Its language, by the function's runtime.
    pub language: Language,
    /// The value it stands in.
    pub loc: Loc,
    /// What CloudFormation puts in place of a `${Name}` in the code whose text is not known.
    pub placeholders: Vec<(Arc<str>, Value)>,
}

/// Reads all templates among `trees`, each once; those that are nested in others where they are nested. `given` are the
/// values for their parameters, which go before those of a `samconfig` file. `composed` are templates of other formats; the
/// files that they are made of are read in them alone.
pub fn read(trees: &Trees, sources: &SourceMap, given: &Parameters, composed: &[Composed]) -> Reading {
    let used: HashSet<FileId> = composed.iter().flat_map(|composed| composed.pieces.files()).collect();
    let templates: Vec<Template<'_>> = trees
        .parsed()
        .flat_map(|(file, tree)| tree.documents.iter().map(move |root| Template::of_file(file, root)))
        .filter(|template| is_template(template.root) && !used.contains(&template.file))
        .collect();
    let given = samconfig::given(trees, sources, given);
    let world = World::new(trees, sources, &given, &templates);
    let collector = Collector::default();
    for (number, template) in roots(&world, &templates, composed) {
        world.read(&collector, template, number);
    }
    for composed in composed {
        world.read_composed(&collector, composed);
    }
    let mut reading = collector.reading.into_inner();
    reading.facts.notes.extend(world.assemblies.stale(&world));
    reading
}

/// What the readers of all templates share.
#[derive(Debug)]
struct World<'a> {
    trees: &'a Trees,
    sources: &'a SourceMap,
    given: &'a Parameters,
    assemblies: Assemblies<'a>,
    /// Empty where there is no assembly, as nothing else needs it.
    paths: Paths<'a>,
}

impl<'a> World<'a> {
    fn new(trees: &'a Trees, sources: &'a SourceMap, given: &'a Parameters, templates: &[Template<'_>]) -> Self {
        let folders = templates.iter().filter_map(|template| sources.file(template.file).absolute.parent());
        let assemblies = Assemblies::new(trees, sources, folders);
        let paths = if assemblies.is_empty() { Paths::default() } else { Paths::new(sources) };
        Self { trees, sources, given, assemblies, paths }
    }

    /// The folder of a file.
    fn folder(&self, file: FileId) -> &'a Utf8Path {
        self.sources.file(file).absolute.parent().unwrap_or(Utf8Path::new("/"))
    }

    /// Reads a template that no other nests; `number` counts the documents of its file.
    fn read(&'a self, collector: &'a Collector, template: Template<'a>, number: usize) {
        let path = &self.sources.file(template.file).path;
        let id = if number > 0 { format!("{path}#{}", number + 1) } else { path.to_string() };
        let name = path.file_name().unwrap_or_default();
        let deployed = || Deployment { name: self.given.stack_name(&id).cloned(), ..Deployment::default() };
        let deployment = self.assemblies.deployment(self.folder(template.file), name).cloned().unwrap_or_else(deployed);
        let inputs = Inputs::new(id.into(), template, deployment, Provider::Outside(self.given));
        self.instantiate(collector, inputs);
    }

    fn read_composed(&'a self, collector: &'a Collector, composed: &'a Composed) {
        let deployment = Deployment { name: composed.name.clone(), region: composed.region.clone(), account: None };
        let provider = Provider::Outside(self.given);
        self.instantiate(collector, Inputs::new(composed.id.clone(), composed.template(), deployment, provider));
    }

    fn instantiate(&'a self, collector: &'a Collector, inputs: Inputs<'a>) {
        let chain = vec![inputs.template.file];
        Instance::new(self, collector, inputs, When::always(), Conditions::default(), chain).read();
    }
}

/// The templates to start from, each with its number in its file: those that nothing nests and, of templates that nest each
/// other, the first.
fn roots<'a>(world: &'a World<'a>, templates: &[Template<'a>], composed: &[Composed]) -> Vec<(usize, Template<'a>)> {
    let originals: HashSet<Vec<&str>> = templates
        .iter()
        .filter(|template| !is_sam_build(world, template.file))
        .map(|template| logical_ids(template.root))
        .collect();
    let is_copy =
        |template: &Template<'_>| is_sam_build(world, template.file) && originals.contains(&logical_ids(template.root));
    let mut numbered: Vec<(usize, Template<'_>)> = Vec::new();
    for template in templates {
        let number = match numbered.last() {
            Some((number, before)) if before.file == template.file => number + 1,
            _ => 0,
        };
        numbered.push((number, *template));
    }
    numbered.retain(|(_, template)| !is_copy(template));
    let nested: HashSet<FileId> = numbered
        .iter()
        .flat_map(|(_, template)| nested::targets(world, template))
        .chain(composed.iter().flat_map(|composed| nested::targets(world, &composed.template())))
        .map(|nested| nested.file)
        .collect();
    let (mut roots, circles): (Vec<_>, Vec<_>) =
        numbered.into_iter().partition(|(_, template)| !nested.contains(&template.file));
    let mut reached = HashSet::new();
    composed.iter().for_each(|composed| reach(world, &composed.template(), &mut reached));
    roots.iter().for_each(|(_, root)| reach(world, root, &mut reached));
    for (number, template) in circles {
        if !reached.contains(&template.file) {
            reach(world, &template, &mut reached);
            roots.push((number, template));
        }
    }
    roots
}

/// Adds a template and all that are nested in it.
fn reach(world: &World<'_>, from: &Template<'_>, reached: &mut HashSet<FileId>) {
    let mut next = vec![*from];
    while let Some(template) = next.pop() {
        if reached.insert(template.file) {
            next.extend(nested::targets(world, &template));
        }
    }
}

/// Whether a file lies in what `sam build` writes.
fn is_sam_build(world: &World<'_>, file: FileId) -> bool {
    world.sources.file(file).absolute.components().any(|part| part.as_str() == ".aws-sam")
}

fn logical_ids(root: &Node) -> Vec<&str> {
    let resources = root.get("Resources").map(Node::pairs).unwrap_or_default();
    let mut ids: Vec<&str> = resources.iter().map(|pair| &*pair.key).collect();
    ids.sort_unstable();
    ids
}

#[cfg(test)]
mod tests {
    use super::testing::{scan, template};

    #[test]
    fn a_plain_template_is_a_stack_by_its_path() {
        let template = "Resources:\n  Users: {Type: AWS::Cognito::UserPool}\n";
        let two = "Resources: {A: {Type: AWS::X::Y}}\n---\nResources: {B: {Type: AWS::X::Y}}\n---\nkind: AWS::None\n";
        let scan = scan(&[("a.yaml", template), ("b/two.yaml", two), ("c.yaml", "kind: AWS::None\n")]);
        assert_eq!(scan.resources(), ["a.yaml:Users", "b/two.yaml:A", "b/two.yaml#2:B"]);
        assert_eq!(super::testing::show(&scan.resource("Users").properties), "()");
    }

    #[test]
    fn what_sam_builds_is_not_read_beside_its_source() {
        let template = "Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: src}}\n";
        let built = "Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: F}}\n";
        let both = scan(&[("app/template.yaml", template), ("app/.aws-sam/build/template.yaml", built)]);
        assert_eq!(both.stacks(), ["app/template.yaml"]);
        let alone = scan(&[("app/.aws-sam/build/template.yaml", built)]);
        assert_eq!(alone.stacks(), ["app/.aws-sam/build/template.yaml"]);
    }

    #[test]
    fn resources_outputs_and_metadata_are_kept_with_their_conditions() {
        let scan = template(
            "Conditions:\n  C: !Equals [!Ref 'AWS::Region', x]\n  Never: !Equals [a, b]\nResources:\n  A:\n    Type: AWS::X::Y\n    Condition: C\n    Metadata:\n      cognito-lint: {ignore: [rule]}\n  \
             Gone: {Type: AWS::X::Y, Condition: Never}\n  Broken: {Properties: {}}\n  Odd: 7\n\
             Outputs:\n  Id: {Value: !Ref A, Condition: C, Export: {Name: !Sub '${AWS::StackName}-id'}}\n  None: {Description: x}\n",
        );
        assert_eq!(scan.resources(), ["t.yaml:A"]);
        assert_eq!(scan.resource("A").when.to_string(), "C");
        assert!(scan.resource("A").metadata.is_some());
        let output = scan.output("Id");
        assert_eq!((output.when.to_string().as_str(), scan.text(output.loc)), ("C", "Id"));
        assert_eq!(super::testing::show(output.export.as_ref().unwrap()), "<${AWS::StackName} '-id'>");
        assert_eq!(scan.reading.facts.stacks[0].outputs.len(), 1);
    }

    #[test]
    fn broken_templates_never_panic() {
        let sample = "Parameters: {P: {Type: String, Default: x}}\nConditions: {C: !Equals [!Ref P, x]}\nMappings: {M: {a: {b: c}}}\nResources:\n  A: {Type: AWS::Lambda::Function, Condition: C, Properties: {Runtime: python3, \
            Code: {ZipFile: !Sub 'a ${P} ${A.B}'}, V: !If [C, !Join ['', [!Ref P]], !Select [0, !Split [',', !FindInMap [M, a, b]]]]}}\n  Fn::ForEach::L: [I, [x], {'R${I}': {Type: AWS::X::Y}}]\nOutputs: {O: {Value: !GetAtt A.Arn}}\n";
        crate::syntax::mutation::each(&[sample], |text| {
            scan(&[("t.yaml", text)]);
        });
    }
}
