//! What one user did up to a refusal, and which sign-in the refused token may be from.

use super::event::{Act, Event};

/// What one user did up to a refusal.
#[derive(Debug)]
pub struct Session<'a> {
    /// The refusal.
    pub failure: &'a Event,
    /// What the user did before it, in the order of time.
    pub before: Vec<&'a Event>,
    /// Where in that the sign-ins are that may have given the refused token, in the order of time.
    sign_ins: Vec<usize>,
}

impl<'a> Session<'a> {
    /// The session of a refusal, by what its user did before.
    pub fn new(failure: &'a Event, before: Vec<&'a Event>) -> Self {
        // A sign-in in the same second may be what the user did about the refusal.
        let is_earlier = |event: &&Event| event.at < failure.at || failure.answers_challenge();
        let sign_ins = completed(before.get(..before.partition_point(is_earlier)).unwrap_or_default());
        Self { failure, before, sign_ins }
    }

    /// The sign-ins that may have given the refused token, in the order of time.
    pub fn sign_ins(&self) -> impl DoubleEndedIterator<Item = &'a Event> {
        self.sign_ins.iter().filter_map(|at| self.before.get(*at).copied())
    }

    /// The sign-in that most likely gave the refused token: the last one through the refused client, else the last one.
    pub fn sign_in(&self) -> Option<&'a Event> {
        self.before.get(self.likely()?).copied()
    }

    /// What happened between that sign-in and the refusal; everything where no sign-in is known.
    pub fn since_sign_in(&self) -> &[&'a Event] {
        self.behind(self.likely())
    }

    /// That sign-in and what happened since, its further steps among them.
    pub fn since_step(&self) -> Option<&[&'a Event]> {
        self.before.get(self.likely()?..)
    }

    /// What happened after every sign-in, so that it concerns each session that the token may be of.
    pub fn since_all(&self) -> &[&'a Event] {
        self.behind(self.sign_ins.last().copied())
    }

    /// No other sign-in may have given the token.
    pub fn has_one_sign_in(&self) -> bool {
        self.sign_ins.len() == 1
    }

    /// Whether a sign-in went through the client of the refusal; `None` where one of them is not known.
    pub fn is_of_client(&self, sign_in: &Event) -> Option<bool> {
        Some(sign_in.client.as_deref()? == self.failure.client.as_deref()?)
    }

    /// Whether an event names the same user as the refusal, so that it is not by address and program only that it is theirs.
    pub fn is_by_name(&self, event: &Event) -> bool {
        self.failure.user.is_some() && self.failure.user == event.user
    }

    fn likely(&self) -> Option<usize> {
        let is_same = |at: &&usize| self.before.get(**at).is_some_and(|event| self.is_of_client(event) == Some(true));
        self.sign_ins.iter().rev().find(is_same).or(self.sign_ins.last()).copied()
    }

    fn behind(&self, at: Option<usize>) -> &[&'a Event] {
        self.before.get(at.map_or(0, |at| at + 1)..).unwrap_or_default()
    }
}

/// So many sign-ins of one user may be under way at a time.
const MOST_AT_A_TIME: usize = 20;

/// A sign-in of one or more steps.
struct Attempt<'a> {
    begin: usize,
    client: Option<&'a str>,
    /// The last step was refused.
    is_refused: bool,
    /// It gave tokens, so that no step follows.
    is_done: bool,
}

/// Where the sign-ins begin that may have come to tokens: all but those whose last step was refused. Steps that no event tells of
/// may have been answered.
fn completed(events: &[&Event]) -> Vec<usize> {
    let mut attempts: Vec<Attempt<'_>> = Vec::new();
    for (begin, event) in events.iter().enumerate().filter(|(_, event)| event.act == Act::SignIn) {
        let client = event.client.as_deref();
        let goes_on = |attempt: &&mut Attempt<'_>| !attempt.is_done && (client.is_none() || attempt.client == client);
        match attempts.iter_mut().rev().take(MOST_AT_A_TIME).find(goes_on).filter(|_| event.answers_challenge()) {
            Some(attempt) => {
                attempt.is_refused = event.failed;
                attempt.is_done = event.answer.tokens;
            }
            None if event.failed => {}
            None => attempts.push(Attempt { begin, client, is_refused: false, is_done: event.answer.tokens }),
        }
    }
    attempts.iter().filter(|attempt| !attempt.is_refused).map(|attempt| attempt.begin).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::reading;
    use super::*;

    fn step(name: &str, client: &str, answer: Value, error: Option<&str>) -> Value {
        json!({ "eventName": name, "eventSource": super::super::event::SOURCE, "eventTime": "2026-11-20T09:00:00Z", "errorCode": error,
            "requestParameters": { "clientId": client }, "responseElements": answer })
    }

    fn completed_of(events: &[Value]) -> Vec<usize> {
        let text = json!({ "Records": events }).to_string();
        let events = reading::read(&["-".into()], &mut text.as_bytes()).unwrap();
        completed(&events.list.iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_sign_in_whose_last_step_was_refused_gave_no_token() {
        let begin = |client| step("InitiateAuth", client, Value::Null, None);
        let go_on = |client, error| step("RespondToAuthChallenge", client, Value::Null, error);
        let refused = Some("NotAuthorizedException");
        assert_eq!(completed_of(&[begin("a")]), [0]);
        assert_eq!(completed_of(&[begin("a"), go_on("a", refused)]), Vec::<usize>::new());
        // A wrong code may be sent again.
        assert_eq!(completed_of(&[begin("a"), go_on("a", Some("CodeMismatchException")), go_on("a", None)]), [0]);
        assert_eq!(completed_of(&[begin("a"), begin("b"), go_on("b", refused)]), [0]);
        assert_eq!(completed_of(&[step("InitiateAuth", "a", Value::Null, refused)]), Vec::<usize>::new());
    }

    #[test]
    fn tokens_end_a_sign_in() {
        let done = json!({ "authenticationResult": { "accessToken": "HIDDEN_DUE_TO_SECURITY_REASONS" } });
        let events = [
            step("InitiateAuth", "a", done, None),
            step("RespondToAuthChallenge", "a", Value::Null, Some("NotAuthorizedException")),
        ];
        assert_eq!(completed_of(&events), [0]);
    }
}
