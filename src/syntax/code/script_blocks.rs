//! The `<script>` elements of Vue and Svelte components.

use super::ir::{Language, Module};
use super::parser::{self, Grammar};
use super::{JAVASCRIPT, TSX, TYPESCRIPT};
use crate::source::Span;
use crate::syntax::offsets::Offsets;

/// Lowers all script blocks of a component to one module, in order. A component without any is an empty module of `language`.
pub(super) fn parse(language: Language, text: &str) -> Module {
    let mut module = Module { language, body: Vec::new(), errors: Vec::new(), limit: None };
    for block in blocks(text) {
        let Some((language, grammars)) = block.language() else { continue };
        let part = parser::parse(language, grammars, block.code, &Offsets::shifted(block.start));
        if language == Language::TypeScript {
            module.language = language;
        }
        module.body.extend(part.body);
        module.errors.extend(part.errors);
        module.limit = module.limit.or(part.limit);
    }
    module
}

/// The places of the comments of a component, in order: those of its script blocks, and those between its elements.
pub(super) fn comments(text: &str) -> Vec<Span> {
    let of_part = |part| match part {
        Part::Comment(comment) => vec![comment],
        Part::Script(block) => block.language().map_or_else(Vec::new, |(_, grammars)| {
            parser::comments(grammars, block.code, &Offsets::shifted(block.start))
        }),
    };
    parts(text).into_iter().flat_map(of_part).collect()
}

/// What a component holds that matters here.
enum Part<'t> {
    /// `<!-- … -->`.
    Comment(Span),
    /// `<script> … </script>`.
    Script(Block<'t>),
}

/// A script element.
#[derive(Debug, PartialEq)]
struct Block<'t> {
    /// What stands between `<script` and `>`.
    attributes: &'t str,
    /// What stands between the tags.
    code: &'t str,
    /// Where the code begins in the file.
    start: usize,
}

impl Block<'_> {
    /// The language and grammars of the block; `None` for data, templates and languages that are not read.
    fn language(&self) -> Option<(Language, &'static [Grammar])> {
        match attribute(self.attributes, "lang").or_else(|| attribute(self.attributes, "type")) {
            None | Some("js" | "javascript" | "jsx" | "module" | "text/javascript" | "application/javascript") => {
                Some((Language::JavaScript, JAVASCRIPT))
            }
            Some("ts" | "typescript" | "text/typescript") => Some((Language::TypeScript, TYPESCRIPT)),
            Some("tsx") => Some((Language::TypeScript, TSX)),
            Some(_) => None,
        }
    }
}

/// The script elements of a component, without those in comments.
fn blocks(text: &str) -> impl Iterator<Item = Block<'_>> {
    parts(text).into_iter().filter_map(|part| if let Part::Script(block) = part { Some(block) } else { None })
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(tag) = text.get(at..).and_then(|rest| rest.find('<')).map(|found| at + found) {
        let rest = text.get(tag..).unwrap_or_default();
        at = if rest.starts_with("<!--") {
            let end = rest.find("-->").map_or(text.len(), |end| tag + end + "-->".len());
            parts.push(Part::Comment(Span::new(tag, end)));
            end
        } else if let Some(attributes) = after_tag_name(rest, "<script").and_then(up_to_bracket) {
            let start = tag + "<script".len() + attributes.len() + 1;
            let after = text.get(start..).unwrap_or_default();
            let length = end_tag(after).unwrap_or(after.len());
            if !attributes.ends_with('/') {
                parts.push(Part::Script(Block { attributes, code: after.get(..length).unwrap_or_default(), start }));
                start + length
            } else {
                start
            }
        } else {
            tag + 1
        };
    }
    parts
}

/// What follows `name`, in any case, at the start of `text`, if the tag's name ends there.
fn after_tag_name<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(name.len())?;
    let ends = rest.starts_with(|next: char| next == '>' || next == '/' || next.is_ascii_whitespace());
    (head.eq_ignore_ascii_case(name) && ends).then_some(rest)
}

/// The text up to the `>` that closes a tag, quotes respected.
fn up_to_bracket(text: &str) -> Option<&str> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return text.get(..at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// Where `</script` stands.
fn end_tag(text: &str) -> Option<usize> {
    let tags = text.match_indices("</").map(|(at, _)| at);
    tags.into_iter().find(|at| text.get(*at..).is_some_and(|rest| after_tag_name(rest, "</script").is_some()))
}

/// The value of an attribute.
fn attribute<'t>(attributes: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|next: char| next.is_ascii_whitespace() || next == '/');
        let end = rest.find(|next: char| next == '=' || next.is_ascii_whitespace()).unwrap_or(rest.len());
        let (key, after) = rest.split_at_checked(end).filter(|(key, _)| !key.is_empty())?;
        let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
            rest = after;
            continue;
        };
        let (value, after) = match value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
            Some(quote) => value.get(1..)?.split_once(quote)?,
            None => value.split_once(|next: char| next.is_ascii_whitespace()).unwrap_or((value, "")),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::code::dump;

    #[test]
    fn vue_component_with_two_scripts() {
        let text = "<!-- <script>ignored()</script> -->\n<template><b @click=\"a > b\">é</b></template>\n\
            <script lang=\"ts\">\nexport default { name: 'Login' }\n</script>\n\
            <script setup lang='ts'>\nimport { ref } from 'vue'\nconst user = ref<string>('')\n</script>\n<style>a > b {}</style>";
        let module = parse(Language::JavaScript, text);
        assert_eq!(module.language, Language::TypeScript);
        assert_eq!(module.errors, Vec::new());
        let expected = "export default {name: \"Login\"}\nimport ref from \"vue\"\nlet user = ref(\"\")\n";
        assert_eq!(dump::module(&module), expected);
        let first = module.body[0].span;
        assert_eq!(&text[first.start as usize..first.end as usize], "export default { name: 'Login' }");
    }

    #[test]
    fn svelte_component_with_data_and_sources() {
        let text = "<script context=module>export const prerender = true;</script>\n<SCRIPT type=\"text/javascript\" data-a='>'>\n\
            let a = '</b>';\n</SCRIPT >\n<svelte:head><script type=\"application/ld+json\">{\"a\": 1}</script><script src=\"x.js\"/>\
            <script lang=coffee>a = -> 1</script></svelte:head><scripted>b()</scripted>";
        let module = parse(Language::JavaScript, text);
        assert_eq!(module.language, Language::JavaScript);
        assert_eq!(dump::module(&module), "let prerender = true\nexport prerender as prerender\nlet a = \"</b>\"\n");
    }

    #[test]
    fn faults_of_a_block_stand_in_the_file() {
        let text = "<p/><script>f(1;</script>";
        let module = parse(Language::JavaScript, text);
        assert_eq!(module.errors.len(), 1);
        assert_eq!(module.errors[0].0.start as usize, text.find(";").unwrap());
    }

    #[test]
    fn a_script_without_an_end_goes_to_the_end() {
        assert_eq!(dump::module(&parse(Language::JavaScript, "<script>a()")), "a()\n");
        assert!(parse(Language::JavaScript, "<script lang='ts").body.is_empty());
        assert!(parse(Language::JavaScript, "<!-- <script>a()</script>").body.is_empty());
    }
}
