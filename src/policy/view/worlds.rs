//! The deployments that a view is made of.

use crate::model::Model;
use crate::model::link::Trust;
use crate::read::Resource;
use crate::when::{Test, When};

/// How many deployments are looked at.
pub const MOST: usize = 32;
/// Of how many conditions all pairs are looked at where there are more combinations.
const MOST_PAIRED: usize = 64;

/// Deployments that can be, each by the conditions that decide it.
#[derive(Debug)]
pub struct Worlds {
    /// The deployments.
    pub list: Vec<When>,
    /// These are all that differ in a Cognito resource.
    pub is_whole: bool,
}

/// The deployments that differ in a Cognito resource: all of them, if they are at most [`MOST`]. Else as many in which every
/// variant of every Cognito resource, and the absence of every resource that is not always there, is in one of them, and as far
/// as there is room every pair of these.
pub fn worlds(model: &Model) -> Worlds {
    let resources = model.facts.resources.iter().enumerate();
    let mut wanted: Vec<When> = Vec::new();
    for when in resources.flat_map(|(number, resource)| wanted_of(model, number, resource)) {
        if !wanted.contains(&when) {
            wanted.push(when);
        }
    }
    if let Some(list) = combinations(model, &wanted) {
        return Worlds { list, is_whole: true };
    }
    let mut list = vec![When::always()];
    wanted.iter().for_each(|when| add(model, &mut list, when));
    let paired = wanted.get(..MOST_PAIRED).unwrap_or(&wanted);
    for (number, one) in paired.iter().enumerate() {
        let later = paired.iter().skip(number + 1);
        for pair in later.filter_map(|other| one.and(other)).filter(|pair| model.is_satisfiable(pair)) {
            add(model, &mut list, &pair);
        }
    }
    Worlds { list, is_whole: false }
}

/// All combinations of the tests of some conditions, unless they are too many.
fn combinations(model: &Model, wanted: &[When]) -> Option<Vec<When>> {
    let mut tests: Vec<&Test> = Vec::new();
    for test in wanted.iter().flat_map(When::tests) {
        if !tests.iter().any(|mine| (&mine.scope, &mine.name) == (&test.scope, &test.name)) {
            tests.push(test);
        }
    }
    let mut worlds = vec![When::always()];
    for test in tests {
        let either = |holds: bool| When::test(test.scope.clone(), test.name.clone(), holds);
        let both = worlds.iter().flat_map(|world| [true, false].map(|holds| world.and(&either(holds))));
        worlds = both.flatten().filter(|world| model.is_satisfiable(world)).collect();
        if worlds.len() > MOST {
            return None;
        }
    }
    Some(worlds)
}

/// Adds a condition to the first deployment that it can be so in, as long as there is room.
fn add(model: &Model, worlds: &mut Vec<When>, when: &When) {
    if worlds.iter().any(|world| when.follows_from(world)) {
        return;
    }
    let both = |world: &When| world.and(when).filter(|both| model.is_satisfiable(both));
    if let Some((world, both)) = worlds.iter_mut().find_map(|world| both(world).map(|both| (world, both))) {
        *world = both;
    } else if worlds.len() < MOST {
        worlds.push(when.clone());
    }
}

fn wanted_of(model: &Model, number: usize, resource: &Resource) -> Vec<When> {
    if !resource.type_name.starts_with("AWS::Cognito::") {
        return Vec::new();
    }
    let variants = model.views(number, &Trust::default()).into_iter().map(|view| view.variant.when.clone());
    let absences = if resource.when.is_always() { Vec::new() } else { resource.when.otherwise() };
    variants.chain(absences).filter(|when| !when.is_always() && model.is_satisfiable(when)).collect()
}
