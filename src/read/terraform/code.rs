//! Where the code of functions lies.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use camino::Utf8PathBuf;

use crate::read::branches::text_of;
use crate::read::paths::{normal, unpacked};
use crate::read::{CodeLocation, CodePath};
use crate::source::Loc;
use crate::value::{Field, ResourceKey, Value};

use super::evaluator::Evaluator;
use super::instance::Instance;
use super::reference::Declared;

/// Arguments that name what an archive is made of, in the order in which they count.
const CONTENTS: &[&str] = &["source_dir", "source_file"];

/// Archives that the configuration itself makes: what they are made of, by their paths.
pub(super) type Archives = HashMap<Arc<str>, Utf8PathBuf>;

impl<'a> Evaluator<'a> {
    /// Remembers what an archive is made of.
    pub fn archive(&self, declared: &Declared<'a>, loc: Loc) {
        let text = |name: &str| {
            let value = self.argument(declared, name, &declared.instance.when, loc)?;
            text_of(&value)
        };
        let contents = CONTENTS.iter().find_map(|name| text(name));
        let made_of = contents.map(|path| normal(&declared.instance.root.folder.join(&*path)));
        if let (Some(archive), Some(contents)) = (text("output_path"), made_of) {
            self.archives.borrow_mut().insert(archive, contents);
        }
    }

    /// Adds the place of the code of a function with this body.
    pub fn locate(&self, key: &ResourceKey, instance: &Rc<Instance<'a>>, body: &Value) {
        let (Field::Present(written) | Field::Sometimes(written)) = body.field("filename") else { return };
        let Some(archive) = text_of(written) else { return };
        let known = self.archives.borrow().get(&archive).cloned();
        let path = known.unwrap_or_else(|| unpacked(normal(&instance.root.folder.join(&*archive))));
        let handler = body.field("handler").value().and_then(text_of);
        self.facts.borrow_mut().code.push(CodeLocation {
            resource: key.clone(),
            path: CodePath::Path(path),
            handler,
            loc: written.loc,
        });
    }
}
