//! Files that a template takes in: `AWS::Include`, and the definitions of APIs.

use std::cell::{Cell, RefCell};

use crate::read::paths::normal;
use crate::read::{Resource, branches};
use crate::source::{FileId, Loc};
use crate::syntax::tree::Node;
use crate::value::{Entry, Kind, Presence, Value};

use super::call::Call;
use super::functions::deployment;
use super::instance::{At, Instance};

/// How many times a stack takes in files.
const MOST: usize = 256;

/// Types of APIs: the property with a definition, and the one with the path of a file that has it.
const DEFINITIONS: &[(&str, &str, &str)] = &[
    ("AWS::ApiGateway::RestApi", "Body", "BodyS3Location"),
    ("AWS::ApiGatewayV2::Api", "Body", "BodyS3Location"),
    ("AWS::Serverless::Api", "DefinitionBody", "DefinitionUri"),
    ("AWS::Serverless::HttpApi", "DefinitionBody", "DefinitionUri"),
];

/// Which file is being read, of those that a template takes in.
#[derive(Debug, Default)]
pub(super) struct Included {
    /// The file whose nodes are evaluated, if it is not the template.
    pub file: Cell<Option<FileId>>,
    open: RefCell<Vec<FileId>>,
    count: Cell<usize>,
}

impl Instance<'_> {
    /// `Fn::Transform`: what a file holds that `AWS::Include` names by a path.
    pub fn transformed(&self, call: &Call<'_>, loc: Loc, at: &At) -> branches::Branches {
        let argument = call.literal();
        let is_include = argument.and_then(|node| node.get("Name")?.text()) == Some("AWS::Include");
        let location = argument.and_then(|node| node.at(&["Parameters", "Location"])).filter(|_| is_include);
        let included = location.and_then(|node| self.file_at(self.value(node, at)?.text()?, at));
        included.map_or_else(|| branches::always(deployment("Transform", loc)), branches::always)
    }

    /// Gives an API the definition that stands in a file of its own.
    pub fn add_definition(&self, api: &mut Resource) {
        let Some((_, body, uri)) = DEFINITIONS.iter().find(|(name, ..)| *name == &*api.type_name) else { return };
        let has_body = !api.properties.field(body).is_absent();
        let Some(written) = api.properties.field(uri).value().filter(|_| !has_body) else { return };
        let loc = written.loc;
        let definition = written.text().and_then(|path| self.file_at(path, &At::default()));
        if let (Some(value), Kind::Map(properties)) = (definition, &mut api.properties.kind) {
            properties.insert(Entry { key: (*body).into(), key_loc: loc, value, presence: Presence::Always });
        }
    }

    /// What a file says, by its path in the folder of the template.
    fn file_at(&self, path: &str, at: &At) -> Option<Value> {
        let path = normal(&self.folder().join(path));
        let (file, tree) = self.world.trees.at(&path, self.world.sources)?;
        let root: &Node = tree.documents.first()?;
        let Included { file: current, open, count } = &self.included;
        if open.borrow().contains(&file) || count.get() >= MOST {
            return None;
        }
        count.set(count.get() + 1);
        open.borrow_mut().push(file);
        let before = current.replace(Some(file));
        let value = self.value(root, at);
        current.set(before);
        open.borrow_mut().pop();
        value
    }
}

#[cfg(test)]
mod tests {
    use crate::read::cloudformation::testing::scan;

    const DEFINITION: &str = "\
components:
  securitySchemes:
    pool:
      x-amazon-apigateway-authorizer: {type: jwt, jwtConfiguration: {issuer: !Sub 'https://x/${Users}', audience: [abc]}}
";

    #[test]
    fn an_api_has_the_definition_that_it_names() {
        let include = "Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./api/open.yaml}}";
        for property in [format!("DefinitionBody: {{{include}}}"), "DefinitionUri: api/open.yaml".to_owned()] {
            let template =
                format!("Resources:\n  Http:\n    Type: AWS::Serverless::HttpApi\n    Properties: {{{property}}}\n");
            let scan = scan(&[("t.yaml", &template), ("api/open.yaml", DEFINITION)]);
            let issuer = scan.property("Http/pool", "JwtConfiguration.Issuer");
            assert_eq!(issuer, "<'https://x/' !Ref Users>", "{property}");
            assert_eq!(scan.text(scan.resource("Http/pool").loc), "pool");
        }
    }

    #[test]
    fn what_cannot_be_read_stays_unknown() {
        let include = |path: &str| format!("Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: {path}}}}}");
        for path in ["s3://bucket/x.yaml", "missing.yaml", "!Sub 'a-${B}.yaml'", "t.yaml"] {
            let template =
                format!("Resources:\n  R:\n    Type: AWS::X::Y\n    Properties: {{V: {{{}}}}}\n", include(path));
            let scan = scan(&[("t.yaml", &template)]);
            assert!(scan.property("R", "V").contains("?Fn::Transform"), "{path}");
        }
        let bomb = format!("a: {{{0}}}\nb: {{{0}}}\n", include("other.yaml"));
        let other = format!("a: {{{0}}}\nb: {{{0}}}\n", include("bomb.yaml"));
        let template =
            format!("Resources:\n  R:\n    Type: AWS::X::Y\n    Properties: {{V: {{{}}}}}\n", include("bomb.yaml"));
        scan(&[("t.yaml", &template), ("bomb.yaml", &bomb), ("other.yaml", &other)]);
    }
}
