//! Policies that users write, in the Guard language, over the model's JSON view.
//!
//! The view is always here; what evaluates policies needs the feature `guard`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use miette::{Diagnostic, SourceSpan};
use thiserror::Error;
use walkdir::WalkDir;

use crate::finding::{Level, Severity};
use crate::read::ignore::{self, Ignore};
use crate::rule::{self, Entry, POLICY, Rule};
use crate::source::paths::{Relative, absolute};
use crate::source::quoted::Quoted;
use crate::source::{FileId, SourceFile, SourceMap, Span};

#[cfg(feature = "guard")]
mod answer;
#[cfg(feature = "guard")]
mod engine;
#[cfg(feature = "guard")]
mod judge;
#[cfg(feature = "guard")]
pub mod expectations;
mod lexis;
#[cfg(feature = "guard")]
mod library;
mod metadata;
#[cfg(feature = "guard")]
#[cfg(test)]
mod oracle;
#[cfg(feature = "guard")]
mod reach;
#[cfg(feature = "guard")]
mod reading;
#[cfg(feature = "guard")]
mod recursion;
#[cfg(feature = "guard")]
pub mod tree;
#[cfg(feature = "guard")]
mod verdict;
pub mod view;

#[cfg(feature = "guard")]
pub use judge::judge;
/// Evaluates nothing: there are no policies without the library.
#[cfg(not(feature = "guard"))]
pub fn judge(_: &Policies, _: &[FileId], _: &crate::model::Model) -> (crate::rule::Outcome, Vec<crate::read::Note>) {
    Default::default()
}

use lexis::{WordKind, words};
use metadata::Declared;

/// How large a policy may be, in bytes.
const LARGEST: usize = 1 << 20;
/// How many brackets may be open at once.
const DEEPEST: usize = 64;
/// How many filters, or lists, may be open at once: the library's parser takes twice as long for each.
const MOST_FILTERS: usize = 8;
/// How the library calls the rule of the clauses outside of every rule, of a policy that it is told is called `policy`.
const DEFAULT: &str = "policy/default";
/// The endings of policies' names.
const ENDINGS: [&str; 2] = ["guard", "ruleset"];

/// The policies of a run.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    /// Those that can be used.
    pub list: Vec<Policy>,
    /// What is wrong with the others.
    pub faults: Vec<Fault>,
    /// What cannot be decided fails.
    pub strict: bool,
    /// The names of all rules that were read.
    names: BTreeSet<&'static str>,
}

/// A policy: a file with rules.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its absolute path.
    pub path: Utf8PathBuf,
    /// How it is named where people are told of it.
    pub shown: Utf8PathBuf,
    /// Its text.
    pub text: Arc<str>,
    /// What it says.
    pub tree: Arc<tree::Tree>,
    /// Its rules.
    pub rules: Vec<PolicyRule>,
}

/// A rule of a policy.
#[derive(Clone, Debug)]
pub struct PolicyRule {
    /// Its name in the policy.
    pub name: Arc<str>,
    /// Where it is declared.
    pub span: Span,
    /// What the rest of the program sees of it.
    pub entry: &'static Entry,
    /// What to change, where the policy says it.
    pub help: Arc<str>,
}

/// Why a policy cannot be used.
#[derive(Clone, Debug, Error, Diagnostic)]
pub enum Fault {
    /// It cannot be read.
    #[error("the policy {path} cannot be used: {message}")]
    Unusable {
        /// The file or folder.
        path: Utf8PathBuf,
        /// Why.
        message: String,
    },
    /// It cannot be understood.
    #[error("this policy cannot be used")]
    Meaningless {
        /// The file.
        #[source_code]
        file: Quoted,
        /// What is wrong.
        message: String,
        /// Where.
        #[label("{message}")]
        span: SourceSpan,
    },
}

impl Policies {
    /// Reads the policies of files and folders, each once; of folders the files that end in `.guard` or `.ruleset`.
    pub fn read(paths: &[Utf8PathBuf], current: &Utf8Path) -> Self {
        let mut policies = Self::default();
        for path in paths {
            match files(&absolute(path, current)) {
                Ok(files) => files.into_iter().for_each(|file| policies.take(file, current)),
                Err(message) => policies.faults.push(Fault::Unusable { path: path.clone(), message }),
            }
        }
        policies
    }

    /// One policy alone.
    pub fn of(policy: Policy) -> Self {
        let names = policy.rules.iter().map(|rule| rule.entry.name).collect();
        Self { list: vec![policy], names, ..Self::default() }
    }

    fn take(&mut self, path: Utf8PathBuf, current: &Utf8Path) {
        if self.list.iter().any(|policy| policy.path == path) {
            return;
        }
        let shown = Relative::to(current).path(&path);
        let unusable = |message: String| Fault::Unusable { path: shown.clone(), message };
        let text = fs::read_to_string(&path).map_err(|error| unusable(error.to_string()));
        match text.and_then(|text| Policy::parse(path, &shown, text.trim_start_matches('\u{feff}'))) {
            Ok(policy) => {
                self.names.extend(policy.rules.iter().map(|rule| rule.entry.name));
                self.list.push(policy);
            }
            Err(fault) => self.faults.push(fault),
        }
    }

    /// Leaves the rules that are wanted, by their names.
    pub fn retain(&mut self, is_wanted: impl Fn(&str) -> bool) {
        for policy in &mut self.list {
            policy.rules.retain(|rule| is_wanted(rule.entry.name));
        }
        self.list.retain(|policy| !policy.rules.is_empty());
    }

    /// The rule of a name.
    pub fn named(&self, rule: &str) -> Option<&'static Entry> {
        self.rules().find(|entry| entry.name == rule)
    }

    /// Whether there are rules, whether they run or not.
    pub fn are_given(&self) -> bool {
        !self.names.is_empty()
    }

    /// Looks whether a name of a rule in a policy is that of one of these. Where a policy could not be read, any may be.
    ///
    /// # Errors
    /// A sentence for a name that is none's, with the one that may be meant.
    pub fn check(&self, rule: &str) -> Result<(), String> {
        if self.names.contains(rule) || !self.faults.is_empty() {
            return Ok(());
        }
        if !self.are_given() {
            return Err("no policy is given: `--policy`, or `policies:` in the configuration, gives some".to_owned());
        }
        Err(match rule::nearest(rule, self.names.iter().copied()) {
            Some(name) => format!("no policy has such a rule; did you mean {name}?"),
            None => "no policy has such a rule; `cognito-lint rules` lists those of the same policies".to_owned(),
        })
    }

    /// Whether a name may be that of a rule of a policy: one of these, or any where there are none.
    pub fn may_have(&self, rule: &str) -> bool {
        rule.starts_with(POLICY) && (self.names.is_empty() || self.names.contains(rule))
    }

    /// The rules.
    pub fn rules(&self) -> impl Iterator<Item = &'static Entry> {
        self.list.iter().flat_map(|policy| &policy.rules).map(|rule| rule.entry)
    }

    /// The names that rules of several policies have, with the policies, as people list them.
    pub fn shared(&self) -> Vec<(&'static str, String)> {
        let mut holders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for policy in &self.list {
            for rule in &policy.rules {
                holders.entry(rule.entry.name).or_default().push(policy.shown.as_str());
            }
        }
        let shared = holders.into_iter().filter(|(_, paths)| paths.len() > 1);
        shared.map(|(name, paths)| (name, paths.join(" and "))).collect()
    }

    /// Adds the policies' files to the files of a scan, so that findings may stand in them.
    pub fn enter(&self, sources: &mut SourceMap, current: &Utf8Path) -> Vec<FileId> {
        let add = |policy: &Policy| {
            let shown = Relative::to(current).path(&policy.path);
            sources.add(SourceFile::with_text(shown, policy.path.clone(), policy.text.clone()))
        };
        self.list.iter().map(add).collect()
    }

    /// The ignores in the policies' comments. `files` are their numbers among the sources.
    pub fn ignores(&self, files: &[FileId], sources: &SourceMap) -> Vec<Ignore> {
        let of_policy = |(policy, file): (&Policy, &FileId)| {
            let words = words(&policy.text);
            let comments = words.iter().filter(|word| word.kind == WordKind::Comment);
            let spans: Vec<_> = comments.map(|word| Span::new(word.start, word.start + 1 + word.text.len())).collect();
            ignore::in_comments(*file, &spans, sources)
        };
        self.list.iter().zip(files).flat_map(of_policy).collect()
    }
}

/// The policies at a path, sorted.
fn files(path: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(path).sort_by_file_name() {
        let entry = entry.map_err(|error| error.to_string())?;
        let is_policy = entry.path().extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known));
        if is_policy && entry.file_type().is_file() {
            files.push(
                Utf8PathBuf::from_path_buf(entry.into_path())
                    .map_err(|path| format!("{} is not UTF-8", path.display()))?,
            );
        }
    }
    if files.is_empty() { Err("there is no file that ends in .guard in it".to_owned()) } else { Ok(files) }
}

impl Policy {
    /// Reads the text of a policy at an absolute path, which is shown as `shown`.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn parse(path: Utf8PathBuf, shown: &Utf8Path, text: &str) -> Result<Self, Fault> {
        let meaningless = |message: String, span: Span| {
            let file = Quoted::new(shown, text.to_owned());
            let span = file.mark(span.start as usize, span.end as usize);
            Fault::Meaningless { file, message, span }
        };
        let unusable = |message: &str| Fault::Unusable { path: shown.to_owned(), message: message.to_owned() };
        if text.len() > LARGEST {
            return Err(unusable("it is too large"));
        }
        let words = words(text);
        let is_deep = lexis::depth(&words, "{[(", "}])") > DEEPEST || lexis::depth(&words, "[", "]") > MOST_FILTERS;
        if is_deep {
            return Err(unusable("its brackets are nested too deeply"));
        }
        let tree = tree(text, &words, meaningless, unusable)?;
        let declared = metadata::declared(text, &words);
        let declared = declared.map_err(|fault| meaningless(fault.message, fault.span))?;
        // The library takes rules of one name for one.
        let mut seen = BTreeSet::new();
        let is_there =
            |declared: &Declared| (tree.has_default() || declared.name.is_some()) && seen.insert(declared.name.clone());
        let rules =
            declared.into_iter().filter(is_there).map(|declared| PolicyRule::new(declared, shown, text)).collect();
        Ok(Self { path, shown: shown.to_owned(), text: text.into(), tree: Arc::new(tree), rules })
    }
}

/// Parses a policy, and looks whether what it says comes to an end.
#[cfg(feature = "guard")]
fn tree(
    text: &str,
    words: &[lexis::Word<'_>],
    fault: impl Fn(String, Span) -> Fault,
    unusable: impl Fn(&str) -> Fault,
) -> Result<tree::Tree, Fault> {
    let tree = tree::Tree::parse(text).map_err(|trouble| match trouble {
        engine::Trouble::Failed(message) => unusable(&message),
        engine::Trouble::Syntax { line, column, message } => {
            let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
            let rest = text.get(before..).unwrap_or_default();
            let within: usize = rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
            let start = (before + within).min(text.len());
            let length = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            fault(message, Span::new(start, start + length))
        }
    })?;
    let checked = library::call(|| recursion::check(&tree)).map_err(|message| unusable(&message))?;
    checked.map_err(|endless| {
        let place = lexis::declaration(words, endless.keyword, &endless.name);
        fault(endless.message, place.unwrap_or(Span::new(0, 0)))
    })?;
    Ok(tree)
}

/// What a policy says, where the library is not there.
#[cfg(not(feature = "guard"))]
pub mod tree {
    /// Nothing.
    #[derive(Clone, Debug)]
    pub struct Tree;

    impl Tree {
        /// Whether there are clauses outside of every rule.
        pub fn has_default(&self) -> bool {
            false
        }
    }
}

#[cfg(not(feature = "guard"))]
fn tree(
    _: &str,
    _: &[lexis::Word<'_>],
    fault: impl Fn(String, Span) -> Fault,
    _: impl Fn(&str) -> Fault,
) -> Result<tree::Tree, Fault> {
    Err(fault("this program was built without the feature guard, which evaluates policies".to_owned(), Span::new(0, 0)))
}

impl PolicyRule {
    /// The rule as the rest of the program sees it. What it leaks is a few lines for each rule of a run.
    fn new(declared: Declared, policy: &Utf8Path, text: &str) -> Self {
        let Declared { name, span, metadata } = declared;
        let file = policy.file_stem().unwrap_or("policy");
        let shown = name.as_deref().unwrap_or(file).to_owned();
        let title =
            metadata.title.unwrap_or_else(|| format!("what the rule {shown} of {policy} asks for does not hold"));
        let help = metadata.help.unwrap_or_default();
        let line = text.bytes().take(span.start as usize).filter(|byte| *byte == b'\n').count() + 1;
        let mut page = format!(
            "# {POLICY}{shown}\n\n## What happens\n\n{title}.\n\n## How we know\n\n{policy}, line {line}, asks for it.\n"
        );
        if !help.is_empty() {
            page += &format!("\n## How to fix\n\n{help}\n");
        }
        let rule = Rule {
            severity: metadata.severity.unwrap_or(Severity::Warning),
            level: metadata.level.unwrap_or(Level::Default),
            summary: title.leak(),
            // Policies are evaluated together.
            check: |_, _| (),
        };
        let entry =
            Entry { name: format!("{POLICY}{shown}").leak(), page: page.leak(), rule: Box::leak(Box::new(rule)) };
        let name = name.map_or_else(|| DEFAULT.into(), Arc::from);
        Self { name, span, entry: Box::leak(Box::new(entry)), help: help.into() }
    }
}
