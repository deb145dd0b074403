//! What a known module makes stands where the module is called.

use crate::read::Facts;
use crate::source::Loc;
use crate::value::{Kind, Value, Why};

use super::Calls;

impl Calls {
    /// Puts everything that stands in what is known of a module where that module is called.
    pub fn settle(&self, facts: &mut Facts) {
        if self.0.borrow().is_empty() {
            return;
        }
        for stack in &mut facts.stacks {
            for output in &mut stack.outputs {
                self.place(&mut output.loc);
                self.place_value(&mut output.value);
            }
        }
        for resource in &mut facts.resources {
            self.place(&mut resource.loc);
            self.place_value(&mut resource.properties);
        }
        facts.code.iter_mut().for_each(|code| self.place(&mut code.loc));
        for note in &mut facts.notes {
            if let Some(loc) = &mut note.loc {
                self.place(loc);
                note.file = note.file.map(|_| loc.file);
            }
        }
    }

    fn place(&self, loc: &mut Loc) {
        // A module that a known one calls would stand in what is known again.
        while let Some((call, _)) = self.get(loc.file).filter(|(call, _)| call.file != loc.file) {
            *loc = call;
        }
    }

    fn place_value(&self, value: &mut Value) {
        self.place(&mut value.loc);
        match &mut value.kind {
            Kind::Concat(parts) => parts.iter_mut().for_each(|part| self.place_value(part)),
            Kind::List(list) => list.items.iter_mut().for_each(|(item, _)| self.place_value(item)),
            Kind::Map(map) => {
                for entry in &mut map.entries {
                    self.place(&mut entry.key_loc);
                    self.place_value(&mut entry.value);
                }
            }
            Kind::OneOf(alternatives) => alternatives.iter_mut().for_each(|one| self.place_value(&mut one.value)),
            Kind::Unknown(Why::Member { of, .. }) => self.place_value(of),
            Kind::Unknown(Why::Result(answer)) => {
                answer.receiver.iter_mut().chain(&mut answer.arguments).for_each(|part| self.place_value(part));
            }
            _ => {}
        }
    }
}
