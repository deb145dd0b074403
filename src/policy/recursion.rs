//! Whether what a policy says comes to an end. The library follows rules and variables without looking whether it has been
//! there, so that a policy that uses itself would end the program.

use std::collections::HashMap;

use super::tree::{All, Block, Clause, Let, Operand, Part, Query, Rule, RuleClause, Template, Tree};

/// How deep rules, variables, blocks and filters may be inside each other. More than this and the library's answer, which is
/// nested alike, could not be read; the stack of [`super::library`] is enough for some times as much.
pub const DEEPEST: usize = 16;
/// How many steps a query may have: the library takes them one inside the other.
pub const LONGEST: usize = 64;
/// How often rules with parameters may be used, each use of a use counted: the library evaluates them every time.
pub const MOST: usize = 10_000;

/// What does not come to an end, or to none soon enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endless {
    /// The word before the name where it is declared: `rule` or `let`.
    pub keyword: &'static str,
    /// The rule or variable.
    pub name: String,
    /// What is wrong, for people.
    pub message: String,
}

/// Looks at everything that a policy says.
///
/// # Errors
/// See [`Endless`].
pub fn check(tree: &Tree) -> Result<(), Endless> {
    let mut rules: HashMap<&str, Vec<&Rule>> = HashMap::new();
    for rule in &tree.rules {
        rules.entry(&rule.name).or_default().push(rule);
    }
    let templates = tree.templates.iter().map(|template| (template.rule.name.as_str(), template)).collect();
    let mut walk = Walk { tree, rules, templates, heights: HashMap::new(), active: Vec::new(), scopes: 0, uses: 0 };
    let root = walk.root();
    walk.lets(&root, 0)?;
    for rule in &tree.rules {
        walk.rule(&rule.name, 0)?;
    }
    for template in &tree.templates {
        walk.template(template, &root, 0)?;
    }
    Ok(())
}

/// What is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Step<'t> {
    Rule(&'t str),
    Template(&'t str),
    /// The variable of a scope.
    Variable(usize, &'t str),
}

impl<'t> Step<'t> {
    fn name(self) -> &'t str {
        let (Self::Rule(name) | Self::Template(name) | Self::Variable(_, name)) = self;
        name
    }

    fn endless(self, message: String) -> Endless {
        let keyword = if matches!(self, Self::Variable(..)) { "let" } else { "rule" };
        Endless { keyword, name: self.name().to_owned(), message }
    }
}

/// The variables that hold somewhere. A rule with parameters sees those of where it is used.
struct Scope<'s, 't> {
    number: usize,
    lets: &'t [Let],
    parameters: &'t [String],
    parent: Option<&'s Scope<'s, 't>>,
}

struct Walk<'t> {
    tree: &'t Tree,
    rules: HashMap<&'t str, Vec<&'t Rule>>,
    templates: HashMap<&'t str, &'t Template>,
    /// How deep that goes which was followed to its end.
    heights: HashMap<Step<'t>, usize>,
    /// What is being followed.
    active: Vec<Step<'t>>,
    scopes: usize,
    uses: usize,
}

/// How deep something goes.
type Height = Result<usize, Endless>;

impl<'t> Walk<'t> {
    fn scope<'s>(
        &mut self,
        lets: &'t [Let],
        parameters: &'t [String],
        parent: Option<&'s Scope<'s, 't>>,
    ) -> Scope<'s, 't> {
        self.scopes += 1;
        Scope { number: self.scopes, lets, parameters, parent }
    }

    /// The scope of what stands outside of every rule, which is one.
    fn root<'s>(&self) -> Scope<'s, 't> {
        Scope { number: 0, lets: &self.tree.lets, parameters: &[], parent: None }
    }

    /// Follows something that `depth` others are around.
    fn follow(&mut self, step: Step<'t>, depth: usize, inside: impl FnOnce(&mut Self, usize) -> Height) -> Height {
        if let Some(at) = self.active.iter().position(|other| *other == step) {
            let way: Vec<_> = self.active.iter().skip(at + 1).chain([&step]).map(|step| step.name()).collect();
            return Err(step.endless(match way.as_slice() {
                [name] => format!("{name} uses itself"),
                way => format!("{} uses itself, by way of {}", step.name(), way[..way.len() - 1].join(", ")),
            }));
        }
        let height = match self.heights.get(&step) {
            Some(height) => *height,
            None => {
                self.fits(depth + 1)?;
                self.active.push(step);
                let height = inside(self, depth + 1)? + 1;
                self.active.pop();
                if !matches!(step, Step::Template(_)) {
                    self.heights.insert(step, height);
                }
                height
            }
        };
        self.fits(depth + height)?;
        Ok(height)
    }

    /// Looks whether so many may be inside each other.
    fn fits(&self, depth: usize) -> Result<(), Endless> {
        let outermost = self.active.first().copied().unwrap_or(Step::Rule(super::DEFAULT));
        if depth > DEEPEST {
            return Err(outermost.endless(format!("what {} uses is more than {DEEPEST} deep", outermost.name())));
        }
        Ok(())
    }

    fn rule(&mut self, name: &'t str, depth: usize) -> Height {
        let Some(rules) = self.rules.get(name).cloned() else { return Ok(0) };
        let root = self.root();
        self.follow(Step::Rule(name), depth, |walk, depth| {
            highest(rules.iter().map(|rule| walk.body(rule, &root, depth)))
        })
    }

    fn template(&mut self, template: &'t Template, from: &Scope<'_, 't>, depth: usize) -> Height {
        let step = Step::Template(&template.rule.name);
        self.uses += 1;
        if self.uses > MOST {
            return Err(step.endless(format!("rules with parameters are used more than {MOST} times")));
        }
        self.follow(step, depth, |walk, depth| {
            let scope = walk.scope(&[], &template.parameters, Some(from));
            walk.body(&template.rule, &scope, depth)
        })
    }

    fn body(&mut self, rule: &'t Rule, scope: &Scope<'_, 't>, depth: usize) -> Height {
        let conditions = self.clauses(rule.conditions.iter().flatten(), scope, depth)?;
        let inner = self.scope(&rule.block.lets, &[], Some(scope));
        let lets = self.lets(&inner, depth)?;
        let clauses = highest(rule.block.clauses.iter().flatten().map(|clause| match clause {
            RuleClause::Clause(clause) => self.clause(clause, &inner, depth),
            RuleClause::When(conditions, block) => {
                let conditions = self.clauses(conditions, &inner, depth)?;
                Ok(conditions.max(self.block(block, &inner, depth)?))
            }
            RuleClause::Type(of_type) => {
                let query = self.parts(&of_type.query, &inner, depth)?;
                let conditions = self.clauses(of_type.conditions.iter().flatten(), &inner, depth)?;
                Ok(query.max(conditions).max(self.block(&of_type.block, &inner, depth)?))
            }
        }))?;
        Ok(conditions.max(lets).max(clauses))
    }

    /// The variables of a scope, whether something uses them or not.
    fn lets(&mut self, scope: &Scope<'_, 't>, depth: usize) -> Height {
        highest(scope.lets.iter().map(|one| self.variable(&one.var, scope, depth)))
    }

    /// A variable, by the nearest scope that has it. The value of a parameter is known before it is used.
    fn variable(&mut self, name: &'t str, scope: &Scope<'_, 't>, depth: usize) -> Height {
        if scope.parameters.iter().any(|parameter| parameter == name) {
            return Ok(0);
        }
        let lets: Vec<&'t Let> = scope.lets.iter().filter(|one| one.var == name).collect();
        if lets.is_empty() {
            return scope.parent.map_or(Ok(0), |parent| self.variable(name, parent, depth));
        }
        self.follow(Step::Variable(scope.number, name), depth, |walk, depth| {
            highest(lets.iter().map(|one| walk.operand(&one.value, scope, depth)))
        })
    }

    fn block(&mut self, block: &'t Block<Clause>, scope: &Scope<'_, 't>, depth: usize) -> Height {
        let depth = depth + 1;
        self.fits(depth)?;
        let inner = self.scope(&block.lets, &[], Some(scope));
        let lets = self.lets(&inner, depth)?;
        Ok(lets.max(self.clauses(&block.clauses, &inner, depth)?) + 1)
    }

    fn clauses(
        &mut self,
        clauses: impl IntoIterator<Item = &'t Vec<Clause>>,
        scope: &Scope<'_, 't>,
        depth: usize,
    ) -> Height {
        highest(clauses.into_iter().flatten().map(|clause| self.clause(clause, scope, depth)))
    }

    fn clause(&mut self, clause: &'t Clause, scope: &Scope<'_, 't>, depth: usize) -> Height {
        match clause {
            Clause::Check(check) => {
                let query = self.query(&check.access.query, scope, depth)?;
                let other = check.access.compare_with.iter().map(|operand| self.operand(operand, scope, depth));
                Ok(query.max(highest(other)?))
            }
            Clause::NamedRule(named) => self.rule(&named.rule, depth),
            Clause::Instance(instance) => {
                let given = highest(instance.parameters.iter().map(|one| self.operand(one, scope, depth)))?;
                let template = self.templates.get(instance.named_rule.rule.as_str()).copied();
                Ok(given.max(template.map_or(Ok(0), |template| self.template(template, scope, depth))?))
            }
            Clause::Each(each) => {
                let query = self.query(&each.query, scope, depth)?;
                Ok(query.max(self.block(&each.block, scope, depth)?))
            }
            Clause::When(conditions, block) => {
                let conditions = self.clauses(conditions, scope, depth)?;
                Ok(conditions.max(self.block(block, scope, depth)?))
            }
        }
    }

    fn operand(&mut self, operand: &'t Operand, scope: &Scope<'_, 't>, depth: usize) -> Height {
        match operand {
            Operand::Value(_) => Ok(0),
            Operand::Query(query) => self.query(query, scope, depth),
            Operand::Call(call) => {
                self.fits(depth + 1)?;
                Ok(highest(call.parameters.iter().map(|one| self.operand(one, scope, depth + 1)))? + 1)
            }
        }
    }

    fn query(&mut self, query: &'t Query, scope: &Scope<'_, 't>, depth: usize) -> Height {
        self.parts(&query.parts, scope, depth)
    }

    fn parts(&mut self, parts: &'t [Part], scope: &Scope<'_, 't>, depth: usize) -> Height {
        if parts.len() > LONGEST {
            let here = self.active.last().copied().unwrap_or(Step::Rule(super::DEFAULT));
            return Err(here.endless(format!("a query has more than {LONGEST} steps")));
        }
        highest(parts.iter().map(|part| match part {
            Part::Key(key) => key.strip_prefix('%').map_or(Ok(0), |name| self.variable(name, scope, depth)),
            Part::MapKeyFilter(_, filter) => self.operand(&filter.compare_with, scope, depth),
            Part::Filter(_, clauses) => self.filter(clauses, scope, depth + 1),
            Part::This | Part::AllValues(_) | Part::AllIndices(_) | Part::Index(_) => Ok(0),
        }))
    }

    fn filter(&mut self, clauses: &'t All<Clause>, scope: &Scope<'_, 't>, depth: usize) -> Height {
        self.fits(depth)?;
        Ok(self.clauses(clauses, scope, depth)? + 1)
    }
}

/// The greatest of some heights.
fn highest(heights: impl IntoIterator<Item = Height>) -> Height {
    heights.into_iter().try_fold(0, |highest, height| Ok(highest.max(height?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told of a policy in which every clause has a line of its own.
    fn told(policy: &str) -> Option<(String, String)> {
        let lines = policy.replace("{ ", "{\n").replace(" }", "\n}\n").replace("; ", "\n");
        let tree = Tree::parse(&lines).unwrap_or_else(|trouble| panic!("{lines}: {trouble:?}"));
        let endless = check(&tree).err()?;
        Some((format!("{} {}", endless.keyword, endless.name), endless.message))
    }

    #[test]
    fn what_uses_itself_is_told() {
        for (policy, place, message) in [
            ("rule A { A }", "rule A", "A uses itself"),
            ("rule A { B <<a>> }\nrule B { A }", "rule A", "A uses itself, by way of B"),
            ("rule A when B { X exists }\nrule B when A { X exists }", "rule A", "A uses itself, by way of B"),
            ("rule A { when A { X exists } }", "rule A", "A uses itself"),
            ("rule A { X exists or A }", "rule A", "A uses itself"),
            (
                "AWS::S3::Bucket when A { X exists }\nrule A { policy exists or B }\nrule B { A }",
                "rule A",
                "A uses itself, by way of B",
            ),
            ("let x = %x\nrule A { %x !empty }", "let x", "x uses itself"),
            ("let a = %b\nlet b = %a.c\nrule A { X == %a }", "let a", "a uses itself, by way of b"),
            ("let a = join(%a, ',')\nrule A { X exists }", "let a", "a uses itself"),
            ("let x = 1\nrule A { let x = %x; %x == 1 }", "let x", "x uses itself"),
            ("let a = X[ y == %a ]\nrule A { X exists }", "let a", "a uses itself"),
            ("rule R(x) { R(%x) }\nrule T { R(Resources) }", "rule R", "R uses itself"),
            ("rule R(x) { S(%x) }\nrule S(x) { R(%x) }", "rule R", "R uses itself, by way of S"),
            ("rule R(p) { %v exists }\nrule A { let v = X[ R(1) ]; R(1) }", "let v", "v uses itself, by way of R"),
        ] {
            assert_eq!(told(policy), Some((place.to_owned(), message.to_owned())), "{policy}");
        }
    }

    #[test]
    fn what_is_used_again_is_no_recursion() {
        for policy in [
            "rule A { B; B; C }\nrule B { C }\nrule C { X exists }",
            "let a = X\nlet b = %a[ y == %a.z ]\nrule A { %b == %a; %a !empty }",
            "rule R(x) { %x exists }\nrule S(x) { R(%x); R(%x.y) }\nrule A { S(X); R(Y) }",
            "let x = X\nrule A { let y = %x; %y { let x = this; %x exists } }",
            "rule A { NOT_THERE }\nrule B { %nowhere exists }",
            "let x = 'A'\nrule A when %x !empty { X == 'A' }",
        ] {
            assert_eq!(told(policy), None, "{policy}");
        }
    }

    #[test]
    fn what_goes_too_deep_is_told() {
        let rules = |count: usize| -> String {
            let rule = |number| format!("rule R{number} {{ R{} }}\n", number + 1);
            (0..count).map(rule).collect::<String>() + &format!("rule R{count} {{ X exists }}\n")
        };
        assert_eq!(told(&rules(DEEPEST - 1)), None);
        let (place, message) = told(&rules(DEEPEST)).unwrap();
        assert_eq!((place.as_str(), message.as_str()), ("rule R0", "what R0 uses is more than 16 deep"));
        assert!(told(&rules(3_000)).is_some());
        let lets: String = (1..3_000).map(|number| format!("let v{number} = %v{}\n", number - 1)).collect();
        assert!(told(&format!("let v0 = X\n{lets}rule A {{ %v2999 exists }}")).is_some());
        let backward: String = (0..3_000).map(|number| format!("let v{number} = %v{}\n", number + 1)).collect();
        assert!(told(&format!("{backward}let v3000 = X\nrule A {{ %v0 exists }}")).is_some());
        let (place, message) = told(&format!("rule A {{ X{} exists }}", ".y".repeat(LONGEST))).unwrap();
        assert_eq!((place.as_str(), message.as_str()), ("rule A", "a query has more than 64 steps"));
        let templates: String =
            (0..14).map(|number| format!("rule P{number}(x) {{ P{0}(%x); P{0}(%x) }}\n", number + 1)).collect();
        let (_, message) = told(&format!("{templates}rule P14(x) {{ %x exists }}\nrule A {{ P0(X) }}")).unwrap();
        assert!(message.contains("used more than"), "{message}");
    }
}
