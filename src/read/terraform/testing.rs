//! Small scans for the tests of this reader.

use crate::read::cloudformation::Parameters;
use crate::read::cloudformation::testing::show;
use crate::read::trees::Trees;
use crate::read::{Facts, Resource};
use crate::source::{FileId, SourceFile, SourceMap};
use crate::syntax::hcl;

use super::{Given, read};

/// A scan of files in the folder `/p`.
pub struct Scan {
    pub sources: SourceMap,
    pub facts: Facts,
}

/// Reads files, given by their paths below `/p` and their texts.
pub fn scan(files: &[(&str, &str)]) -> Scan {
    scan_with(files, &[], None, &[])
}

/// Reads files with values from some of them, an environment and single values. What holds `cognito` is parsed at the start.
pub fn scan_with(files: &[(&str, &str)], chosen: &[&str], environment: Option<&str>, pairs: &[&str]) -> Scan {
    let mut files = files.to_vec();
    files.sort();
    let file = |(path, text): &(&str, &str)| SourceFile::with_text((*path).into(), format!("/p/{path}").into(), *text);
    let sources = SourceMap::new(files.iter().map(file).collect());
    let parsed: Vec<(FileId, hcl::ast::File)> = sources
        .iter()
        .filter(|(_, file)| file.text().contains("cognito"))
        .filter_map(|(id, file)| Some((id, hcl::parse_file(&file.path, file.text())?)))
        .collect();
    let mut parameters = Parameters::default();
    pairs.iter().for_each(|pair| parameters.add_pair(pair).unwrap());
    let chosen = chosen.iter().map(|path| sources.find(format!("/p/{path}").as_str().into()).unwrap());
    let given = Given { files: chosen.collect(), environment: environment.map(Into::into), parameters: &parameters };
    let facts = read(&Trees::new(&sources, parsed), &Trees::new(&sources, []), &sources, &given);
    Scan { sources, facts }
}

/// Reads `main.tf`.
pub fn configuration(text: &str) -> Scan {
    scan(&[("main.tf", &format!("# cognito\n{text}"))])
}

/// What an expression is where these blocks stand beside it.
pub fn value(expression: &str, beside: &str) -> String {
    configuration(&format!("{beside}\noutput \"it\" {{\n  value = {expression}\n}}\n")).output("it")
}

impl Scan {
    /// The resource of an address.
    pub fn resource(&self, address: &str) -> &Resource {
        let mut found = self.facts.resources.iter().filter(|resource| &*resource.key.id == address);
        let resource = found.next().unwrap_or_else(|| panic!("no resource {address}: {:?}", self.resources()));
        assert!(found.next().is_none(), "several resources {address}");
        resource
    }

    /// The property of a resource under a path joined by dots, as a short text.
    pub fn property(&self, address: &str, path: &str) -> String {
        let path: Vec<&str> = path.split('.').collect();
        self.resource(address).properties.at(&path).value().map_or("-".to_owned(), show)
    }

    /// The addresses of all resources, with the conditions.
    pub fn resources(&self) -> Vec<String> {
        let told = |resource: &Resource| {
            let when = if resource.when.is_always() { String::new() } else { format!(" when {}", resource.when) };
            format!("{}{when}", resource.key.id)
        };
        self.facts.resources.iter().map(told).collect()
    }

    /// An output of a root module, as a short text.
    pub fn output(&self, name: &str) -> String {
        let mut outputs = self.facts.stacks.iter().flat_map(|stack| &stack.outputs);
        let output = outputs.find(|output| &*output.name == name).unwrap_or_else(|| panic!("no output {name}"));
        show(&output.value)
    }

    /// The settings: key, kind and value.
    pub fn settings(&self) -> Vec<String> {
        let told =
            |setting: &crate::read::Setting| format!("{} {:?} {}", setting.key, setting.kind, show(&setting.value));
        self.facts.settings.iter().map(told).collect()
    }

    /// The ids of the stacks.
    pub fn stacks(&self) -> Vec<&str> {
        self.facts.stacks.iter().map(|stack| &*stack.id).collect()
    }

    /// The kinds of the notes, each with the text at its place.
    pub fn notes(&self) -> Vec<(&str, &str)> {
        let told = |note: &'_ crate::read::Note| (note.kind, note.loc.map_or("", |loc| self.sources.text(loc)));
        self.facts.notes.iter().map(told).collect()
    }
}
