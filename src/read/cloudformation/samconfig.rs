//! What `samconfig` files say about the deployment of templates.

use crate::read::settings::place::Place;
use crate::read::settings::samconfig;
use crate::read::trees::Trees;
use crate::source::SourceMap;

use super::given::{Given, Parameters};
use crate::read::paths::normal;

/// The environment that `sam` takes when it is told none.
const DEFAULT: &str = "default";

/// The templates that `sam` looks for when it is told none.
const TEMPLATES: &[&str] = &["template.yaml", "template.yml", "template.json"];

/// The values of `given`, and for what they leave open those of the default environments of `samconfig` files.
pub(super) fn given(trees: &Trees, sources: &SourceMap, given: &Parameters) -> Parameters {
    let mut all = given.clone();
    for (file, tree) in trees.parsed() {
        let source = sources.file(file);
        if source.path.file_stem() != Some("samconfig") {
            continue;
        }
        let Some(folder) = source.absolute.parent() else { continue };
        let deployments = samconfig::deployments(tree, source.text(), &Place::whole(file));
        for deployment in deployments.into_iter().filter(|deployment| &*deployment.environment == DEFAULT) {
            let named = deployment.template.as_deref().map_or(TEMPLATES.to_vec(), |template| vec![template]);
            let template = named.iter().find_map(|template| sources.find(&normal(&folder.join(template))));
            let Some(template) = template else { continue };
            let stack = sources.file(template).path.as_str();
            if let Some(name) = &deployment.stack {
                all.set_stack_name(stack, name);
            }
            for parameter in deployment.parameters {
                let assumed = format!("the value of parameter {} in {}", parameter.name, source.path);
                if all.get(stack, deployment.stack.as_deref(), &parameter.name).is_none() {
                    let value = Given { value: parameter.value, assumed: Some(assumed.into()) };
                    all.set(Some(stack), &parameter.name, value);
                }
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::read::cloudformation::Parameters;
    use crate::read::cloudformation::testing::{scan, scan_with};

    const TEMPLATE: &str = "Parameters:\n  ClientId: {Type: String, Default: none}\n  Stage: {Type: String}\nConditions:\n  IsProd: !Equals [!Ref Stage, prod]\n\
        Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {Id: !Ref ClientId, S: !Ref Stage, C: !If [IsProd, p, d]}}\n";

    const CONFIG: &str = "version = 0.1\n[default.deploy.parameters]\nstack_name = \"auth-dev\"\nparameter_overrides = \"ClientId=abc Stage=dev\"\n\
        [prod.deploy.parameters]\nparameter_overrides = \"ClientId=xyz\"\n";

    #[test]
    fn the_default_environment_gives_values_that_are_taken_for_granted() {
        let files = [("app/template.yaml", TEMPLATE), ("app/samconfig.toml", CONFIG)];
        let taken = scan(&files);
        assert_eq!(taken.property("F", "Id"), "'abc' by the value of parameter ClientId in app/samconfig.toml");
        assert_eq!(taken.property("F", "C"), "{IsProd: 'p', not IsProd: 'd'}");
        assert_eq!(taken.reading.facts.stacks[0].name.as_deref(), Some("auth-dev"));
        let mut given = Parameters::default();
        given.add_pair("Stage=prod").unwrap();
        let decided = scan_with(&files, &given);
        assert_eq!((decided.property("F", "S"), decided.property("F", "C")), ("'prod'".into(), "'p'".into()));
    }
}
