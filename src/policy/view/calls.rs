//! The calls of the view: what code asks of Cognito, with the app client and the user pool it works on.

use crate::model::case::Case;
use crate::read::{Automatic, Operation, Resource, Side};
use crate::source::Loc;

use super::Called;
use super::node::{Member, Node, Owner};
use super::values::Builder;

/// The sides by their names in the view.
const SIDES: [(Side, &str); 4] =
    [(Side::Browser, "browser"), (Side::Mobile, "mobile"), (Side::Server, "server"), (Side::Script, "script")];

impl Builder<'_> {
    /// Every call, once for each client and pool that it may work on, and what each rests on.
    pub fn calls(&mut self) -> (Vec<Node>, Vec<Called>) {
        let model = self.model;
        let cases = model.cases().filter(|case| !case.when.contradicts(self.world)).enumerate();
        let calls = cases.map(|(number, case)| {
            self.owner = Owner::Call(number);
            let called = Called { when: case.when.without(self.world), confidence: case.trust.confidence() };
            (self.call(&case), called)
        });
        let calls = calls.unzip();
        self.owner = Owner::Other;
        calls
    }

    fn call(&mut self, case: &Case<'_>) -> Node {
        let (call, loc) = (case.call, Some(case.call.loc));
        let mut members = Vec::new();
        let mut add = |key: &str, node: Node| members.push(Member::new(key, node));
        let operation = match call.operation {
            Operation::Other => call.library.entry.to_string(),
            operation => format!("{operation:?}"),
        };
        add("Operation", Node::text(operation, loc));
        if case.initiates_auth() {
            let flow = case.parameter(&["AuthFlow"]).value();
            add(
                "Flow",
                match flow {
                    Some(flow) => self.value("Flow", flow),
                    None => self.unknown("Flow", "its flow cannot be told", loc),
                },
            );
        }
        add("SignIn", self.decided("SignIn", case, case.is_sign_in()));
        add("Refresh", self.decided("Refresh", case, case.is_refresh() || case.is_oauth_refresh()));
        add("Side", self.side(call.side, call.loc));
        add("Library", Node::text(call.library.name.clone(), loc));
        add("Implicit", Node::bool(call.automatic.implicit, loc));
        add("Automatic", automatic(call.automatic, call.loc));
        add("App", self.app(call.loc));
        add("File", self.file(call.loc));
        if let Some(function) = &call.function {
            add("Function", Node::text(function.clone(), loc));
        }
        let client = case.client.as_ref().map(|client| client.resource);
        let pool = case.pool.as_ref().map(|pool| pool.resource);
        if client.is_some() || needs_client(call.operation) {
            add("Client", self.named("Client", client, call.loc));
        }
        if pool.is_some() || needs_client(call.operation) {
            add("Pool", self.named("Pool", pool, call.loc));
        }
        add("Parameters", self.value("Parameters", &case.parameters.under(self.world)));
        Node::map(members, loc)
    }

    /// Whether a call does something; unknown where its flow is.
    fn decided(&mut self, key: &str, case: &Case<'_>, it_does: bool) -> Node {
        let loc = Some(case.loc());
        if case.initiates_auth() && case.flow().is_none() && case.flow_name().is_none() {
            let options = vec![Node::bool(true, loc), Node::bool(false, loc)];
            return self.choice(key, options, "its flow cannot be told", loc);
        }
        Node::bool(it_does, loc)
    }

    fn side(&mut self, side: Side, loc: Loc) -> Node {
        let loc = Some(loc);
        match SIDES.iter().find(|(mine, _)| *mine == side) {
            Some((_, name)) => Node::text(*name, loc),
            None => {
                let options = SIDES.iter().map(|(_, name)| Node::text(*name, loc)).collect();
                self.choice("Side", options, "where this code runs cannot be told", loc)
            }
        }
    }

    fn named(&mut self, key: &str, resource: Option<&Resource>, loc: Loc) -> Node {
        match resource.and_then(|resource| self.name_of(resource)) {
            Some(name) => Node::text(name, Some(loc)),
            None => {
                let why = format!("which {} this call works on cannot be told", key.to_lowercase());
                self.unknown(key, why, Some(loc))
            }
        }
    }

    /// The file of a place, as reports name it.
    pub fn file(&self, loc: Loc) -> Node {
        Node::text(self.model.sources.file(loc.file).path.as_str(), Some(loc))
    }

    /// The folder of the app that a place belongs to, as reports name it; `.` outside of every package.
    pub fn app(&self, loc: Loc) -> Node {
        Node::text(self.app_name(loc), Some(loc))
    }
}

fn automatic(automatic: Automatic, loc: Loc) -> Node {
    let Automatic { confirms_device, answers_device_challenge, stores_tokens, no_secret, implicit: _ } = automatic;
    let members = [
        ("ConfirmsDevice", confirms_device),
        ("AnswersDeviceChallenge", answers_device_challenge),
        ("StoresTokens", stores_tokens),
        ("NoSecret", no_secret),
    ];
    Node::map(members.map(|(key, does)| Member::new(key, Node::bool(does, Some(loc)))).into(), Some(loc))
}

/// Whether the call is made for one app client.
fn needs_client(operation: Operation) -> bool {
    !matches!(operation, Operation::Decode | Operation::Federate | Operation::Other)
}
