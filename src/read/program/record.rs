//! The calls of the Cognito API that were met, what is read of their answers, and where that is stored.

use std::collections::HashMap;
use std::sync::Arc;

use super::alike::alike;
use super::domain::{Answered, Args, CallId, Callee, Kind, Source, Val};
use super::evaluator::{Evaluator, Flow, Frame};
use super::functions::Site;
use crate::read::redaction::redact_call;
use crate::read::{Automatic, Call, Library, Operation, Reads, Side, Store};
use crate::source::Loc;
use crate::value::Value;
use crate::when::When;

/// Calls that one place may be, by what it sends.
const MOST_AT_PLACE: usize = 24;
/// Maps inside maps through which an answer is followed when it is handed out.
const ESCAPE_DEPTH: u32 = 4;
/// Maps inside the parameters of a call.
const DEEPEST_PARAMETERS: u32 = 4;
/// Members of answers that hold no further members.
const LEAVES: &[&str] = &[
    "AccessToken",
    "IdToken",
    "RefreshToken",
    "ExpiresIn",
    "TokenType",
    "ChallengeName",
    "Session",
    "DeviceKey",
    "DeviceGroupKey",
    "UserSub",
    "UserConfirmed",
    "UserConfirmationNecessary",
    "access_token",
    "id_token",
    "refresh_token",
    "expires_in",
    "token_type",
    "error",
    "status",
    "statusCode",
    "status_code",
    "ok",
];

/// What a library's call means.
#[derive(Clone)]
pub(super) struct Meaning {
    pub(super) operation: Operation,
    pub(super) parameters: Val,
    /// The library's package.
    pub(super) library: Arc<str>,
    /// Its function or method, for people.
    pub(super) entry: Arc<str>,
    pub(super) automatic: Automatic,
    /// The side, where the library decides it.
    pub(super) side: Option<Side>,
    pub(super) endpoint: Option<Value>,
}

/// The recorded calls.
#[derive(Default)]
pub(super) struct Recorder {
    pub(super) calls: Vec<Call>,
    by_place: HashMap<Loc, Vec<CallId>>,
}

impl Meaning {
    pub(super) fn new(operation: Operation, parameters: Val, library: &str, entry: &str) -> Self {
        Self {
            operation,
            parameters,
            library: library.into(),
            entry: entry.into(),
            automatic: Automatic::default(),
            side: None,
            endpoint: None,
        }
    }
}

impl Recorder {
    /// Whether a call's answer is what a token says.
    fn is_token(&self, id: CallId) -> bool {
        let call = self.calls.get(id.0 as usize);
        call.is_some_and(|call| matches!(call.operation, Operation::Decode | Operation::Verify))
    }

    fn call_mut(&mut self, id: CallId) -> Option<&mut Call> {
        self.calls.get_mut(id.0 as usize)
    }

    /// Takes a call in, unless the very same was met before.
    fn take(&mut self, call: Call) -> CallId {
        let here = self.by_place.entry(call.loc).or_default();
        for id in here.iter() {
            if let Some(known) = self.calls.get_mut(id.0 as usize)
                && known.operation == call.operation
                && known.library == call.library
                && alike(&known.parameters, &call.parameters)
            {
                known.when = known.when.shared(&call.when);
                return *id;
            }
        }
        // One place that does the same in very many ways is one call.
        if here.len() >= MOST_AT_PLACE
            && let Some(last) = here.last()
        {
            return *last;
        }
        let id = CallId(u32::try_from(self.calls.len()).unwrap_or(u32::MAX));
        here.push(id);
        self.calls.push(call);
        id
    }
}

impl Evaluator<'_> {
    /// Records a call and gives its answer. Parameters that are one of several maps are several calls.
    pub(super) fn record(&mut self, meaning: Meaning, callee: &Callee, args: &Args, site: Site) -> Val {
        let choices = self.alternatives(&meaning.parameters);
        if choices.len() < 2 {
            return self.record_one(meaning, callee, args, site);
        }
        let whens: Vec<When> = choices.iter().map(|(when, _)| when.clone()).collect();
        let run = &mut |it: &mut Self, arm: usize| {
            let parameters = choices.get(arm).map_or(&meaning.parameters, |(_, val)| val).clone();
            (it.record_one(Meaning { parameters, ..meaning.clone() }, callee, args, site), Flow::Next)
        };
        self.split(&whens, site.loc, run).0
    }

    fn record_one(&mut self, meaning: Meaning, callee: &Callee, args: &Args, site: Site) -> Val {
        if self.exhausted {
            // Statements were left out that may have added to them.
            self.open(&meaning.parameters, DEEPEST_PARAMETERS);
        }
        let mut parameters = self.freeze(&meaning.parameters);
        let (loc, through, function) = self.place(&parameters, site);
        redact_call(&mut parameters);
        let when = self.asked.clone();
        let call = Call {
            operation: meaning.operation,
            loc,
            through,
            parameters,
            library: Library { name: meaning.library, version: None, entry: meaning.entry },
            automatic: meaning.automatic,
            side: meaning.side.unwrap_or(Side::Unknown),
            endpoint: meaning.endpoint,
            reads: Reads::default(),
            stores: Vec::new(),
            when,
            function,
        };
        let id = self.recorder.take(call);
        let answered = Answered { callee: callee.clone(), args: args.clone(), made: false, call: Some(id) };
        self.answer_of(answered, site.loc)
    }

    /// Where a call stands for its reader: the call in the outermost function whose own text holds its flow or its
    /// parameters, else the library's call itself; then the calls from there inward, and the function's name.
    fn place(&self, parameters: &Value, site: Site) -> (Loc, Vec<Loc>, Option<Arc<str>>) {
        let innermost = self.frames.len().saturating_sub(1);
        let at = literals(parameters).into_iter().filter_map(|literal| self.owner(literal)).min().unwrap_or(innermost);
        let mut chain: Vec<Loc> = self.frames.iter().skip(at + 1).filter_map(|frame| frame.site).collect();
        chain.push(site.loc);
        let loc = chain.remove(0);
        let functions = self.frames.iter().take(at + 1).rev().filter_map(|frame| frame.function.as_ref());
        let function = functions.filter_map(|function| self.worklist.name(function)).next();
        (loc, chain, function)
    }

    /// The outermost frame of the function that a literal stands in.
    fn owner(&self, literal: Loc) -> Option<usize> {
        let holds = |frame: &Frame| frame.body.file == literal.file && frame.body.span.contains(literal.span);
        let size = |frame: &Frame| frame.body.span.end - frame.body.span.start;
        let smallest = self.frames.iter().filter(|frame| frame.function.is_some() && holds(frame)).map(size).min();
        match smallest {
            Some(smallest) => {
                self.frames.iter().position(|frame| frame.function.is_some() && holds(frame) && size(frame) == smallest)
            }
            // At a module's top level only what runs there counts.
            None => self.frames.iter().position(|frame| frame.function.is_none() && holds(frame)),
        }
    }

    /// The recorded call that a value is an answer of, or a part of, with the path of the part.
    fn origin(&self, val: &Val) -> Option<(CallId, String)> {
        let Kind::Opaque(opaque) = &val.kind else { return None };
        match &opaque.source {
            Source::Answer(Answered { call: Some(id), .. }) => Some((*id, String::new())),
            Source::Answer(Answered { callee, args, .. }) => match callee {
                Callee::Method { receiver, name } if is_transparent(name) => self.origin(receiver),
                Callee::Symbol(symbol) if matches!(&*symbol.full_name(), "JSON.parse" | "json.loads" | "json.load") => {
                    self.origin(args.get(0)?)
                }
                _ => None,
            },
            Source::Member { of, key } => {
                let (id, mut path) = self.origin(of)?;
                // The body of an HTTP answer is the answer, and so is the payload of a token that is decoded in parts.
                let is_body = match &**key {
                    "data" | "body" | "text" | "content" | "$metadata" => path.is_empty(),
                    "payload" => path.is_empty() && self.recorder.is_token(id),
                    _ => false,
                };
                if !is_body {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key);
                }
                Some((id, path))
            }
            _ => None,
        }
    }

    /// Whether a value is an answer of a recorded call, or a part of one.
    pub(super) fn is_answer(&self, val: &Val) -> bool {
        self.origin(val).is_some()
    }

    /// Notes that a member of an answer is read.
    pub(super) fn read(&mut self, val: &Val) {
        let Some((id, path)) = self.origin(val) else { return };
        if path.is_empty() {
            return;
        }
        if let Some(call) = self.recorder.call_mut(id)
            && !call.reads.paths.iter().any(|known| **known == *path)
        {
            call.reads.paths.push(path.into());
        }
    }

    /// Notes that a value goes where it is not followed.
    pub(super) fn escape(&mut self, val: &Val) {
        self.escape_within(val, ESCAPE_DEPTH);
    }

    fn escape_within(&mut self, val: &Val, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match &val.kind {
            Kind::OneOf(alts) => alts.iter().for_each(|alt| self.escape_within(&alt.val, depth)),
            Kind::Object(id) => {
                let object = self.heap.object(*id);
                let parts: Vec<Val> = object
                    .entries
                    .iter()
                    .map(|entry| &entry.val)
                    .chain(object.items.iter().map(|(item, _)| item))
                    .filter(|val| matches!(val.kind, Kind::OneOf(_) | Kind::Object(_) | Kind::Opaque(_)))
                    .cloned()
                    .collect();
                parts.iter().for_each(|part| self.escape_within(part, depth));
            }
            Kind::Opaque(_) => {
                let Some((id, path)) = self.origin(val) else { return };
                let is_leaf = path.rsplit('.').next().is_some_and(|last| LEAVES.contains(&last));
                if !is_leaf && let Some(call) = self.recorder.call_mut(id) {
                    call.reads.escapes = true;
                }
            }
            _ => {}
        }
    }

    /// Notes that a member of an answer is stored at a target of this name.
    pub(super) fn stored(&mut self, target: &str, val: &Val, loc: Loc) {
        let alternatives: Vec<Val> = match &val.kind {
            Kind::OneOf(alts) => alts.iter().map(|alt| alt.val.clone()).collect(),
            _ => vec![val.clone()],
        };
        let has_other = alternatives.iter().filter(|val| !val.is_null()).count() > 1;
        for val in &alternatives {
            let Some((id, path)) = self.origin(val) else { continue };
            let has_fallback = has_other || self.is_asked_for(val);
            let store = Store { target: target.into(), path: path.into(), has_fallback, loc };
            if let Some(call) = self.recorder.call_mut(id)
                && !call.stores.iter().any(|known| {
                    known.loc == store.loc && known.path == store.path && known.has_fallback == store.has_fallback
                })
            {
                call.stores.push(store);
            }
        }
    }

    /// Whether the tests that hold here look at this member: then it is stored only where it is there, and what was stored
    /// before stays otherwise.
    fn is_asked_for(&self, val: &Val) -> bool {
        let Kind::Opaque(opaque) = &val.kind else { return false };
        let Source::Member { of, key } = &opaque.source else { return false };
        let Some(whole) = self.key(of) else { return false };
        self.tests.keys_in(&self.path).any(|asked| asked.contains(&whole) && asked.contains(&**key))
    }

    /// The same for a target that is written as an expression.
    pub(super) fn stored_at(&mut self, target: Loc, val: &Val) {
        let text = self.sources.text(target).split_whitespace().collect::<String>();
        self.stored(&text, val, target);
    }
}

/// Whether a method of an answer gives the answer itself in another form.
fn is_transparent(name: &str) -> bool {
    matches!(name, "json" | "text" | "promise" | "body" | "read" | "decode" | "toString" | "copy" | "getBody")
}

/// The places of the literals that say what a call is about.
fn literals(parameters: &Value) -> Vec<Loc> {
    let mut places = Vec::new();
    let flow = parameters.field("AuthFlow").value();
    places.extend(flow.filter(|flow| flow.text().is_some()).map(|flow| flow.loc));
    for key in ["AuthParameters", "ChallengeResponses"] {
        let map = parameters.field(key).value().filter(|value| value.map().is_some());
        places.extend(map.map(|map| map.loc));
    }
    places.extend(parameters.map().map(|_| parameters.loc));
    places
}
