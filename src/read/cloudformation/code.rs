//! Where the code of functions lies.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::read::{CodeLocation, CodePath, Resource};
use crate::source::{Loc, SourceMap};
use crate::syntax::code::ir::Language;
use crate::value::{Field, Value};

use super::InlineCode;
use super::instance::{Declared, Instance};
use super::originals::originals;
use crate::read::paths::normal;

/// A type of function: the property with code written in the template, and the one with a path.
struct Shape {
    type_name: &'static str,
    inline: &'static [&'static str],
    path: &'static [&'static str],
}

const SHAPES: &[Shape] = &[
    Shape { type_name: "AWS::Lambda::Function", inline: &["Code", "ZipFile"], path: &["Code"] },
    Shape { type_name: "AWS::Serverless::Function", inline: &["InlineCode"], path: &["CodeUri"] },
];

/// The languages of the runtimes whose code is read, by how their names begin.
const RUNTIMES: &[(&str, Language)] = &[("nodejs", Language::JavaScript), ("python", Language::Python)];

/// Adds the place of a function's code, and the code itself where it stands in the template.
pub(super) fn locate(instance: &Instance<'_>, declared: &Declared<'_>) {
    let resource = &declared.resource;
    let Some(shape) = SHAPES.iter().find(|shape| shape.type_name == &*resource.type_name) else { return };
    let handler = text(resource, &["Handler"]);
    let located =
        |path: CodePath, loc: Loc| CodeLocation { resource: resource.key.clone(), path, handler: handler.clone(), loc };
    let paths = asset(instance, resource, handler.as_deref());
    let found: Vec<CodeLocation> = if !paths.is_empty() {
        paths.into_iter().map(|path| located(CodePath::Path(path), resource.loc)).collect()
    } else if let Some(value) = resource.properties.at(shape.inline).value() {
        inline(instance, declared, shape);
        vec![located(CodePath::Inline, value.loc)]
    } else {
        let local = local(instance, resource, shape);
        let sources = instance.world.sources;
        let is_service = instance.inputs.template.pieces.is_some();
        let place = |(path, loc): (Utf8PathBuf, Loc)| {
            // A folder with the template in it is a project's, with what else there is.
            let is_project = instance.folder().starts_with(&path)
                && handler
                    .as_deref()
                    .is_some_and(|handler| handler.contains('/') && program(sources, &path, handler).is_some());
            if !is_service && !is_project {
                return Some(located(CodePath::Path(path), loc));
            }
            let (path, handler) = reached(sources, path, handler.as_deref())?;
            Some(CodeLocation { handler, ..located(CodePath::Path(path), loc) })
        };
        local.into_iter().filter_map(place).collect()
    };
    instance.collector.reading.borrow_mut().facts.code.extend(found);
}

fn text(resource: &Resource, path: &[&str]) -> Option<Arc<str>> {
    resource.properties.at(path).value().and_then(Value::text).map(Arc::from)
}

fn metadata<'r>(resource: &'r Resource, key: &str) -> Option<&'r str> {
    resource.metadata.as_ref()?.field(key).value()?.text()
}

/// The code of a CDK asset: its originals, where they are in the tree, else its folder.
fn asset(instance: &Instance<'_>, resource: &Resource, handler: Option<&str>) -> Vec<Utf8PathBuf> {
    let is_code = metadata(resource, "aws:asset:property").is_some_and(|property| property.starts_with("Code"));
    let Some(path) = metadata(resource, "aws:asset:path").filter(|_| is_code) else { return Vec::new() };
    let asset = normal(&instance.folder().join(path));
    let originals = originals(instance.world, &asset, handler);
    if originals.is_empty() {
        return vec![asset];
    }
    instance.collector.reading.borrow_mut().copies.insert(asset);
    originals
}

/// A path that is written in the template, relative to it.
fn local(instance: &Instance<'_>, resource: &Resource, shape: &Shape) -> Option<(Utf8PathBuf, Loc)> {
    let folder = instance.folder();
    match resource.properties.at(shape.path) {
        Field::Present(value) | Field::Sometimes(value) => {
            let Some(path) = value.text() else { return Some((beside(folder)?, value.loc)) };
            (!path.contains("://")).then(|| (normal(&folder.join(path)), value.loc))
        }
        // SAM builds an image from its context, and everything else from the template's folder when nothing is said.
        Field::Absent if shape.type_name == "AWS::Serverless::Function" => {
            let context = metadata(resource, "DockerContext");
            let is_image = text(resource, &["PackageType"]).as_deref() == Some("Image");
            let path = context.or((!is_image).then_some("."))?;
            Some((normal(&folder.join(path)), resource.loc))
        }
        Field::Absent | Field::Unknown => None,
    }
}

/// The part of a folder whose code a handler may reach, with the handler as it is named from there: the nearest package
/// around it, else the folder below which it stands, else its file. A service's folder holds other things too, such as
/// the front end.
fn reached(sources: &SourceMap, folder: Utf8PathBuf, handler: Option<&str>) -> Option<(Utf8PathBuf, Option<Arc<str>>)> {
    const PACKAGES: &[&str] = &["package.json", "pyproject.toml", "requirements.txt"];
    let Some(handler) = handler else { return Some((folder, None)) };
    let handler = handler.trim_start_matches("./");
    let ends: Vec<usize> = handler.match_indices('/').map(|(at, _)| at).collect();
    let is_package = |end: &&usize| {
        let inner = folder.join(handler.get(..**end).unwrap_or_default());
        PACKAGES.iter().any(|name| sources.find(&inner.join(name)).is_some())
    };
    match ends.iter().rev().find(is_package).or(ends.first()) {
        Some(end) => {
            let inner = folder.join(handler.get(..*end)?);
            Some((inner, Some(handler.get(end + 1..)?.into())))
        }
        None => {
            let file = program(sources, &folder, handler)?;
            Some((file, Some(handler.into())))
        }
    }
}

/// The file with a handler's program.
fn program(sources: &SourceMap, folder: &Utf8Path, handler: &str) -> Option<Utf8PathBuf> {
    const PROGRAMS: &[&str] = &["ts", "js", "mjs", "cjs", "mts", "cts", "tsx", "jsx", "py"];
    let (name, _) = handler.rsplit_once('.')?;
    let mut files = PROGRAMS.iter().map(|end| normal(&folder.join(format!("{name}.{end}"))));
    files.find(|file| sources.find(file).is_some())
}

/// The code that the Amplify CLI uploads for the template of a function: what stands beside that in `src`.
fn beside(folder: &Utf8Path) -> Option<Utf8PathBuf> {
    folder.parent()?.ends_with("backend/function").then(|| folder.join("src"))
}

fn inline(instance: &Instance<'_>, declared: &Declared<'_>, shape: &Shape) {
    let resource = &declared.resource;
    let runtime = text(resource, &["Runtime"]);
    let language = runtime.and_then(|runtime| RUNTIMES.iter().find(|(name, _)| runtime.starts_with(name)));
    let node = declared.body.get("Properties").and_then(|properties| properties.at(shape.inline));
    let (Some((_, language)), Some(node)) = (language, node) else { return };
    let Some(code) = super::inline::code(instance, node) else { return };
    let code = InlineCode {
        file: instance.loc(node.span).file,
        resource: resource.key.clone(),
        text: code.text.into(),
        offsets: code.offsets,
        language: *language,
        loc: instance.loc(node.span),
        placeholders: code.placeholders,
    };
    instance.collector.reading.borrow_mut().inline.push(code);
}

#[cfg(test)]
mod tests {
    use crate::read::CodePath;
    use crate::read::cloudformation::testing::{Scan, scan};

    fn functions(written: &str) -> Scan {
        scan(&[("infra/t.yaml", &format!("Globals:\n  Function: {{Runtime: python3.12}}\nResources:\n{written}"))])
    }

    fn path(scan: &Scan, id: &str) -> String {
        match scan.code(id).map(|code| &code.path) {
            Some(CodePath::Path(path)) => path.to_string(),
            Some(CodePath::Inline) => "inline".to_owned(),
            None => "-".to_owned(),
        }
    }

    #[test]
    fn code_lies_where_the_template_says() {
        let scan = functions(
            "  A: {Type: AWS::Serverless::Function, Properties: {CodeUri: ../src/session/, Handler: app.handler}}\n  \
             B: {Type: AWS::Serverless::Function, Properties: {CodeUri: 's3://bucket/key'}}\n  \
             C: {Type: AWS::Serverless::Function, Properties: {CodeUri: {Bucket: b, Key: k}}}\n  \
             D: {Type: AWS::Serverless::Function, Properties: {Handler: src/app.handler}}\n  \
             E: {Type: AWS::Serverless::Function, Properties: {PackageType: Image}, Metadata: {DockerContext: ./image}}\n  \
             F: {Type: AWS::Serverless::Function, Properties: {PackageType: Image, ImageUri: x}}\n  \
             G: {Type: AWS::Lambda::Function, Properties: {Code: build/fn, Handler: index.handler}}\n  \
             H: {Type: AWS::Lambda::Function, Properties: {Code: {S3Bucket: b, S3Key: k}}}\n  \
             I: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: x}}}\n",
        );
        let paths: Vec<String> =
            ["A", "B", "C", "D", "E", "F", "G", "H", "I"].iter().map(|id| path(&scan, id)).collect();
        assert_eq!(
            paths,
            ["/p/src/session", "-", "-", "/p/infra", "/p/infra/image", "-", "/p/infra/build/fn", "-", "inline"]
        );
        assert_eq!(scan.code("D").unwrap().handler.as_deref(), Some("src/app.handler"));
        assert_eq!(scan.text(scan.code("A").unwrap().loc), "../src/session/");
    }
}
