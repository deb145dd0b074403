//! Stacks inside stacks.

use std::collections::HashMap;
use std::sync::Arc;

use camino::Utf8Path;

use crate::source::{FileId, Span};
use crate::syntax::tree::Node;
use crate::value::{Value, Why};
use crate::when::When;

use super::World;
use super::call::Call;
use super::each::Expanded;
use super::inputs::{Deployment, Inputs, Parameter, Provider};
use super::instance::{At, Instance};
use super::substitution::{self, Piece};
use super::template::{Template, is_template};
use crate::read::paths::normal;

/// How deep stacks may be nested.
const DEEPEST: usize = 16;

/// How many stacks one scan may have, and how many resources before a further one is nested.
const MOST_INSTANCES: usize = 2_000;
const MOST_RESOURCES: usize = 200_000;

/// How many folders above a template are searched for the template that a URL names.
const MOST_FOLDERS: usize = 4;

/// The types of resources that are stacks, each with the property that says where its template is.
const TYPES: &[(&str, &str)] =
    &[("AWS::CloudFormation::Stack", "TemplateURL"), ("AWS::Serverless::Application", "Location")];

/// A nested stack: read when its outputs are asked for, or at the end.
pub(super) enum Nested<'a> {
    /// Not read yet.
    Waiting { template: Template<'a>, body: &'a Node, at: At, span: Span },
    /// Being read: whoever asks for its outputs now is part of a circle.
    Busy,
    /// Read: its outputs.
    Done(HashMap<Arc<str>, Value>),
}

impl<'a> Instance<'a> {
    /// Remembers a resource that is a nested stack with a template of the scan.
    pub fn declare_nested(&self, entry: &Expanded<'a>, when: &When) {
        let Some(template) = local_template(self.world, &self.inputs.template, entry.value) else { return };
        if self.chain.contains(&template.file) {
            self.note("unresolved", format!("{} nests a template that it is part of", entry.key), entry.key_span);
            return;
        }
        if self.chain.len() >= DEEPEST {
            self.note("limit", format!("stacks are nested more than {DEEPEST} deep"), entry.key_span);
            return;
        }
        let at = At { bindings: entry.bindings.clone(), when: when.clone() };
        let waiting = Nested::Waiting { template, body: entry.value, at, span: entry.key_span };
        self.nested.borrow_mut().insert(entry.key.clone(), waiting);
    }

    /// The output of a nested stack; `None` where the resource is no such stack.
    pub fn nested_output(&self, id: &str, output: &str) -> Option<Value> {
        self.read_nested(id)?;
        let unknown = |why: Why| Some(Value::unknown(why, self.inputs.template.loc(self.inputs.template.root.span)));
        match self.nested.borrow().get(id)? {
            Nested::Done(outputs) => match outputs.get(output) {
                Some(value) => Some(value.clone()),
                None => unknown(Why::Deployment("Fn::GetAtt".into())),
            },
            Nested::Busy | Nested::Waiting { .. } => unknown(Why::Limit),
        }
    }

    /// Reads those nested stacks whose outputs nothing asked for.
    pub fn read_all_nested(&self) {
        let ids: Vec<Arc<str>> = self.nested.borrow().keys().cloned().collect();
        for id in ids {
            self.read_nested(&id);
        }
    }

    fn read_nested(&self, id: &str) -> Option<()> {
        let state = std::mem::replace(self.nested.borrow_mut().get_mut(id)?, Nested::Busy);
        let state = match state {
            Nested::Waiting { template, body, at, span } => {
                let resources = self.collector.reading.borrow().facts.resources.len();
                if self.collector.instances.get() >= MOST_INSTANCES || resources >= MOST_RESOURCES {
                    if !self.collector.is_full.replace(true) {
                        let message =
                            format!("there are {MOST_INSTANCES} stacks or {MOST_RESOURCES} resources already");
                        self.note("limit", message, span);
                    }
                    Nested::Done(HashMap::new())
                } else {
                    Nested::Done(self.instantiate(id, template, body, &at))
                }
            }
            known => known,
        };
        self.nested.borrow_mut().insert(id.into(), state);
        Some(())
    }

    fn instantiate(&self, id: &str, template: Template<'a>, body: &'a Node, at: &At) -> HashMap<Arc<str>, Value> {
        let arguments = body.at(&["Properties", "Parameters"]);
        let arguments: HashMap<Arc<str>, Parameter> = arguments
            .map(|arguments| self.entries(arguments, at).list)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|argument| {
                let inner = At { bindings: argument.bindings, when: at.when.clone() };
                let operand = self.inputs.operand(argument.value, &inner.bindings);
                Some((argument.key, Parameter { value: self.value(argument.value, &inner)?, operand }))
            })
            .collect();
        let deployment = Deployment { name: None, ..self.inputs.deployment.clone() };
        let stack = format!("{}/{id}", self.inputs.id);
        let inputs = Inputs::new(stack.into(), template, deployment, Provider::Parent(&arguments));
        let mut chain = self.chain.clone();
        chain.push(template.file);
        let nested = Instance::new(self.world, self.collector, inputs, at.when.clone(), self.conditions.clone(), chain);
        nested.read()
    }
}

/// The templates that a template nests.
pub(super) fn targets<'a>(world: &World<'a>, template: &Template<'_>) -> Vec<Template<'a>> {
    let resources = template.section("Resources").map(Node::pairs).unwrap_or_default();
    resources.iter().filter_map(|pair| local_template(world, template, &pair.value)).collect()
}

/// The template of a resource that is a nested stack, if the scan has it.
fn local_template<'a>(world: &World<'a>, template: &Template<'_>, body: &Node) -> Option<Template<'a>> {
    let type_name = body.get("Type")?.text()?;
    let (_, property) = TYPES.iter().find(|(mine, _)| *mine == type_name)?;
    let folder = world.folder(template.file);
    let staged = body.at(&["Metadata", "aws:asset:path"]).and_then(Node::text);
    if let Some(found) = staged.and_then(|path| world.template_at(&normal(&folder.join(path)))) {
        return Some(found);
    }
    let location = written_location(template, body.get("Properties")?.get(property)?)?;
    find_template(world, template.file, &location)
}

/// The text of a location, with `${}` in place of what is not known.
fn written_location(template: &Template<'_>, node: &Node) -> Option<String> {
    let Some(call) = Call::of(node) else { return node.text().map(str::to_owned) };
    let part = |node: &Node| written_location(template, node).unwrap_or_else(|| "${}".to_owned());
    match (call.name, call.items()) {
        ("Ref", _) => {
            let name = call.text()?;
            let declared = template.declarations().find(|declared| &**declared.name == name)?;
            declared.default().map(|default| default.to_string())
        }
        ("Sub", items) => {
            let text = call.text().or_else(|| items.first()?.text())?;
            let piece = |piece: &Piece| match piece {
                Piece::Text(range) => text.get(range.clone()).unwrap_or_default(),
                Piece::Variable(_) => "${}",
            };
            Some(substitution::pieces(text).iter().map(piece).collect())
        }
        ("Join", [delimiter, list]) if Call::of(list).is_none() => {
            Some(list.items().iter().map(part).collect::<Vec<_>>().join(delimiter.text()?))
        }
        _ => None,
    }
}

/// A path is relative to the template. Of a URL the end names a file that was uploaded from near the template: the longest
/// end that exists counts, in the nearest folder.
fn find_template<'a>(world: &World<'a>, file: FileId, location: &str) -> Option<Template<'a>> {
    let folder = world.folder(file);
    if !location.contains("://") && !location.contains("${}") {
        return world.template_at(&normal(&folder.join(location)));
    }
    let known = location.rsplit("${}").next()?.split('?').next()?;
    let known = known.split_once("://").map_or(known, |(_, rest)| rest);
    let parts: Vec<&str> = known.split('/').filter(|part| !part.is_empty()).collect();
    let ends = (0..parts.len()).filter_map(|from| Some(parts.get(from..)?.join("/")));
    ends.flat_map(|end| folder.ancestors().take(MOST_FOLDERS).map(move |folder| normal(&folder.join(&end))))
        .filter(|path: &camino::Utf8PathBuf| world.sources.find(path) != Some(file))
        .find_map(|path| world.template_at(&path))
}

impl<'a> World<'a> {
    /// The template in the file at an absolute path, if the scan has it.
    fn template_at(&self, path: &Utf8Path) -> Option<Template<'a>> {
        let (file, tree) = self.trees.at(path, self.sources)?;
        let root = tree.documents.iter().find(|root| is_template(root))?;
        Some(Template::of_file(file, root))
    }
}

#[cfg(test)]
mod tests {
    use crate::read::cloudformation::testing::{Scan, scan, show};
    use crate::when::When;

    const AUTH: &str = "Parameters:\n  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}\n  Tracking: {Type: String, Default: 'false'}\nConditions:\n  IsLive: !Equals [!Ref Stage, prod]\n  \
        Tracks: !Equals [!Ref Tracking, 'true']\n\
        Resources:\n  Users:\n    Type: AWS::Cognito::UserPool\n    Properties: {UserPoolName: !Sub '${Stage}-users', Mode: !If [IsLive, l, d]}\n  \
        Web: {Type: AWS::Cognito::UserPoolClient, Properties: {UserPoolId: !Ref Users}}\n  Extra: {Type: AWS::X::Y, Condition: Tracks}\n\
        Outputs:\n  ClientId: {Value: !Ref Web}\n  PoolName: {Value: !Sub '${Stage}-users'}\n";

    const API: &str = "Parameters:\n  ClientId: {Type: String}\nResources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      \
        Environment: {Variables: {CLIENT_ID: !Ref ClientId}}\n";

    fn root(auth: &str, api: &str) -> String {
        format!(
            "Parameters:\n  Env: {{Type: String, Default: dev, AllowedValues: [dev, prod]}}\nConditions:\n  IsProd: !Equals [!Ref Env, prod]\nResources:\n  \
             Api:\n    Type: AWS::CloudFormation::Stack\n    Condition: IsProd\n    Properties:\n      TemplateURL: {api}\n      Parameters: {{ClientId: !GetAtt Auth.Outputs.ClientId}}\n  \
             Auth:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {auth}\n      Parameters: {{Stage: !Ref Env}}\n\
             Outputs:\n  Id: {{Value: !GetAtt Auth.Outputs.ClientId}}\n  Missing: {{Value: !GetAtt Auth.Outputs.Nothing}}\n  Arn: {{Value: !Sub 'x/${{Auth.Outputs.ClientId}}'}}\n"
        )
    }

    fn nested() -> Scan {
        let root = root("./stacks/auth.yaml", "stacks/api.yaml");
        scan(&[("infra/root.yaml", &root), ("infra/stacks/auth.yaml", AUTH), ("infra/stacks/api.yaml", API)])
    }

    #[test]
    fn nested_stacks_are_read_where_they_are_used_and_nowhere_else() {
        let scan = nested();
        let mut stacks = scan.stacks();
        stacks.sort_unstable();
        assert_eq!(stacks, ["infra/root.yaml", "infra/root.yaml/Api", "infra/root.yaml/Auth"]);
        let resources = scan.resources();
        assert!(resources.contains(&"infra/root.yaml/Auth:Users".to_owned()) && resources.len() == 5, "{resources:?}");
        assert_eq!(scan.resource("F").when.to_string(), "IsProd");
        assert!(scan.resource("Users").when.is_always());
    }

    #[test]
    fn arguments_go_in_and_outputs_come_out() {
        let scan = nested();
        let client = scan.property("F", "Environment.Variables.CLIENT_ID");
        assert_eq!(client, "!Ref Web");
        let value = &scan.output("Id").value;
        assert_eq!(show(value), "!Ref Web");
        let crate::value::Kind::Reference(crate::value::Reference::Attribute { resource, .. }) = &value.kind else {
            panic!()
        };
        assert_eq!(&*resource.stack, "infra/root.yaml/Auth");
        assert!(scan.text(value.loc).ends_with("Auth.Outputs.ClientId"));
        assert_eq!(show(&scan.output("Missing").value), "?Fn::GetAtt");
        assert_eq!(show(&scan.output("Arn").value), "<'x/' !Ref Web>");
        assert_eq!(scan.property("Users", "UserPoolName"), "'dev-users' by the default of parameter Env");
    }

    #[test]
    fn conditions_of_the_nested_stack_depend_on_those_around_it() {
        let scan = nested();
        let auth = scan.reading.facts.stacks.iter().find(|stack| stack.id.ends_with("Auth")).unwrap();
        let both = |live: bool, prod: bool| {
            let when = When::test(auth.id.clone(), "IsLive", live).and(&When::test("infra/root.yaml", "IsProd", prod));
            auth.conditions.satisfiable(&when.unwrap())
        };
        assert!(both(true, true) && both(false, false) && !both(true, false) && !both(false, true));
        // Nothing is passed for this one, so that its default is certain.
        assert!(!scan.resources().iter().any(|resource| resource.ends_with("Extra")));
    }

    #[test]
    fn a_url_means_the_template_that_was_uploaded_from_here() {
        let root = root(
            "!Sub 'https://${Bucket}.s3.amazonaws.com/${Prefix}stacks/auth.yaml'",
            "https://s3.amazonaws.com/bucket/v1/api.yaml",
        );
        let files = [("infra/main/root.yaml", &*root), ("infra/stacks/auth.yaml", AUTH), ("infra/main/api.yaml", API)];
        let mut stacks: Vec<String> = scan(&files).stacks().into_iter().map(str::to_owned).collect();
        stacks.sort();
        assert_eq!(stacks, ["infra/main/root.yaml", "infra/main/root.yaml/Api", "infra/main/root.yaml/Auth"]);
        let elsewhere = scan(&[("infra/main/root.yaml", &root), ("other/auth.yml", AUTH)]);
        assert_eq!(elsewhere.stacks(), ["infra/main/root.yaml", "other/auth.yml"]);
        assert_eq!(show(&elsewhere.output("Id").value), "!GetAtt Auth.Outputs.ClientId");
    }

    #[test]
    fn a_serverless_application_is_a_nested_stack() {
        let root = "Resources:\n  Auth:\n    Type: AWS::Serverless::Application\n    Properties: {Location: auth.yaml, Parameters: {Stage: prod}}\n  \
            Shared:\n    Type: AWS::Serverless::Application\n    Properties: {Location: {ApplicationId: x, SemanticVersion: '1'}}\n";
        let scan = scan(&[("root.yaml", root), ("auth.yaml", AUTH)]);
        assert_eq!(scan.property("Users", "UserPoolName"), "'prod-users'");
        assert_eq!(scan.property("Users", "Mode"), "'l'");
    }

    #[test]
    fn circles_and_crowds_of_stacks_end() {
        let nests = |ids: usize, file: &str| {
            let stack = |at| {
                format!(
                    "  S{at}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {file}, Parameters: {{A: !GetAtt S{}.Outputs.X}}}}}}\n",
                    at + 1
                )
            };
            let stacks: String = (0..ids).map(stack).collect();
            format!("Resources:\n{stacks}Outputs:\n  X: {{Value: !GetAtt S0.Outputs.X}}\n")
        };
        let circle = scan(&[("a.yaml", &nests(1, "b.yaml")), ("b.yaml", &nests(1, "a.yaml"))]);
        assert_eq!(circle.stacks(), ["a.yaml/S0", "a.yaml"]);
        assert_eq!(circle.notes(), ["unresolved"]);

        let chain = scan(&[("a.yaml", &nests(900, "leaf.yaml")), ("leaf.yaml", AUTH)]);
        assert_eq!(chain.stacks().len(), 901);

        let doubling: Vec<(String, String)> =
            (0..14).map(|at| (format!("t{at:02}.yaml"), nests(2, &format!("t{:02}.yaml", at + 1)))).collect();
        let files: Vec<(&str, &str)> = doubling.iter().map(|(path, text)| (&**path, &**text)).collect();
        let crowd = scan(&files);
        assert_eq!(crowd.notes(), ["limit"]);
        assert!(crowd.stacks().len() <= 2_000);
    }
}
