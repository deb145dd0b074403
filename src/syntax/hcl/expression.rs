//! Expressions, from the loosest operator to the tightest.

use std::sync::Arc;

use super::ast::{Binary, Expression, ExpressionKind, Item, Step, Unary};
use super::parser::{Parsed, Parser};

/// Operators of two operands by how tightly they bind, loosest first; of two with one beginning the longer comes first.
const LEVELS: [&[(&str, Binary)]; 6] = [
    &[("||", Binary::Or)],
    &[("&&", Binary::And)],
    &[("==", Binary::Equal), ("!=", Binary::NotEqual)],
    &[(">=", Binary::GreaterOrEqual), (">", Binary::Greater), ("<=", Binary::LessOrEqual), ("<", Binary::Less)],
    &[("+", Binary::Add), ("-", Binary::Subtract)],
    &[("*", Binary::Multiply), ("/", Binary::Divide), ("%", Binary::Modulo)],
];

impl Parser<'_> {
    /// A text that is one expression.
    pub fn whole_expression(&mut self) -> Parsed<Expression> {
        self.with_lines(false, |parser| {
            let expression = parser.expression()?;
            parser.skip_blanks();
            if parser.is_at_end() { Ok(expression) } else { Err(parser.expected("the end of the expression")) }
        })
    }

    /// An expression.
    pub fn expression(&mut self) -> Parsed<Expression> {
        self.deeper(|parser| parser.chain(Self::choice))
    }

    fn choice(&mut self) -> Parsed<Expression> {
        self.skip_blanks();
        let start = self.at;
        let condition = self.operation(0)?;
        if !self.take("?") {
            return Ok(condition);
        }
        self.link()?;
        let then = self.expression()?;
        self.expect(":", "`:` of the choice")?;
        let otherwise = self.expression()?;
        let (condition, then, otherwise) = (Box::new(condition), Box::new(then), Box::new(otherwise));
        Ok(self.expression_from(start, ExpressionKind::Choice { condition, then, otherwise }))
    }

    /// Operands joined by operators that bind at least as tightly as `loosest`, an index of [`LEVELS`].
    fn operation(&mut self, loosest: usize) -> Parsed<Expression> {
        self.skip_blanks();
        let start = self.at;
        let mut left = self.operand()?;
        while let Some((level, symbol, operator)) = self.operator(loosest) {
            self.link()?;
            self.advance(symbol.len());
            let right = self.deeper(|parser| parser.chain(|parser| parser.operation(level + 1)))?;
            let kind = ExpressionKind::Binary { operator, left: Box::new(left), right: Box::new(right) };
            left = self.expression_from(start, kind);
        }
        Ok(left)
    }

    fn operator(&mut self, loosest: usize) -> Option<(usize, &'static str, Binary)> {
        self.skip_blanks();
        let rest = self.rest();
        if rest.starts_with("=>") {
            return None;
        }
        LEVELS.iter().enumerate().skip(loosest).find_map(|(level, operators)| {
            let (symbol, operator) = operators.iter().find(|(symbol, _)| rest.starts_with(symbol))?;
            Some((level, *symbol, *operator))
        })
    }

    /// A term with its operators of one operand before and its steps after it.
    fn operand(&mut self) -> Parsed<Expression> {
        self.skip_blanks();
        let start = self.at;
        let operator = match self.byte() {
            b'!' => Unary::Not,
            b'-' => Unary::Minus,
            _ => return self.stepped(),
        };
        self.advance(1);
        let operand = self.deeper(|parser| parser.chain(Self::operand))?;
        Ok(self.expression_from(start, ExpressionKind::Unary { operator, operand: Box::new(operand) }))
    }

    fn stepped(&mut self) -> Parsed<Expression> {
        let start = self.at;
        let mut value = self.term()?;
        loop {
            self.skip_blanks();
            let of = match self.byte() {
                b'.' | b'[' if !self.rest().starts_with("...") => Box::new(value),
                _ => return Ok(value),
            };
            self.link()?;
            let kind = if let Some(each) = self.splat()? {
                ExpressionKind::Splat { of, each }
            } else if self.take(".") {
                ExpressionKind::Member { of, key: self.member()? }
            } else {
                ExpressionKind::Index { of, key: Box::new(self.index()?) }
            };
            value = self.expression_from(start, kind);
        }
    }

    /// `[*]` or `.*` and the steps that it applies to every item; nothing is taken where another step comes next.
    fn splat(&mut self) -> Parsed<Option<Vec<Step>>> {
        let (at, end) = (self.at, self.end);
        let is_full = self.byte() == b'[';
        self.advance(1);
        let is_splat = self.with_lines(false, |parser| {
            Ok(parser.take("*") && (!is_full || parser.expect("]", "`]` of the splat").is_ok()))
        })?;
        if !is_splat {
            (self.at, self.end) = (at, end);
            return Ok(None);
        }
        if is_full { self.deeper(Self::steps).map(Some) } else { self.attribute_steps().map(Some) }
    }

    /// The steps after `[*]`: all that follow.
    fn steps(&mut self) -> Parsed<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            self.skip_blanks();
            if !matches!(self.byte(), b'.' | b'[') || self.rest().starts_with("...") {
                return Ok(steps);
            }
            self.link()?;
            if let Some(each) = self.splat()? {
                steps.push(Step::Splat(each));
            } else if self.take(".") {
                steps.push(Step::Member(self.member()?));
            } else {
                steps.push(Step::Index(self.index()?));
            }
        }
    }

    /// The steps after `.*`: only those with a dot.
    fn attribute_steps(&mut self) -> Parsed<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            self.skip_blanks();
            if self.byte() != b'.' || self.rest().starts_with("...") {
                return Ok(steps);
            }
            self.link()?;
            self.advance(1);
            steps.push(Step::Member(self.member()?));
        }
    }

    /// What stands after a dot: a name, or a number in the way of old versions.
    fn member(&mut self) -> Parsed<Arc<str>> {
        self.skip_blanks();
        match self.digits() {
            "" => self.expect_name("an attribute's name"),
            index => Ok(index.into()),
        }
    }

    /// `[key]`.
    fn index(&mut self) -> Parsed<Expression> {
        self.expect("[", "`[`")?;
        self.with_lines(false, |parser| {
            let key = parser.expression()?;
            parser.expect("]", "`]` of the index")?;
            Ok(key)
        })
    }

    fn term(&mut self) -> Parsed<Expression> {
        self.skip_blanks();
        let start = self.at;
        match self.byte() {
            b'"' => self.quoted(),
            b'(' => {
                self.advance(1);
                let inner = self.with_lines(false, |parser| {
                    let inner = parser.expression()?;
                    parser.expect(")", "`)`")?;
                    Ok(inner)
                })?;
                Ok(self.expression_from(start, inner.kind))
            }
            b'[' => self.list(),
            b'{' => self.map(),
            b'<' if self.byte_at(1) == b'<' => self.heredoc(),
            b'0'..=b'9' => self.number(),
            _ => {
                let name = self.name().ok_or_else(|| self.expected("a value"))?;
                self.named(start, name)
            }
        }
    }

    fn number(&mut self) -> Parsed<Expression> {
        let start = self.at;
        self.digits();
        if self.byte() == b'.' && self.byte_at(1).is_ascii_digit() {
            self.advance(1);
            self.digits();
        }
        let sign = usize::from(matches!(self.byte_at(1), b'+' | b'-'));
        if matches!(self.byte(), b'e' | b'E') && self.byte_at(1 + sign).is_ascii_digit() {
            self.advance(1 + sign);
            self.digits();
        }
        let written = self.text[start..self.at].into();
        Ok(self.expression_from(start, ExpressionKind::Number(written)))
    }

    /// What begins with a name: a call, a keyword's value, a reference.
    fn named(&mut self, start: usize, name: &str) -> Parsed<Expression> {
        let end = self.end;
        self.skip_blanks();
        if self.byte() == b'(' || self.rest().starts_with("::") {
            return self.call(start, name);
        }
        self.end = end;
        let kind = match name {
            "null" => ExpressionKind::Null,
            "true" | "false" => ExpressionKind::Bool(name == "true"),
            _ => ExpressionKind::Name(name.into()),
        };
        Ok(self.expression_from(start, kind))
    }

    fn call(&mut self, start: usize, name: &str) -> Parsed<Expression> {
        let mut function = name.to_owned();
        while self.take("::") {
            function = format!("{function}::{}", self.expect_name("a function's name")?);
        }
        self.expect("(", "`(` of the call")?;
        let (arguments, spread) = self.with_lines(false, |parser| {
            let mut arguments = Vec::new();
            loop {
                if parser.take(")") {
                    return Ok((arguments, false));
                }
                arguments.push(parser.expression()?);
                if parser.take("...") {
                    parser.expect(")", "`)` of the call")?;
                    return Ok((arguments, true));
                }
                if !parser.take(",") {
                    parser.expect(")", "a comma or `)`")?;
                    return Ok((arguments, false));
                }
            }
        })?;
        Ok(self.expression_from(start, ExpressionKind::Call { function: function.into(), arguments, spread }))
    }

    fn list(&mut self) -> Parsed<Expression> {
        let start = self.at;
        self.advance(1);
        let kind = self.with_lines(false, |parser| {
            if parser.take_word("for") {
                return parser.list_loop();
            }
            let mut items = Vec::new();
            loop {
                if parser.take("]") {
                    return Ok(ExpressionKind::List(items));
                }
                items.push(parser.expression()?);
                if !parser.take(",") {
                    parser.expect("]", "a comma or `]`")?;
                    return Ok(ExpressionKind::List(items));
                }
            }
        })?;
        Ok(self.expression_from(start, kind))
    }

    fn map(&mut self) -> Parsed<Expression> {
        let start = self.at;
        self.advance(1);
        self.skip_lines();
        let kind = if self.take_word("for") {
            self.with_lines(false, Self::map_loop)?
        } else {
            self.with_lines(true, |parser| parser.items().map(ExpressionKind::Map))?
        };
        Ok(self.expression_from(start, kind))
    }

    fn items(&mut self) -> Parsed<Vec<Item>> {
        let mut items = Vec::new();
        loop {
            self.skip_lines();
            if self.take("}") {
                return Ok(items);
            }
            items.push(self.map_item()?);
            let is_at_line_end = self.is_at_line_end() && !self.is_at_end();
            if !is_at_line_end && !self.take(",") {
                self.expect("}", "a comma, `}` or the end of the line")?;
                return Ok(items);
            }
        }
    }

    fn map_item(&mut self) -> Parsed<Item> {
        self.skip_blanks();
        let is_computed = self.byte() == b'(';
        let mut key = self.expression()?;
        if !is_computed {
            let word = match &key.kind {
                ExpressionKind::Name(name) => Some(name.clone()),
                ExpressionKind::Null => Some("null".into()),
                ExpressionKind::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
                _ => None,
            };
            key.kind = word.map_or(key.kind, ExpressionKind::Text);
        }
        if !self.take("=") {
            self.expect(":", "`=` after the key")?;
        }
        Ok(Item { key, value: self.expression()? })
    }
}
