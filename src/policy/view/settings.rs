//! The settings and the apps of the view.

use std::collections::{BTreeMap, BTreeSet};

use crate::read::SettingKind;
use crate::source::Loc;

use super::node::{Member, Node};
use super::values::Builder;

impl Builder<'_> {
    /// The settings that concern Cognito.
    pub fn settings(&mut self) -> Node {
        let model = self.model;
        let settings = model.facts.settings.iter().filter(|setting| setting.kind != SettingKind::Other);
        let nodes = settings.map(|setting| {
            let loc = Some(setting.loc);
            let members = vec![
                Member::new("Kind", Node::text(format!("{:?}", setting.kind), loc)),
                Member::new("Key", Node::text(setting.key.clone(), loc)),
                Member::new("Value", self.setting_value(setting.kind, &setting.value)),
                Member::new("Public", Node::bool(setting.public, loc)),
                Member::new("Example", Node::bool(setting.example, loc)),
                Member::new("App", self.app(setting.loc)),
                Member::new("File", self.file(setting.loc)),
            ];
            Node::map(members, loc)
        });
        Node::list(nodes.collect::<Vec<_>>(), None)
    }

    /// An id stands as the name of the resource that has it.
    fn setting_value(&mut self, kind: SettingKind, value: &crate::value::Value) -> Node {
        let key = match kind {
            SettingKind::UserPoolId => "UserPoolId",
            SettingKind::ClientId => "ClientId",
            SettingKind::IdentityPoolId => "IdentityPoolId",
            SettingKind::ClientSecret => "ClientSecret",
            _ => "Value",
        };
        self.value(key, &value.under(self.world))
    }

    /// The apps: what their calls do, by the folders that they stand in.
    pub fn apps(&mut self, calls: &[Node]) -> Node {
        let mut apps: BTreeMap<&str, Vec<&Node>> = BTreeMap::new();
        for call in calls {
            apps.entry(call.get("App").and_then(Node::as_text).unwrap_or(".")).or_default().push(call);
        }
        let nodes = apps.into_iter().map(|(name, calls)| {
            let loc = calls.first().and_then(|call| call.loc);
            let texts = |key: &str| {
                let texts: BTreeSet<&str> = calls.iter().filter_map(|call| call.get(key)?.as_text()).collect();
                Node::list(texts.into_iter().map(|text| Node::text(text, loc)).collect::<Vec<_>>(), loc)
            };
            let mut members = vec![Member::new("Name", Node::text(name, loc))];
            members.extend(["Operations", "Sides", "Libraries", "Clients", "Pools"].map(|key| {
                let single = key
                    .strip_suffix("ies")
                    .map_or_else(|| key.trim_end_matches('s').to_owned(), |stem| format!("{stem}y"));
                let mut list = texts(&single);
                let is_open = calls.iter().any(|call| call.get(&single).is_some_and(|node| node.as_text().is_none()));
                if is_open {
                    list = self.open(key, list);
                }
                Member::new(key, list)
            }));
            Node::map(members, loc)
        });
        Node::list(nodes.collect::<Vec<_>>(), None)
    }

    /// The folder of the app that a place belongs to, as reports name it; `.` outside of every package.
    pub fn app_name(&self, loc: Loc) -> String {
        let apps = &self.model.apps;
        let root = apps.root(apps.of_file(loc.file));
        let file = self.model.sources.file(loc.file);
        // The part of the absolute path that the reports' paths leave out.
        let base = file.absolute.as_str().strip_suffix(file.path.as_str()).unwrap_or_default();
        let name = root
            .as_str()
            .strip_prefix(base.trim_end_matches('/'))
            .map_or(root.as_str(), |name| name.trim_start_matches('/'));
        if name.is_empty() { ".".to_owned() } else { name.to_owned() }
    }
}
