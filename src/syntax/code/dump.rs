//! Writes a module as short text, for tests.

use super::ir::*;

/// One statement per line, blocks indented by two spaces.
pub(super) fn module(module: &Module) -> String {
    let mut out = String::new();
    statements(&module.body, 0, &mut out);
    out
}

/// An expression on one line.
pub(super) fn expression(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Null => "null".into(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Number(number) => number.to_string(),
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Concat(parts) => format!("concat({})", list(parts)),
        ExprKind::Name(name) => name.to_string(),
        ExprKind::Member { of, key } => format!("{}.{key}", expression(of)),
        ExprKind::Index { of, key } => format!("{}[{}]", expression(of), expression(key)),
        ExprKind::Call { callee, arguments } => format!("{}({})", expression(callee), self::arguments(arguments)),
        ExprKind::New { class, arguments } => format!("new {}({})", expression(class), self::arguments(arguments)),
        ExprKind::Map(items) => format!("{{{}}}", join(items.iter().map(map_item))),
        ExprKind::List(items) => format!("[{}]", join(items.iter().map(list_item))),
        ExprKind::Choice { condition, then, otherwise } => {
            format!("({} ? {} : {})", expression(condition), expression(then), expression(otherwise))
        }
        ExprKind::Or(left, right) => format!("({} || {})", expression(left), expression(right)),
        ExprKind::Coalesce(left, right) => format!("({} ?? {})", expression(left), expression(right)),
        ExprKind::And(left, right) => format!("({} && {})", expression(left), expression(right)),
        ExprKind::Delete(target) => format!("delete {}", expression(target)),
        ExprKind::Not(value) => format!("!{}", expression(value)),
        ExprKind::Equals { left, right, negated } => {
            format!("({} {} {})", expression(left), if *negated { "!=" } else { "==" }, expression(right))
        }
        ExprKind::Assign { target, value } => format!("({} = {})", expression(target), expression(value)),
        ExprKind::Lambda(function) => {
            let mut body = String::new();
            statements(&function.body, 0, &mut body);
            let role = role(function.role);
            let body: Vec<&str> = body.lines().map(str::trim).collect();
            format!("{role}({}) => {{ {} }}", parameters(function), body.join("; "))
        }
        ExprKind::Class(class) => {
            let mut out = String::new();
            self::class(class, 0, &mut out);
            out.lines().map(str::trim).collect::<Vec<_>>().join("; ")
        }
        ExprKind::Other(parts) => format!("other({})", list(parts)),
    }
}

fn list(parts: &[Expr]) -> String {
    join(parts.iter().map(expression))
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn arguments(arguments: &[Argument]) -> String {
    join(arguments.iter().map(|argument| {
        let value = expression(&argument.value);
        match (&argument.name, argument.spread) {
            (None, false) => value,
            (None, true) => format!("...{value}"),
            (Some(_), true) => format!("**{value}"),
            (Some(name), false) => format!("{name}={value}"),
        }
    }))
}

fn map_item(item: &MapItem) -> String {
    match item {
        MapItem::Entry { key, value } => match &key.kind {
            ExprKind::Text(key) => format!("{key}: {}", expression(value)),
            _ => format!("[{}]: {}", expression(key), expression(value)),
        },
        MapItem::Spread(value) => format!("...{}", expression(value)),
    }
}

fn list_item(item: &ListItem) -> String {
    match item {
        ListItem::Item(value) => expression(value),
        ListItem::Spread(value) => format!("...{}", expression(value)),
    }
}

fn pattern(bound: &Pattern) -> String {
    match bound {
        Pattern::Name(name, _) => name.to_string(),
        Pattern::Map { entries, rest } => {
            let entries = entries.iter().map(|(key, bound, default)| {
                let default = default.as_ref().map(|value| format!(" = {}", expression(value))).unwrap_or_default();
                format!("{key}: {}{default}", pattern(bound))
            });
            format!("{{{}}}", join(entries.chain(rest.as_ref().map(|rest| format!("...{rest}")))))
        }
        Pattern::List(places) => {
            format!("[{}]", join(places.iter().map(|place| place.as_ref().map(pattern).unwrap_or_default())))
        }
        Pattern::Other => "_".into(),
    }
}

fn parameters(function: &Function) -> String {
    join(function.parameters.iter().map(|parameter| {
        let kind = match parameter.kind {
            ParameterKind::Single => "",
            ParameterKind::Rest => "...",
            ParameterKind::Keywords => "**",
        };
        let field = if parameter.field { "this." } else { "" };
        let annotation = annotation(&parameter.annotation);
        let default = parameter.default.as_ref().map(|value| format!(" = {}", expression(value))).unwrap_or_default();
        format!("{kind}{field}{}{annotation}{default}", pattern(&parameter.pattern))
    }))
}

fn annotation(name: &Option<std::sync::Arc<str>>) -> String {
    name.as_ref().map(|name| format!(": {name}")).unwrap_or_default()
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Plain => "",
        Role::Getter => "get ",
        Role::Setter => "set ",
        Role::Static => "static ",
        Role::OfClass => "classmethod ",
        Role::Constructor => "constructor ",
    }
}

fn line(depth: usize, text: &str, out: &mut String) {
    out.push_str(&"  ".repeat(depth));
    out.push_str(text);
    out.push('\n');
}

fn statements(body: &[Stmt], depth: usize, out: &mut String) {
    for statement in body {
        self::statement(statement, depth, out);
    }
}

fn statement(statement: &Stmt, depth: usize, out: &mut String) {
    let nested = |body: &[Stmt], out: &mut String| statements(body, depth + 1, out);
    match &statement.kind {
        StmtKind::Let { pattern: bound, value, annotation: declared } => {
            let value = value.as_ref().map(|value| format!(" = {}", expression(value))).unwrap_or_default();
            line(depth, &format!("let {}{}{value}", pattern(bound), annotation(declared)), out);
        }
        StmtKind::Assign { target, value } => {
            line(depth, &format!("{} = {}", expression(target), expression(value)), out);
        }
        StmtKind::Expr(value) => line(depth, &expression(value), out),
        StmtKind::Return(value) => line(depth, &leaving("return", value), out),
        StmtKind::Throw(value) => line(depth, &leaving("throw", value), out),
        StmtKind::Break => line(depth, "break", out),
        StmtKind::Outer(names) => line(depth, &format!("outer {}", names.join(", ")), out),
        StmtKind::If { condition, then, otherwise } => {
            line(depth, &format!("if {}", expression(condition)), out);
            nested(then, out);
            if !otherwise.is_empty() {
                line(depth, "else", out);
                nested(otherwise, out);
            }
        }
        StmtKind::Loop { binding, body } => {
            let binding =
                binding.as_ref().map(|(bound, items)| format!(" {} of {}", pattern(bound), expression(items)));
            line(depth, &format!("loop{}", binding.unwrap_or_default()), out);
            nested(body, out);
        }
        StmtKind::Try { body, handlers, finally } => {
            line(depth, "try", out);
            nested(body, out);
            for handler in handlers {
                line(depth, "catch", out);
                nested(handler, out);
            }
            if !finally.is_empty() {
                line(depth, "finally", out);
                nested(finally, out);
            }
        }
        StmtKind::Block(body) => {
            line(depth, "block", out);
            nested(body, out);
        }
        StmtKind::Function(function) => self::function(function, depth, out),
        StmtKind::Class(class) => self::class(class, depth, out),
        StmtKind::Import(import) => {
            let items = import.items.iter().map(|item| match &item.what {
                Imported::Name(name) if *name == item.local => name.to_string(),
                what => format!("{} as {}", imported(what), item.local),
            });
            line(depth, &format!("import {} from {:?}", join(items), import.module), out);
        }
        StmtKind::Export(Export::Name { local, exported }) => {
            line(depth, &format!("export {local} as {exported}"), out);
        }
        StmtKind::Export(Export::Default(value)) => line(depth, &format!("export default {}", expression(value)), out),
        StmtKind::Export(Export::From { module, names }) => {
            let names = names
                .as_ref()
                .map(|names| join(names.iter().map(|(what, exported)| format!("{} as {exported}", imported(what)))));
            line(depth, &format!("export {} from {module:?}", names.unwrap_or_else(|| "all".into())), out);
        }
    }
}

fn imported(what: &Imported) -> String {
    match what {
        Imported::Name(name) => name.to_string(),
        Imported::Default => "default".into(),
        Imported::Module => "module".into(),
        Imported::All => "all".into(),
    }
}

fn leaving(how: &str, value: &Option<Expr>) -> String {
    value.as_ref().map_or_else(|| how.to_owned(), |value| format!("{how} {}", expression(value)))
}

fn decorators(decorators: &[Expr], depth: usize, out: &mut String) {
    for decorator in decorators {
        line(depth, &format!("@{}", expression(decorator)), out);
    }
}

fn function(function: &Function, depth: usize, out: &mut String) {
    decorators(&function.decorators, depth, out);
    line(depth, &format!("{}fn {}({})", role(function.role), function.name, parameters(function)), out);
    statements(&function.body, depth + 1, out);
}

fn class(class: &Class, depth: usize, out: &mut String) {
    decorators(&class.decorators, depth, out);
    let bases = if class.bases.is_empty() { String::new() } else { format!(" of {}", list(&class.bases)) };
    line(depth, &format!("class {}{bases}", class.name), out);
    for field in &class.fields {
        let is_static = if field.is_static { "static " } else { "" };
        let value = field.value.as_ref().map(|value| format!(" = {}", expression(value))).unwrap_or_default();
        line(depth + 1, &format!("{is_static}{}{}{value}", field.name, annotation(&field.annotation)), out);
    }
    for method in &class.methods {
        function(method, depth + 1, out);
    }
}

/// An expected dump as a test writes it: without the indent of its first line.
pub(super) fn undented(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let indent =
        text.lines().find(|line| !line.trim().is_empty()).map_or(0, |line| line.len() - line.trim_start().len());
    lines.map(|line| format!("{}\n", &line[indent..])).collect()
}
