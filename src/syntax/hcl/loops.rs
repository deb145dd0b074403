//! `for` expressions.

use std::sync::Arc;

use super::ast::{Expression, ExpressionKind, For};
use super::parser::{Parsed, Parser};

/// What a loop goes through, and the names that it gives to what it finds there.
pub(super) struct Head {
    pub key: Option<Arc<str>>,
    pub item: Arc<str>,
    pub of: Expression,
}

impl Parser<'_> {
    /// What stands after `[for`.
    pub fn list_loop(&mut self) -> Parsed<ExpressionKind> {
        let head = self.loop_head()?;
        self.expect(":", "`:` of the loop")?;
        let result = self.expression()?;
        self.rest_of_loop(head, None, result, "]")
    }

    /// What stands after `{for`.
    pub fn map_loop(&mut self) -> Parsed<ExpressionKind> {
        let head = self.loop_head()?;
        self.expect(":", "`:` of the loop")?;
        let key = self.expression()?;
        self.expect("=>", "`=>` between key and value")?;
        let result = self.expression()?;
        self.rest_of_loop(head, Some(key), result, "}")
    }

    /// What stands after `for`, up to the loop's result.
    pub fn loop_head(&mut self) -> Parsed<Head> {
        let first = self.expect_name("a loop's variable")?;
        let second = if self.take(",") { Some(self.expect_name("a loop's variable")?) } else { None };
        if !self.take_word("in") {
            return Err(self.expected("`in` of the loop"));
        }
        let of = self.expression()?;
        Ok(match second {
            Some(item) => Head { key: Some(first), item, of },
            None => Head { key: None, item: first, of },
        })
    }

    fn rest_of_loop(
        &mut self,
        Head { key, item, of }: Head,
        result_key: Option<Expression>,
        result: Expression,
        bracket: &str,
    ) -> Parsed<ExpressionKind> {
        let grouped = result_key.is_some() && self.take("...");
        let condition = if self.take_word("if") { Some(self.expression()?) } else { None };
        self.expect(bracket, if bracket == "]" { "`]` of the loop" } else { "`}` of the loop" })?;
        Ok(ExpressionKind::For(Box::new(For { key, item, of, result_key, result, grouped, condition })))
    }
}
