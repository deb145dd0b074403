//! Two readings of a project side by side: which resource is which, and which are gone.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use camino::Utf8Path;

use crate::read::{Change, Deployer, Facts, Replacement, Resource, Retention, Stack, terraform};
use crate::source::{FileId, Loc, SourceFile, SourceMap, Span};
use crate::value::ResourceKey;

/// An earlier reading, and the one that is compared with it.
#[derive(Debug)]
pub struct Readings<'a> {
    /// What was.
    pub before: &'a Facts,
    /// The files of that time.
    pub files_before: &'a SourceMap,
    /// What is.
    pub after: &'a Facts,
}

/// What became of a stack.
#[derive(Clone, Debug, PartialEq)]
enum Fate {
    /// It is called so now.
    Is(Arc<str>),
    /// It is there and has no resources of ours: this is its template, or the one that nested it.
    Emptied(FileId),
    /// Its template is gone. What is deployed of it stays.
    Unknown,
}

impl Readings<'_> {
    /// What becomes of the resources of Cognito. `files` are those of the later reading; the files of the earlier one
    /// that changes refer to join them.
    pub fn changes(&self, files: &mut SourceMap) -> Vec<Change> {
        let told: HashSet<&ResourceKey> = self.after.changes.iter().filter_map(key_of).collect();
        let is_of_cognito = |resource: &&Resource| resource.type_name.starts_with("AWS::Cognito::");
        let was_ours = |resource: &&Resource| is_of_cognito(resource) && !tells_what_is(resource, self.files_before);
        let is_told: HashSet<FileId> = (self.after.resources.iter())
            .filter(|resource| tells_what_is(resource, files))
            .map(|resource| resource.loc.file)
            .collect();
        let is_ours = |resource: &&Resource| is_of_cognito(resource) && !is_told.contains(&resource.loc.file);
        let now: HashMap<&ResourceKey, &Resource> =
            self.after.resources.iter().filter(is_ours).map(|resource| (&resource.key, resource)).collect();
        let moves: HashMap<&ResourceKey, &ResourceKey> =
            self.after.moves.iter().map(|moved| (&moved.from, &moved.to)).collect();
        let repeated: HashSet<(&str, String)> =
            now.keys().filter(|key| key.id.contains(ANY)).map(|key| (&*key.stack, without_indexes(&key.id))).collect();
        let fates = self.fates(files);
        let name = |stack: &Arc<str>| match fates.get(stack) {
            Some(Fate::Is(name)) => name.clone(),
            _ => stack.clone(),
        };
        let by_plain: HashMap<ResourceKey, &ResourceKey> = now.keys().map(|key| (uncounted(key), *key)).collect();
        let removals: HashMap<(&str, String), Retention> = (self.after.removals.iter())
            .map(|removal| ((&*removal.from.stack, without_indexes(&removal.from.id)), removal.retention))
            .collect();
        let renamed_of =
            |resource: &Resource| ResourceKey { stack: name(&resource.key.stack), id: resource.key.id.clone() };
        let old: HashSet<ResourceKey> = self.before.resources.iter().filter(was_ours).map(renamed_of).collect();
        // An address that is new to a root module: a state may be moved there, which no file tells.
        let elsewhere: HashSet<(&str, Arc<str>)> = (now.values())
            .filter(|new| is_address(&new.key) && !old.contains(&new.key))
            .map(|new| (&*new.type_name, uncounted(&new.key).id))
            .collect();
        let mut copies = Copies::default();
        let mut changes = Vec::new();
        let mut known = HashSet::new();
        for resource in self.before.resources.iter().filter(was_ours) {
            let renamed = renamed_of(resource);
            let found = moved(&renamed, &moves).into_iter().find_map(|key| {
                let known = now.get_key_value(&key).or_else(|| now.get_key_value(by_plain.get(&uncounted(&key))?));
                known.map(|(key, after)| (*after, *key))
            });
            let same = found.filter(|(after, _)| after.type_name == resource.type_name);
            let (after, loc) = match same {
                Some((after, key)) => {
                    known.insert(key.clone());
                    (Some(after.clone()), after.loc)
                }
                // One instance of those that cannot be told apart may be this one.
                None if renamed.id.contains(ANY) => continue,
                None if repeated.contains(&(&*renamed.stack, without_indexes(&renamed.id))) => continue,
                None if elsewhere.contains(&(&*resource.type_name, uncounted(&renamed).id)) => continue,
                None => {
                    let fate = fates.get(&resource.key.stack).unwrap_or(&Fate::Unknown);
                    let Some(file) = self.left_by(fate, &renamed.id) else { continue };
                    (None, Loc { file, span: Span::default() })
                }
            };
            if told.contains(&renamed) {
                continue;
            }
            let mut place = |loc: Loc| copies.place(loc, self.files_before, files);
            let removed = after.is_none().then(|| removal(&renamed, &removals)).flatten();
            let before = Resource {
                key: renamed,
                retention: removed.unwrap_or(resource.retention),
                properties: resource.properties.retold(&mut place, &name),
                loc: place(resource.loc),
                source: None,
                when: resource.when.rescoped(&name),
                ..resource.clone()
            };
            changes.push(Change { before: Some(before), after, replacement: Replacement::Undecided, loc });
        }
        let stacks: HashSet<Arc<str>> = self.before.stacks.iter().map(|stack| name(&stack.id)).collect();
        let new = self.after.resources.iter().filter(is_ours);
        let new =
            new.filter(|new| !known.contains(&new.key) && !told.contains(&new.key) && stacks.contains(&new.key.stack));
        changes.extend(new.map(|new| Change {
            before: None,
            after: Some(new.clone()),
            replacement: Replacement::Undecided,
            loc: new.loc,
        }));
        changes
    }

    /// What became of each stack. One whose template was renamed is known by what it holds.
    fn fates(&self, files: &SourceMap) -> HashMap<Arc<str>, Fate> {
        let now: HashMap<&str, &Stack> = self.after.stacks.iter().map(|stack| (&*stack.id, stack)).collect();
        let old: HashSet<&str> = self.before.stacks.iter().map(|stack| &*stack.id).collect();
        let mut holders: HashMap<(&str, &str), Vec<&Arc<str>>> = HashMap::new();
        for resource in self.after.resources.iter().filter(|resource| !old.contains(&*resource.key.stack)) {
            holders.entry((&resource.type_name, &resource.key.id)).or_default().push(&resource.key.stack);
        }
        let mut shared: HashMap<&str, HashMap<&Arc<str>, usize>> = HashMap::new();
        for resource in self.before.resources.iter().filter(|resource| !now.contains_key(&*resource.key.stack)) {
            for holder in holders.get(&(&*resource.type_name, &*resource.key.id)).into_iter().flatten() {
                *shared.entry(&resource.key.stack).or_default().entry(holder).or_default() += 1;
            }
        }
        let mut fates: HashMap<Arc<str>, Fate> = HashMap::new();
        let mut taken: HashSet<&Arc<str>> = HashSet::new();
        let mut stacks: Vec<&Stack> = self.before.stacks.iter().collect();
        // Those that nest others come first.
        stacks.sort_by_key(|stack| stack.id.len());
        for stack in stacks {
            let heirs = shared.get(&*stack.id).into_iter().flatten().filter(|(heir, _)| !taken.contains(*heir));
            let heir = heirs.max_by_key(|(heir, count)| (**count, std::cmp::Reverse(*heir))).map(|(heir, _)| *heir);
            let fate = match (now.contains_key(&*stack.id), heir) {
                (true, _) => Fate::Is(stack.id.clone()),
                (false, Some(heir)) => {
                    taken.insert(heir);
                    Fate::Is(heir.clone())
                }
                (false, None) => self.without_heir(stack, &now, &fates, files),
            };
            fates.insert(stack.id.clone(), fate);
        }
        fates
    }

    /// The fate of a stack that is not found again.
    fn without_heir(
        &self,
        stack: &Stack,
        now: &HashMap<&str, &Stack>,
        fates: &HashMap<Arc<str>, Fate>,
        files: &SourceMap,
    ) -> Fate {
        let nested = stack.id.rsplit_once('/').and_then(|(parent, id)| Some((fates.get(parent)?, id)));
        match nested {
            Some((Fate::Is(parent), id)) => {
                let key = ResourceKey { stack: parent.clone(), id: id.into() };
                let is_nested = self.after.resources.iter().any(|resource| resource.key == key);
                let left = now.get(&**parent).filter(|parent| !is_nested && !parent.open);
                left.map_or(Fate::Unknown, |parent| Fate::Emptied(parent.file))
            }
            Some((fate, _)) => fate.clone(),
            None => {
                let path = &self.files_before.file(stack.file).absolute;
                let file = files
                    .find(path)
                    .filter(|file| !may_call_modules(path, files) && !takes_in_more(files.file(*file).text()));
                file.map_or(Fate::Unknown, Fate::Emptied)
            }
        }
    }

    /// The file that a resource is certainly gone from; `None` where it may be there and is not known.
    fn left_by(&self, fate: &Fate, id: &str) -> Option<FileId> {
        let file = match fate {
            Fate::Is(name) => {
                let stack = self.after.stacks.iter().find(|stack| stack.id == *name)?;
                let may_be_there = stack.open || stack.undeployed.iter().any(|undeployed| &**undeployed == id);
                (!may_be_there).then_some(stack.file)?
            }
            Fate::Emptied(file) => *file,
            Fate::Unknown => return None,
        };
        let is_broken = self.after.unreadable.iter().any(|fault| fault.loc.file == file);
        let is_partial =
            self.after.notes.iter().filter(|note| matches!(note.kind, "limit" | "unreadable" | "unresolved"));
        let mut is_partial = is_partial.filter_map(|note| note.loc.map(|loc| loc.file).or(note.file));
        (!is_broken && !is_partial.any(|partial| partial == file)).then_some(file)
    }
}

/// The index of an instance whose key is not known.
const ANY: &str = "[*]";

/// An address without the keys of instances.
fn without_indexes(address: &str) -> String {
    let mut plain = String::with_capacity(address.len());
    let mut depth = 0_usize;
    for letter in address.chars() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    plain
}

/// What a name becomes by the moves: of the resource itself, or of a module or repeated resource that it is part of.
fn moved_once(key: &ResourceKey, moves: &HashMap<&ResourceKey, &ResourceKey>) -> Option<ResourceKey> {
    let ends = key.id.match_indices(['.', '[']).map(|(at, _)| at).chain([key.id.len()]);
    let ends: Vec<usize> = ends.collect();
    ends.into_iter().rev().find_map(|end| {
        let (part, rest) = key.id.split_at_checked(end)?;
        let to = moves.get(&ResourceKey { stack: key.stack.clone(), id: part.into() })?;
        Some(ResourceKey { stack: to.stack.clone(), id: format!("{}{rest}", to.id).into() })
    })
}

/// How often a resource may be moved on.
const MOST_MOVES: usize = 32;

/// What a resource may be called now: what it was moved to, from name to name, or else its own name.
fn moved(key: &ResourceKey, moves: &HashMap<&ResourceKey, &ResourceKey>) -> Vec<ResourceKey> {
    let mut names = vec![key.clone()];
    while let Some(next) = names.last().and_then(|last| moved_once(last, moves)).filter(|next| !names.contains(next)) {
        names.push(next);
        if names.len() > MOST_MOVES {
            break;
        }
    }
    names.reverse();
    names
}

/// A name without the index of first instances: Terraform itself moves a resource or module that gets a count to its
/// first instance, and back.
fn uncounted(key: &ResourceKey) -> ResourceKey {
    ResourceKey { stack: key.stack.clone(), id: key.id.replace("[0]", "").into() }
}

/// Whether a name is an address in Terraform, not a logical id.
fn is_address(key: &ResourceKey) -> bool {
    key.id.contains('.')
}

/// What becomes of a resource that is named as removed, by itself or with its module.
fn removal(key: &ResourceKey, removals: &HashMap<(&str, String), Retention>) -> Option<Retention> {
    if removals.is_empty() {
        return None;
    }
    let plain = without_indexes(&key.id);
    let ends = plain.match_indices('.').map(|(at, _)| at).chain([plain.len()]);
    ends.filter_map(|end| removals.get(&(&*key.stack, plain.get(..end)?.to_owned())).copied()).next_back()
}

/// Whether a resource stands in a plan, a state or an export: they tell what was made or is to be made of what is written,
/// and are written anew by every deployment.
fn tells_what_is(resource: &Resource, files: &SourceMap) -> bool {
    let path = files.file(resource.loc.file).path.as_str();
    let is_data = path.ends_with(".tfstate") || (path.ends_with("json") && !path.ends_with(".tf.json"));
    is_data && (resource.deployer == Deployer::Terraform || is_address(&resource.key))
}

/// Whether a template may have resources that its text does not hold: a macro makes them, or another file.
fn takes_in_more(text: &str) -> bool {
    const OWN: [&str; 2] = ["AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"];
    let is_macro = |line: &str| line.contains("Transform") && !OWN.iter().any(|own| line.contains(own));
    text.contains("${file(") || text.lines().any(is_macro)
}

/// Whether the root module with this file may call others: what they make is not known where nothing of it is read.
fn may_call_modules(path: &Utf8Path, files: &SourceMap) -> bool {
    let is_configuration = |path: &Utf8Path| path.file_name().is_some_and(terraform::is_configuration);
    let mut beside = files.iter().filter(|(_, file)| file.absolute.parent() == path.parent());
    is_configuration(path) && beside.any(|(_, file)| is_configuration(&file.absolute) && file.text().contains("module"))
}

fn key_of(change: &Change) -> Option<&ResourceKey> {
    change.after.as_ref().or(change.before.as_ref()).map(|resource| &resource.key)
}

/// The files of the earlier reading that joined those of the later one.
#[derive(Debug, Default)]
struct Copies(HashMap<FileId, FileId>);

impl Copies {
    fn place(&mut self, loc: Loc, before: &SourceMap, files: &mut SourceMap) -> Loc {
        let copy = self.0.entry(loc.file).or_insert_with(|| {
            let file = before.file(loc.file);
            files.add_aside(SourceFile::with_text(
                file.path.to_path_buf(),
                file.absolute.to_path_buf(),
                file.text().clone(),
            ))
        });
        Loc { file: *copy, ..loc }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{Move, Removal};
    use crate::value::{Kind, Map, Value};

    const CLIENT: &str = "aws_cognito_user_pool_client";

    fn key(id: &str) -> ResourceKey {
        ResourceKey { stack: "infra".into(), id: id.into() }
    }

    fn loc() -> Loc {
        Loc { file: FileId(0), span: Span::new(0, 1) }
    }

    /// A reading of one root module with these clients.
    fn reading(clients: &[&str]) -> Facts {
        let client = |id: &&str| Resource {
            key: key(&format!("{CLIENT}.{id}")),
            type_name: "AWS::Cognito::UserPoolClient".into(),
            properties: Value::new(Kind::Map(Map::default()), loc()),
            loc: loc(),
            source: None,
            when: crate::when::When::always(),
            construct: None,
            metadata: None,
            retention: crate::read::Retention::default(),
            ignored: crate::read::Ignored::Nothing,
            left_out: Vec::new(),
            deployer: crate::read::Deployer::Terraform,
        };
        let stack = Stack {
            id: "infra".into(),
            name: None,
            file: FileId(0),
            outputs: Vec::new(),
            undeployed: Vec::new(),
            open: false,
            conditions: Default::default(),
        };
        Facts { stacks: vec![stack], resources: clients.iter().map(client).collect(), ..Facts::default() }
    }

    fn files() -> SourceMap {
        SourceMap::new(vec![SourceFile::with_text("infra/main.tf".into(), "/infra/main.tf".into(), "x\n")])
    }

    /// The changes, as `before → after`.
    fn changes(before: &[&str], after: Facts) -> Vec<String> {
        let (before, files_before) = (reading(before), files());
        let readings = Readings { before: &before, files_before: &files_before, after: &after };
        let id = |side: &Option<Resource>| {
            let id = side.as_ref().and_then(|side| side.key.id.split_once('.'));
            id.map_or("-", |(_, id)| id).to_owned()
        };
        readings
            .changes(&mut files())
            .iter()
            .map(|change| format!("{} → {}", id(&change.before), id(&change.after)))
            .collect()
    }

    fn with_moves(clients: &[&str], moves: &[(&str, &str)]) -> Facts {
        let moved = |(from, to): &(&str, &str)| Move { from: key(from), to: key(to) };
        Facts { moves: moves.iter().map(moved).collect(), ..reading(clients) }
    }

    #[test]
    fn what_is_called_otherwise_is_another_unless_it_was_moved() {
        assert_eq!(changes(&["web"], reading(&["web"])), ["web → web"]);
        assert_eq!(changes(&["web"], reading(&["spa"])), ["web → -", "- → spa"]);
        let of = |name: &str| format!("{CLIENT}.{name}");
        assert_eq!(changes(&["web"], with_moves(&["spa"], &[(&of("web"), &of("spa"))])), ["web → spa"]);
        let twice = [(&*of("web"), &*of("old")), (&*of("old"), &*of("spa"))];
        assert_eq!(changes(&["web"], with_moves(&["spa"], &twice)), ["web → spa"]);
        let each = with_moves(&["spa[\"a\"]"], &[(&of("web"), &of("spa"))]);
        assert_eq!(changes(&["web[\"a\"]"], each), ["web[\"a\"] → spa[\"a\"]"]);
        let circle = [(&*of("web"), &*of("old")), (&*of("old"), &*of("web"))];
        assert_eq!(changes(&["web"], with_moves(&["spa"], &circle)), ["web → -", "- → spa"]);
    }

    #[test]
    fn a_count_alone_moves_nothing_and_keys_do() {
        assert_eq!(changes(&["web"], reading(&["web[0]"])), ["web → web[0]"]);
        assert_eq!(changes(&["web[0]"], reading(&["web"])), ["web[0] → web"]);
        assert_eq!(changes(&["web[0]"], reading(&["web[\"spa\"]"])), ["web[0] → -", "- → web[\"spa\"]"]);
    }

    #[test]
    fn a_module_that_gets_a_count_stays_what_it_is() {
        let within = |module: &str| {
            let mut facts = reading(&["web"]);
            facts.resources[0].key = key(&format!("{module}.{CLIENT}.web"));
            facts
        };
        let gone = |before: &str, after: &str| {
            let (before, after, files_before) = (within(before), within(after), files());
            let readings = Readings { before: &before, files_before: &files_before, after: &after };
            readings.changes(&mut files()).iter().any(|change| change.after.is_none())
        };
        assert!(!gone("module.auth", "module.auth[0]"));
        assert!(!gone("module.auth[0]", "module.auth"));
        assert!(!gone("module.all.module.auth[0]", "module.all[0].module.auth"));
        assert!(gone("module.auth[1]", "module.auth"));
        assert!(gone("module.auth", "module.auth[\"a\"]"));
    }

    #[test]
    fn what_is_named_as_removed_is_kept_where_it_says_so() {
        let retention = |id: &str, from: &str, retention: Retention| {
            let removals = HashMap::from([(("infra", from.to_owned()), retention)]);
            removal(&key(id), &removals)
        };
        let web = format!("module.auth[0].{CLIENT}.web[\"a\"]");
        assert_eq!(retention(&web, "module.auth", Retention::Kept), Some(Retention::Kept));
        assert_eq!(retention(&web, &format!("module.auth.{CLIENT}.web"), Retention::Unknown), Some(Retention::Unknown));
        assert_eq!(retention(&web, "module.au", Retention::Kept), None);
        let before = reading(&["web"]);
        let from = key(&format!("{CLIENT}.web"));
        let after = Facts { removals: vec![Removal { from, retention: Retention::Kept }], ..reading(&[]) };
        let files_before = files();
        let readings = Readings { before: &before, files_before: &files_before, after: &after };
        let changes = readings.changes(&mut files());
        assert_eq!(changes[0].before.as_ref().unwrap().retention, Retention::Kept);
    }

    #[test]
    fn what_another_root_module_has_now_may_have_been_moved_there() {
        let mut after = reading(&["web"]);
        after.resources[0].key.stack = "infra/auth".into();
        assert!(changes(&["web"], after).is_empty());
    }

    #[test]
    fn instances_with_unknown_keys_may_be_any() {
        assert_eq!(changes(&["web[\"spa\"]"], reading(&["web[*]"])), ["- → web[*]"]);
        assert_eq!(changes(&["web[*]"], reading(&["web[*]"])), ["web[*] → web[*]"]);
        assert!(changes(&["web[*]"], reading(&["web[\"spa\"]"])).iter().all(|change| !change.ends_with("→ -")));
    }

    #[test]
    fn a_module_may_be_moved_as_a_whole() {
        let moves = HashMap::from([(key("module.auth"), key("module.users[0]"))]);
        let moves = moves.iter().collect();
        let name = key(&format!("module.auth.{CLIENT}.web"));
        assert_eq!(&*moved(&name, &moves)[0].id, format!("module.users[0].{CLIENT}.web"));
        assert_eq!(*moved(&key("module.authority.x.y"), &moves)[0].id, *"module.authority.x.y");
    }

    #[test]
    fn what_a_plan_tells_is_not_told_twice() {
        let planned = reading(&["web"]).resources.pop();
        let change = Change { before: planned, after: None, replacement: Replacement::No, loc: loc() };
        let after = Facts { changes: vec![change], ..reading(&["other"]) };
        assert_eq!(changes(&["web"], after), ["- → other"]);
    }

    #[test]
    fn what_cannot_be_known_is_not_gone() {
        let change = |edit: fn(&mut Facts)| {
            let mut after = reading(&[]);
            edit(&mut after);
            changes(&["web"], after)
        };
        assert_eq!(change(|_| {}), ["web → -"]);
        assert!(change(|after| after.stacks[0].open = true).is_empty());
        assert!(change(|after| after.stacks[0].undeployed = vec![format!("{CLIENT}.web").into()]).is_empty());
        let fault = || crate::read::Unreadable { message: String::new(), loc: loc() };
        let broken = Facts { unreadable: vec![fault()], ..reading(&[]) };
        assert!(changes(&["web"], broken).is_empty());
        // The only file of the module is there, and says nothing of Cognito.
        assert_eq!(change(|after| after.stacks.clear()), ["web → -"]);
    }
}
