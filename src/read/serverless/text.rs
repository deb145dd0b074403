//! Texts with variables of the Serverless Framework in them: `${self:custom.x}`, `${opt:stage, 'dev'}`,
//! `${file(./a.yml):b}`.
//!
//! <https://www.serverless.com/framework/docs/guides/variables>

use std::cell::Cell;
use std::sync::Arc;

use crate::syntax::tree::NodeKind;

/// How deep variables may stand in each other.
const DEEPEST: usize = 12;

/// How many letters one text may cost; what is not closed is read again for each variable that begins in it.
const MOST_LETTERS: usize = 1 << 20;

/// What stands around a variable: `${` and `}`, unless `provider.variableSyntax` says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Syntax {
    open: String,
    close: String,
}

impl Default for Syntax {
    fn default() -> Self {
        Self { open: "${".to_owned(), close: "}".to_owned() }
    }
}

impl Syntax {
    /// What stands before and after the one group of a regular expression.
    pub fn of(pattern: &str) -> Option<Self> {
        let (before, rest) = pattern.split_once('(')?;
        let (_, after) = rest.rsplit_once(')')?;
        let plain = |text: &str| text.replace('\\', "");
        let syntax = Self { open: plain(before), close: plain(after) };
        (!syntax.open.is_empty() && !syntax.close.is_empty()).then_some(syntax)
    }
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Segment {
    Text(Arc<str>),
    /// A variable: the first of its sources that has a value gives it.
    Variable(Vec<Source>),
}

/// Where a variable may take its value from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    /// `'dev'`, with variables in it.
    Quoted(Vec<Segment>),
    /// `true`, `5`, `null`.
    Plain(NodeKind),
    /// `self:custom.x`, `file(./a.yml):b`, `strToBool(true)`.
    Call { name: Arc<str>, arguments: Option<Vec<Segment>>, address: Option<Vec<Segment>> },
    /// A variable as a source.
    Nested(Vec<Source>),
}

/// The pieces of a text; `None` where no variable is in it.
pub(super) fn parse(text: &str, syntax: &Syntax) -> Option<Vec<Segment>> {
    if !text.contains(&*syntax.open) {
        return None;
    }
    let left = Cell::new(MOST_LETTERS);
    let segments = Parser { rest: text, syntax, depth: 0, left: &left }.segments(|_| false);
    segments.iter().any(|segment| matches!(segment, Segment::Variable(_))).then_some(segments)
}

#[derive(Clone)]
struct Parser<'t> {
    rest: &'t str,
    syntax: &'t Syntax,
    depth: usize,
    left: &'t Cell<usize>,
}

impl Parser<'_> {
    /// Text and variables up to a letter that ends them.
    fn segments(&mut self, ends: impl Fn(char) -> bool) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut text = String::new();
        while let Some(letter) = self.rest.chars().next() {
            if let Some(sources) = self.variable() {
                if !text.is_empty() {
                    segments.push(Segment::Text(std::mem::take(&mut text).into()));
                }
                segments.push(Segment::Variable(sources));
                continue;
            }
            if ends(letter) {
                break;
            }
            text.push(letter);
            self.left.set(self.left.get().saturating_sub(1));
            self.skip(letter.len_utf8());
        }
        if !text.is_empty() {
            segments.push(Segment::Text(text.into()));
        }
        segments
    }

    /// The sources of the variable that begins here, if one does.
    fn variable(&mut self) -> Option<Vec<Source>> {
        if self.depth >= DEEPEST || self.left.get() == 0 || !self.rest.starts_with(&*self.syntax.open) {
            return None;
        }
        let mut inner = Self { depth: self.depth + 1, ..self.clone() };
        inner.skip(self.syntax.open.len());
        let mut sources = Vec::new();
        loop {
            inner.blanks();
            sources.push(inner.source()?);
            inner.blanks();
            if inner.rest.starts_with(&*self.syntax.close) {
                inner.skip(self.syntax.close.len());
                self.rest = inner.rest;
                return Some(sources);
            }
            inner.eat(',')?;
        }
    }

    fn source(&mut self) -> Option<Source> {
        if let Some(sources) = self.variable() {
            return Some(Source::Nested(sources));
        }
        if let Some(quote @ ('\'' | '"')) = self.rest.chars().next() {
            self.skip(1);
            let segments = self.segments(|letter| letter == quote);
            self.eat(quote)?;
            return Some(Source::Quoted(segments));
        }
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || "_-.~/@".contains(letter);
        let length = self.rest.find(|letter| !is_name(letter)).unwrap_or(self.rest.len());
        let name: Arc<str> = self.rest.get(..length)?.into();
        self.skip(length);
        let arguments = if self.eat('(').is_some() {
            let arguments = self.segments(|letter| letter == ')');
            self.eat(')')?;
            Some(arguments)
        } else {
            None
        };
        // `${AWS::Region}` is CloudFormation's.
        if self.rest.starts_with("::") {
            return None;
        }
        let close = self.syntax.close.chars().next()?;
        let address = self.eat(':').map(|()| trimmed(self.segments(|letter| letter == ',' || letter == close)));
        match (arguments, address) {
            (None, None) => plain(&name).map(Source::Plain),
            (arguments, address) if !name.is_empty() => Some(Source::Call { name, arguments, address }),
            _ => None,
        }
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, letter: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(letter)?;
        Some(())
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }
}

fn plain(text: &str) -> Option<NodeKind> {
    Some(match text {
        "null" => NodeKind::Null,
        "true" => NodeKind::Bool(true),
        "false" => NodeKind::Bool(false),
        _ if text.parse::<f64>().is_ok_and(f64::is_finite) => NodeKind::Number(text.into()),
        _ => return None,
    })
}

/// An address without the blanks around it.
fn trimmed(mut segments: Vec<Segment>) -> Vec<Segment> {
    if let Some(Segment::Text(first)) = segments.first_mut() {
        *first = first.trim_start().into();
    }
    if let Some(Segment::Text(last)) = segments.last_mut() {
        *last = last.trim_end().into();
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(segments: &[Segment]) -> String {
        let one = |segment: &Segment| match segment {
            Segment::Text(text) => format!("'{text}'"),
            Segment::Variable(sources) => sources_of(sources),
        };
        segments.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    fn sources_of(sources: &[Source]) -> String {
        let one = |source: &Source| match source {
            Source::Quoted(segments) => format!("\"{}\"", show(segments)),
            Source::Plain(kind) => format!("{kind:?}"),
            Source::Nested(sources) => sources_of(sources),
            Source::Call { name, arguments, address } => {
                let of = |part: &Option<Vec<Segment>>| part.as_deref().map_or("-".to_owned(), show);
                format!("{name}({} : {})", of(arguments), of(address))
            }
        };
        format!("[{}]", sources.iter().map(one).collect::<Vec<_>>().join(", "))
    }

    fn parsed(text: &str) -> String {
        parse(text, &Syntax::default()).map_or("plain".to_owned(), |segments| show(&segments))
    }

    #[test]
    fn variables_are_told_from_text() {
        assert_eq!(parsed("a-${self:custom.x}-b"), "'a-' [self(- : 'custom.x')] '-b'");
        assert_eq!(parsed("${opt:stage, 'dev'}"), r#"[opt(- : 'stage'), "'dev'"]"#);
        assert_eq!(
            parsed("${opt:stage, self:provider.stage , true}"),
            "[opt(- : 'stage'), self(- : 'provider.stage'), Bool(true)]"
        );
        assert_eq!(parsed("${file(./c.yml):a.${sls:stage}}"), "[file('./c.yml' : 'a.' [sls(- : 'stage')])]");
        assert_eq!(
            parsed("${cf(eu-west-1):auth-${opt:s, ${self:x}}.Id}"),
            "[cf('eu-west-1' : 'auth-' [opt(- : 's'), [self(- : 'x')]] '.Id')]"
        );
        assert_eq!(parsed("${strToBool(${env:X, 'a'})}"), r#"[strToBool([env(- : 'X'), "'a'"] : -)]"#);
    }

    #[test]
    fn what_cloudformation_substitutes_is_text() {
        for text in ["${AWS::Region}", "${Pool}", "${Pool.Arn}", "${!X}", "x", "${", "${self:", "${:}", "${self:a"] {
            assert_eq!(parsed(text), "plain", "{text}");
        }
        assert_eq!(parsed("${AWS::Region}-${self:a}"), "'${AWS::Region}-' [self(- : 'a')]");
    }

    #[test]
    fn another_syntax_can_be_chosen() {
        let syntax = Syntax::of(r#"\${{([ ~:a-zA-Z0-9._@'",\-\/\(\)]+?)}}"#).unwrap();
        assert_eq!(show(&parse("${{self:a}}-${B}", &syntax).unwrap()), "[self(- : 'a')] '-${B}'");
        assert_eq!(Syntax::of("x"), None);
    }

    #[test]
    fn deep_nesting_ends() {
        let deep = format!("{}x{}", "${self:".repeat(5_000), "}".repeat(5_000));
        parse(&deep, &Syntax::default());
    }
}
