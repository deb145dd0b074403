//! The model as one JSON document for each deployment that can be, with the place of every value. `docs/policies.md` describes
//! it; [`VERSION`] counts its incompatible changes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::model::link::Confidence;
use crate::model::{Model, defaults};
use crate::read::{Resource, Retention};
use crate::when::When;

pub mod node;

mod calls;
pub mod json;
mod links;
mod settings;
mod values;
mod worlds;

use node::{Member, Node, Owner, Shape, Slot, SlotKind};
use values::Builder;
use worlds::{Worlds, worlds};

/// The version of the document.
pub const VERSION: i64 = 1;

/// Of how many stacks each has its turn, where a policy names a resource that they all have.
const MOST_TURNS: usize = 8;

/// The parts of the document.
pub const SECTIONS: [&str; 6] = ["Version", "Resources", "Calls", "Settings", "Apps", "Links"];

/// The model under one combination of conditions.
#[derive(Debug)]
pub struct View {
    /// The combination.
    pub when: When,
    /// Whose turn it is to have a name alone that resources of several stacks share.
    pub turn: usize,
    /// The document.
    pub root: Node,
    /// What is not known in it.
    pub slots: Vec<Slot>,
    /// The resources by their numbers in the model, in the order of the document.
    pub resources: Vec<usize>,
    /// What the calls rest on, in their order.
    pub calls: Vec<Called>,
}

/// What a call in the view rests on.
#[derive(Clone, Debug)]
pub struct Called {
    /// Under which conditions of the program it is so.
    pub when: When,
    /// How sure its app client and user pool are.
    pub confidence: Confidence,
}

impl View {
    /// What an entry of a section belongs to.
    pub fn owner(&self, section: &str, number: usize) -> Owner {
        match section {
            "Resources" => self.resources.get(number).map_or(Owner::Other, |of| Owner::Resource(*of)),
            "Calls" => Owner::Call(number),
            _ => Owner::Other,
        }
    }

    /// A resource by its number in the model.
    pub fn resource(&self, number: usize) -> Option<&Node> {
        let at = self.resources.binary_search(&number).ok()?;
        self.root.get("Resources")?.members().get(at).map(|member| &member.node)
    }
}

/// The views of a model: one for each deployment that can be.
pub fn views(model: &Model) -> Views {
    let Worlds { list, is_whole } = worlds(model);
    let list = list.iter().map(|world| view(model, world, 0)).collect();
    Views { list, is_whole, shared: shared(model) }
}

/// The views of a model.
#[derive(Debug)]
pub struct Views {
    /// The views.
    pub list: Vec<View>,
    /// They are all that differ in a Cognito resource.
    pub is_whole: bool,
    /// Names of resources that several stacks use, and how many.
    pub shared: BTreeMap<Arc<str>, usize>,
}

impl Views {
    /// Adds, where these names are among those that stacks share, the views in which it is the turn of the other stacks.
    pub fn name(&mut self, model: &Model, names: &HashSet<&str>) {
        let named = self.shared.iter().filter(|(name, _)| names.contains(&***name));
        let turns = named.map(|(_, stacks)| *stacks).max().unwrap_or(1).min(MOST_TURNS);
        let worlds: Vec<When> = self.list.iter().map(|view| view.when.clone()).collect();
        for turn in 1..turns {
            self.list.extend(worlds.iter().map(|world| view(model, world, turn)));
        }
    }
}

/// The ids that resources of several stacks have, and how many have.
fn shared(model: &Model) -> BTreeMap<Arc<str>, usize> {
    let mut shared: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    for resource in &model.facts.resources {
        *shared.entry(resource.key.id.clone()).or_default() += 1;
    }
    shared.retain(|_, stacks| *stacks > 1);
    shared
}

fn view(model: &Model, world: &When, turn: usize) -> View {
    let names = names(model, world, turn);
    let mut builder = Builder { model, world, names: &names, slots: Vec::new(), owner: Owner::Other, hides: false };
    let resources = builder.resources();
    let (calls, called) = builder.calls();
    let settings = builder.settings();
    let apps = builder.apps(&calls);
    let links = builder.links();
    let members = vec![
        Member::new("Version", Node::new(Shape::Number(VERSION.into()), None)),
        Member::new("Resources", resources),
        Member::new("Calls", Node::list(calls, None)),
        Member::new("Settings", settings),
        Member::new("Apps", apps),
        Member::new("Links", links),
    ];
    let slots = builder.slots;
    let mut resources: Vec<usize> = names.into_keys().collect();
    resources.sort_unstable();
    View { when: world.clone(), turn, root: Node::map(members, None), slots, resources, calls: called }
}

/// The names of the resources that are there: logical ids, and of several with the same one all but that whose turn it is behind
/// their stack.
fn names(model: &Model, world: &When, turn: usize) -> HashMap<usize, Arc<str>> {
    let mut by_id: BTreeMap<&Arc<str>, Vec<usize>> = BTreeMap::new();
    for (number, resource) in model.facts.resources.iter().enumerate() {
        if !resource.when.contradicts(world) {
            by_id.entry(&resource.key.id).or_default().push(number);
        }
    }
    let mut taken: HashSet<Arc<str>> = by_id.keys().map(|id| (*id).clone()).collect();
    let mut names = HashMap::new();
    for (id, numbers) in by_id {
        let alone = turn % numbers.len().max(1);
        for (at, number) in numbers.into_iter().enumerate() {
            let Some(resource) = model.resource(number).filter(|_| at != alone) else {
                names.insert(number, id.clone());
                continue;
            };
            let mut name: Arc<str> = format!("{id} in {}", resource.key.stack).into();
            let mut again = 2;
            while !taken.insert(name.clone()) {
                name = format!("{id} in {} ({again})", resource.key.stack).into();
                again += 1;
            }
            names.insert(number, name);
        }
    }
    names
}

impl Builder<'_> {
    fn resources(&mut self) -> Node {
        let model = self.model;
        let mut members = Vec::new();
        for (number, resource) in model.facts.resources.iter().enumerate() {
            let Some(name) = self.names.get(&number).cloned() else { continue };
            self.owner = Owner::Resource(number);
            let node = self.resource(&name, resource);
            let maybe = (!resource.when.follows_from(self.world)).then(|| {
                let why = format!("it is there when {}", resource.when);
                self.slot(&name, SlotKind::Presence, why, Some(resource.loc))
            });
            members.push(Member { key: name, key_loc: Some(resource.loc), node, maybe, by_default: false });
        }
        self.owner = Owner::Other;
        Node::map(members, None)
    }

    fn resource(&mut self, name: &Arc<str>, resource: &Resource) -> Node {
        let loc = Some(resource.loc);
        let mut members = vec![
            Member::new("Name", Node::text(name.clone(), loc)),
            Member::new("Type", Node::text(resource.type_name.clone(), loc)),
        ];
        let properties = resource.properties.under(self.world);
        let mut properties = self.value("Properties", &properties);
        add_defaults(&mut properties, resource, &mut self.slots);
        members.push(Member::new("Properties", properties));
        if let Some(metadata) = &resource.metadata {
            members.push(Member::new("Metadata", self.value("Metadata", &metadata.under(self.world))));
        }
        let policy = match resource.retention {
            Retention::Deleted => None,
            Retention::Kept | Retention::Guarded => Some(Node::text("Retain", loc)),
            Retention::Unknown => Some(self.unknown("DeletionPolicy", "it cannot be told", loc)),
        };
        members.extend(policy.map(|policy| Member::new("DeletionPolicy", policy)));
        members.push(Member::new("Stack", Node::text(resource.key.stack.clone(), loc)));
        members.push(Member::new("File", self.file(resource.loc)));
        Node::map(members, loc)
    }
}

/// Adds the service's documented defaults of what is left out, so that a resource is the same whether its source spells them
/// out, as a plan and an account do, or not.
fn add_defaults(properties: &mut Node, resource: &Resource, slots: &mut [Slot]) {
    let Shape::Map(members, None) = &mut properties.shape else { return };
    let has_units = members.iter().any(|member| &*member.key == "TokenValidityUnits");
    for (key, value) in defaults::of_type(&resource.type_name) {
        // Where it turns out to be nothing, it is the default.
        if let Some(Shape::Unknown(slot)) =
            members.iter().find(|member| &*member.key == key).map(|member| &member.node.shape)
            && let Some(slot) = slots.get_mut(slot.0)
        {
            slot.may_miss = false;
        }
        // What a validity is by default is told in its default unit.
        let is_set = members.iter().any(|member| &*member.key == key) || has_units && key.ends_with("Validity");
        if !is_set {
            let shape = match value {
                "true" | "false" => Shape::Bool(value == "true"),
                _ => value.parse().map_or_else(|_| Shape::Text(value.into()), Shape::Number),
            };
            let node = Node::new(shape, Some(resource.loc));
            members.push(Member { by_default: true, ..Member::new(key, node) });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::read::cloudformation::testing::template;

    fn shown(text: &str) -> Vec<Value> {
        let scan = template(text);
        let views = views(&Model::new(scan.sources, scan.reading.facts));
        let printed = serde_json::to_value(json::printed(&views.list)).unwrap();
        printed["views"].as_array().unwrap().clone()
    }

    const TEMPLATE: &str = "\
Parameters:
  Stage: { Type: String, AllowedValues: [test, prod] }
  Name: { Type: String }
  Mfa: { Type: String, Default: OPTIONAL }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: !Ref Name
      MfaConfiguration: !Ref Mfa
      DeletionProtection: !If [IsProd, ACTIVE, !Ref AWS::NoValue]
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ClientName: !GetAtt Pool.Arn
  Extra:
    Condition: IsProd
    Type: AWS::Cognito::UserPoolClient
    Properties: { UserPoolId: !Ref Pool }
";

    #[test]
    fn each_deployment_has_its_view_with_intrinsics_resolved() {
        let views = shown(TEMPLATE);
        let whens: Vec<_> = views.iter().map(|view| view["when"].as_str().unwrap_or_default()).collect();
        assert_eq!(whens, ["IsProd", "not IsProd"]);
        let (prod, test) = (&views[0]["document"]["Resources"], &views[1]["document"]["Resources"]);
        let pool = &prod["Pool"]["Properties"];
        assert_eq!((&pool["MfaConfiguration"], &pool["DeletionProtection"]), (&json!("OPTIONAL"), &json!("ACTIVE")));
        assert_eq!(test["Pool"]["Properties"]["DeletionProtection"], "INACTIVE");
        assert_eq!(pool["UserPoolName"], json!({ "$unknown": "the parameter Name has no known value" }));
        assert_eq!(prod["Web"]["Properties"]["UserPoolId"], "Pool");
        assert!(prod["Web"]["Properties"]["ClientName"].get("$unknown").is_some(), "{prod}");
        assert!(prod.get("Extra").is_some() && test.get("Extra").is_none());
        let web = &prod["Web"]["Properties"];
        assert_eq!((&web["GenerateSecret"], &web["RefreshTokenValidity"]), (&json!(false), &json!(30)));
    }
}
