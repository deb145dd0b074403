//! A backend folder as the root stack that the Amplify CLI deploys: auth itself, and the other categories as nested
//! stacks with what they take from each other.
//!
//! <https://docs.amplify.aws/gen1/javascript/tools/cli/reference/files/>

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::read::cloudformation::{Composed, Pieces, shifted_node};
use crate::read::nodes::{attribute, is_call, list, map, merge, pair, pair_at, reference, text};
use crate::read::trees::Trees;
use crate::source::{FileId, SourceMap, Span};
use crate::syntax::code;
use crate::syntax::tree::{Node, NodeKind, Pair};

use super::{auth, overrides};

/// Where the template of a category stands in its folder, behind the name of the resource, or under a name of its own.
const TEMPLATES: &[&str] =
    &["cloudformation-template.json", "cloudformation-template.yml", "cloudformation-template.yaml"];

/// Parameter values that stand beside a template.
const PARAMETERS: &[&str] = &["parameters.json", "function-parameters.json"];

/// A backend folder.
pub(super) struct Backend<'a> {
    pub trees: &'a Trees,
    pub sources: &'a SourceMap,
    pub folder: &'a Utf8Path,
    pieces: Pieces,
    /// The names of the auth resources that are written out in the root stack.
    written_out: Vec<Arc<str>>,
}

/// An entry of `backend-config.json`.
struct Entry<'a> {
    category: &'a str,
    name: Arc<str>,
    body: Option<&'a Node>,
}

impl<'a> Backend<'a> {
    /// The backend in a folder.
    pub fn new(trees: &'a Trees, sources: &'a SourceMap, folder: &'a Utf8Path) -> Self {
        Self { trees, sources, folder, pieces: Pieces::default(), written_out: Vec::new() }
    }

    /// The root stack; `inputs` are the files of the auth category that say what it is made of.
    pub fn compose(mut self, inputs: &[FileId]) -> Option<Composed> {
        let config = self.trees.at(&self.folder.join("backend-config.json"), self.sources);
        let file = config.map(|(file, _)| file).or_else(|| inputs.first().copied())?;
        // The place of what stands nowhere is the beginning of the file.
        let here = Span { start: self.base(file), end: self.base(file) };
        let mut resources = map(Vec::new(), here);
        for input in inputs {
            self.write_out(*input, &mut resources);
        }
        let categories = config.and_then(|(_, tree)| tree.documents.first()).map(Node::pairs).unwrap_or_default();
        for category in categories {
            for resource in category.value.pairs() {
                let entry = Entry { category: &category.key, name: resource.key.clone(), body: Some(&resource.value) };
                let stack = self.nested(&entry, here);
                resources = merged(resources, stack);
            }
        }
        let environment = map(self.environments(here), here);
        let sections =
            vec![pair("Parameters", map(vec![pair("env", environment)], here)), pair("Resources", resources)];
        let id = self.sources.file(file).path.as_str().into();
        Some(Composed { file, id, root: map(sections, here), pieces: self.pieces, name: None, region: None })
    }

    fn base(&mut self, file: FileId) -> u32 {
        self.pieces.base(file, self.sources.file(file).text().len())
    }

    /// The environments that the team has, which are the values of the parameter `env`.
    fn environments(&self, here: Span) -> Vec<Pair> {
        let mut declared = vec![pair("Type", text("String", here))];
        let path = self.folder.parent().map(|folder| folder.join("team-provider-info.json"));
        let tree = path.and_then(|path| self.trees.at(&path, self.sources));
        let names = tree.and_then(|(_, tree)| tree.documents.first()).map(Node::pairs).unwrap_or_default();
        if !names.is_empty() {
            let names = names.iter().map(|pair| text(pair.key.clone(), here)).collect();
            declared.push(pair("AllowedValues", list(names, here)));
        }
        declared
    }

    /// Writes the resources of an auth category into the root stack.
    fn write_out(&mut self, input: FileId, resources: &mut Node) {
        let path = &self.sources.file(input).absolute;
        let (Some(folder), Some(tree)) = (path.parent(), self.trees.get(input, self.sources)) else { return };
        let Some(root) = tree.documents.first() else { return };
        let base = self.base(input);
        let Some(mut made) = auth::resources(&shifted_node(root, base)) else { return };
        if let Some(file) = self.sources.find(&folder.join("override.ts")) {
            let source = self.sources.file(file);
            let base = self.base(file);
            if let Some(module) = code::parse(&source.path, source.text()) {
                overrides::apply(&module, base, &mut made);
            }
        }
        self.written_out.extend(folder.file_name().map(Arc::from));
        let span = resources.span;
        merge(resources, map(made, span));
    }

    /// A category as a nested stack, if its template is in the scan.
    fn nested(&mut self, entry: &Entry<'_>, here: Span) -> Option<Pair> {
        if self.is_written_out(entry.category, &entry.name) {
            return None;
        }
        let folder = self.folder.join(entry.category).join(&*entry.name);
        let template = self.template(&folder, &entry.name)?;
        let mut parameters = map(vec![pair("env", reference("env", here))], here);
        for file in PARAMETERS {
            if let Some((file, tree)) = self.trees.at(&folder.join(file), self.sources)
                && let Some(root) = tree.documents.first()
            {
                let base = self.base(file);
                merge(&mut parameters, arguments(&shifted_node(root, base)));
            }
        }
        let needs = entry.body.and_then(|body| body.get("dependsOn")).map(Node::items).unwrap_or_default();
        let taken: Vec<Pair> = needs.iter().flat_map(|need| self.taken(need, here)).collect();
        merge(&mut parameters, map(taken, here));
        let properties = vec![pair("TemplateURL", text(template.as_str(), here)), pair("Parameters", parameters)];
        let stack =
            vec![pair("Type", text("AWS::CloudFormation::Stack", here)), pair("Properties", map(properties, here))];
        Some(pair_at(format!("{}{}", entry.category, entry.name), here, map(stack, here)))
    }

    fn is_written_out(&self, category: &str, name: &str) -> bool {
        category == "auth" && self.written_out.iter().any(|mine| &**mine == name)
    }

    fn template(&self, folder: &Utf8Path, name: &str) -> Option<Utf8PathBuf> {
        let named = TEMPLATES.iter().map(|end| folder.join(format!("{name}-{end}")));
        let mut all = named.chain([folder.join("template.json"), folder.join("template.yml")]);
        all.find(|path| self.sources.find(path).is_some())
    }

    /// What a category takes from another: a parameter named after both and the output.
    fn taken(&self, need: &Node, here: Span) -> Vec<Pair> {
        let member = |name: &str| need.get(name).and_then(Node::text);
        let (Some(category), Some(name)) = (member("category"), member("resourceName")) else { return Vec::new() };
        let outputs = need.get("attributes").map(Node::items).unwrap_or_default();
        let one = |output: &Node| {
            let output = output.text()?;
            let value = if self.is_written_out(category, name) {
                auth::attribute_of(output, here)
            } else {
                attribute(&format!("{category}{name}"), &format!("Outputs.{output}"), here)
            };
            Some(pair_at(format!("{category}{name}{output}"), here, value))
        };
        outputs.iter().filter_map(one).collect()
    }
}

fn merged(mut into: Node, more: Option<Pair>) -> Node {
    let span = into.span;
    merge(&mut into, map(more.into_iter().collect(), span));
    into
}

/// Parameter values as CloudFormation takes them: a list of texts is one text with commas.
fn arguments(written: &Node) -> Node {
    let one = |written: &Pair| {
        let value = match &written.value.kind {
            NodeKind::List(items) if !is_call(&written.value) => {
                let texts: Vec<Arc<str>> = items.iter().filter_map(Node::scalar).collect();
                text(texts.join(","), written.value.span)
            }
            _ => written.value.clone(),
        };
        Pair { value, ..written.clone() }
    };
    map(written.pairs().iter().map(one).collect(), written.span)
}
