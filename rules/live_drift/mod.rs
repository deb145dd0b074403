//! What is declared and what the account has differ in a property that sign-in or refresh depends on.

use crate::finding::{Level, Severity};
use crate::model::Model;
use crate::model::drift::Deployed;
use crate::rule::{About, Findings, Report, Rule};

mod properties;

use properties::{Property, Told};

/// The rule. Source: the answers of the account; each property's row says what it breaks.
pub static RULE: Rule = Rule {
    severity: Severity::Warning,
    level: Level::Default,
    summary: "the account differs from what is declared in a property that sign-in or refresh depends on",
    check,
};

fn check(model: &Model, out: &mut Findings<'_>) {
    for property in properties::ALL {
        for deployed in model.deployments(property.type_name) {
            check_property(model, property, &deployed, out);
        }
    }
}

/// Reports where the account differs from all that may have been deployed.
fn check_property(model: &Model, property: &Property, deployed: &Deployed<'_>, out: &mut Findings<'_>) {
    let Some(live) = property.told(model, &deployed.live) else { return };
    let declared = deployed.declared.iter().map(|view| property.declared(model, view));
    let Some(declared) = declared.collect::<Option<Vec<Told>>>() else { return };
    let mut differing = declared.iter().zip(&deployed.declared).filter(|(told, _)| property.differs(told, &live));
    let Some((told, view)) = differing.next().filter(|_| differing.count() + 1 == declared.len()) else { return };
    let id = deployed.live.name();
    let about = About::from(view).and((&*format!("{} is {id}", view.name()), deployed.steps)).resting_on(&view.trust);
    let (here, there) = (told.loc.unwrap_or(view.loc()), live.loc.unwrap_or(deployed.live.loc()));
    let mut report = Report::new(about, here, format!("declared: {}", told.says))
        .message(format!("{id} in the account differs from what is declared: {}", property.breaks))
        .because(there, format!("in the account: {}", live.says))
        .severity(property.severity)
        .help(
            "deploy what is declared, or declare what the account has: the next deployment may otherwise change it back \
             under live sessions",
        );
    if let Some(answer) = property.answer {
        report = report.answer(answer);
    }
    out.add(report);
}
