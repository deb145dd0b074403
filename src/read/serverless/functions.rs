//! `functions:` as the resources that the framework makes of them.

use crate::source::Span;
use crate::syntax::tree::{Node, NodeKind, Pair};

use super::{events, naming};
use crate::read::nodes::{self, is_map, list, map, merge, pair, pair_at, text};

/// What holds for all functions of a service.
#[derive(Debug)]
pub(super) struct Provider {
    pub runtime: Option<Node>,
    /// The environment that every function gets.
    pub environment: Option<Node>,
    /// Container images by their names: where they are built, or where they are pulled from.
    pub images: Option<Node>,
}

/// The resources of a function.
pub(super) fn resources(function: &Pair, provider: &Provider) -> Vec<Pair> {
    let mut made = vec![lambda(function, provider)];
    let events = function.value.get("events").map(Node::items).unwrap_or_default();
    made.extend(events.iter().flat_map(|event| events::resources(&function.key, event)));
    made
}

fn lambda(Pair { key: name, key_span, value: body }: &Pair, provider: &Provider) -> Pair {
    let span = body.span;
    let properties = if is_map(body) {
        let mut properties = Vec::new();
        let mut copy = |key: &str, value: Option<&Node>| {
            properties.extend(value.map(|value| pair(key, value.clone())));
        };
        copy("FunctionName", body.get("name"));
        copy("Handler", body.get("handler"));
        copy("Runtime", body.get("runtime").or(provider.runtime.as_ref()));
        copy("Code", code(body, provider).as_ref());
        properties.extend(environment(body, provider).map(|variables| {
            let span = variables.span;
            pair("Environment", map(vec![pair("Variables", variables)], span))
        }));
        map(properties, span)
    } else {
        nodes::unknown(span)
    };
    let id = naming::function(name);
    pair_at(id, *key_span, resource("AWS::Lambda::Function", properties))
}

/// Where the code lies: in the service's folder, or where the image is built from.
fn code(body: &Node, provider: &Provider) -> Option<Node> {
    let Some(image) = body.get("image") else {
        // Without a known handler it is not known which part of the service's folder is the function's.
        return body.get("handler").and_then(Node::text).map(|_| text(".", body.span));
    };
    let name = image.text().or_else(|| image.get("name")?.text())?;
    let built = provider.images.as_ref()?.get(name)?;
    built.get("path").cloned()
}

/// The provider's variables and the function's own over them. A null takes one away.
fn environment(body: &Node, provider: &Provider) -> Option<Node> {
    let mut all = match (&provider.environment, body.get("environment")) {
        (None, None) => return None,
        (Some(one), None) => one.clone(),
        (None, Some(one)) => one.clone(),
        (Some(shared), Some(own)) => {
            let mut all = map(Vec::new(), own.span);
            merge(&mut all, shared.clone());
            merge(&mut all, own.clone());
            all
        }
    };
    if let NodeKind::Map(pairs) = &mut all.kind {
        pairs.retain(|pair| pair.value.kind != NodeKind::Null || pair.value.tag.is_some());
    }
    Some(all)
}

/// A resource of the template.
pub(super) fn resource(type_name: &str, properties: Node) -> Node {
    let span = properties.span;
    map(vec![pair("Type", text(type_name, span)), pair("Properties", properties)], span)
}

/// A list, also of a single value.
pub(super) fn listed(node: &Node) -> Node {
    let is_list = matches!(node.kind, NodeKind::List(_)) || nodes::is_call(node) && node.get("Fn::FindInMap").is_some();
    if is_list { node.clone() } else { list(vec![node.clone()], node.span) }
}

/// The API resource that events of a kind imply.
pub(super) fn api(id: &str, type_name: &str, span: Span) -> Pair {
    pair(id, resource(type_name, map(Vec::new(), span)))
}
