//! Declared resources beside what accounts have of them.

use crate::account::operation::STACK;

use super::Model;
use super::link::{Step, Trust};
use super::view::View;

/// A declared resource and one deployment of it.
#[derive(Clone, Debug)]
pub struct Deployed<'m> {
    /// What is declared, in each of its variants: which of them was deployed is not known.
    pub declared: Vec<View<'m>>,
    /// What the account has.
    pub live: View<'m>,
    /// How they were found to be one.
    pub steps: &'m [Step],
}

impl Model {
    /// The deployments of declared resources of a type. Their views share one trust.
    pub fn deployments(&self, type_name: &'static str) -> impl Iterator<Item = Deployed<'_>> {
        self.seek(&[type_name, STACK]);
        let of_type = self.meetings.iter().filter(move |meeting| &*meeting.live.type_name == type_name);
        of_type.map(|meeting| {
            let trust = Trust::in_steps(&meeting.steps);
            let watch = self.watch.as_ref();
            let live = View { resource: &meeting.live, variant: &meeting.variant, trust: trust.clone(), watch };
            Deployed { declared: self.views(meeting.declared, &trust), live, steps: &meeting.steps }
        })
    }
}
