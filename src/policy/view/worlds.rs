//! The deployments that a view is made of.

use crate::model::Model;
use crate::model::link::Trust;
use crate::read::Resource;
use crate::when::When;

/// How many deployments are looked at.
pub const MOST: usize = 32;

/// Deployments that can be, each by the conditions that decide it, so that every variant of every Cognito resource, and the
/// absence of every resource that is not always there, is in one of them; at most [`MOST`].
pub fn worlds(model: &Model) -> Vec<When> {
    let mut worlds = vec![When::always()];
    for (number, resource) in model.facts.resources.iter().enumerate() {
        for when in wanted(model, number, resource) {
            if worlds.iter().any(|world| when.follows_from(world)) {
                continue;
            }
            let both = |world: &When| world.and(&when).filter(|both| model.is_satisfiable(both));
            if let Some((world, both)) = worlds.iter_mut().find_map(|world| both(world).map(|both| (world, both))) {
                *world = both;
            } else if worlds.len() < MOST && model.is_satisfiable(&when) {
                worlds.push(when);
            }
        }
    }
    worlds
}

fn wanted(model: &Model, number: usize, resource: &Resource) -> Vec<When> {
    if !resource.type_name.starts_with("AWS::Cognito::") {
        return Vec::new();
    }
    let variants = model.views(number, &Trust::default()).into_iter().map(|view| view.variant.when.clone());
    let absences = if resource.when.is_always() { Vec::new() } else { resource.when.otherwise() };
    variants.chain(absences).filter(|when| !when.is_always()).collect()
}
