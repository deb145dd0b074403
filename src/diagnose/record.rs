//! JSON to records, as a stream: whatever wraps them, one record is in memory at a time.
//!
//! Records stand in S3's log files (`Records`), in answers of LookupEvents (`Events`, each with a `CloudTrailEvent` that is
//! JSON in a text), in events of EventBridge (`detail`), in logs of CloudWatch (`message`, `@message`), in rows of CloudTrail
//! Lake and of Logs Insights (lists of pairs of a column's name and its text), in tables of Athena, and by themselves.

use std::fmt::{self, Formatter};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::event::{Kept, LONGEST, Record};
use super::table::{self, Table};

/// How often a text with JSON may stand inside another.
const DEEPEST: u8 = 4;

/// The members that hold records.
const WRAPPERS: &[&str] = &[
    "Records",
    "Events",
    "events",
    "logEvents",
    "CloudTrailEvent",
    "eventJson",
    "ResultSet",
    "detail",
    "body",
    "message",
    "Message",
    "@message",
];

/// The members that hold rows.
const ROWS: &[&str] = &["QueryResultRows", "results"];

/// A part of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    /// The record itself, and what belongs to neither of the others.
    Record,
    Request,
    Answer,
    /// The tokens of an answer.
    Result,
}

/// The members of a record that are looked into, and what they are.
const PARTS: &[(&str, Side)] = &[
    ("requestParameters", Side::Request),
    ("refreshTokenRotation", Side::Request),
    ("responseElements", Side::Answer),
    ("responseParameters", Side::Answer),
    ("userPoolClient", Side::Answer),
    ("authenticationResult", Side::Result),
    ("additionalEventData", Side::Record),
];

/// The members of which it is kept that they are there.
const KEPT: &[(Side, &str, Kept)] = &[
    (Side::Request, "deviceConfiguration", Kept::Devices),
    (Side::Request, "explicitAuthFlows", Kept::Flows),
    (Side::Answer, "challengeName", Kept::Challenge),
    (Side::Answer, "authenticationResult", Kept::Tokens),
    (Side::Result, "accessToken", Kept::AccessToken),
    (Side::Result, "refreshToken", Kept::RefreshToken),
    (Side::Result, "newDeviceMetadata", Kept::Device),
];

fn part(name: &str) -> Option<Side> {
    PARTS.iter().find(|(mine, _)| *mine == name).map(|(_, side)| *side)
}

fn kept(side: Side, name: &str) -> Option<Kept> {
    KEPT.iter().find(|(mine, member, _)| *mine == side && *member == name).map(|(.., kept)| *kept)
}

/// Takes each record as it is complete.
pub trait Sink {
    /// A record.
    fn record(&mut self, record: Record);
    /// A text that should have been JSON.
    fn broken(&mut self, error: &serde_json::Error);
}

/// Reads one JSON value and gives its records to a sink.
pub struct Walk<'s> {
    sink: &'s mut dyn Sink,
    depth: u8,
    is_rows: bool,
}

impl<'s> Walk<'s> {
    /// For one value.
    pub fn new(sink: &'s mut dyn Sink) -> Self {
        Self { sink, depth: 0, is_rows: false }
    }

    fn again(&mut self, is_rows: bool) -> Walk<'_> {
        Walk { sink: &mut *self.sink, depth: self.depth, is_rows }
    }

    /// JSON in a text. A text that does not begin as JSON is something else: a log's line, a message.
    fn text(&mut self, text: &str) {
        if self.depth >= DEEPEST || !text.trim_start().starts_with(['{', '[']) {
            return;
        }
        let mut inner = Walk { sink: &mut *self.sink, depth: self.depth + 1, is_rows: false };
        let mut json = serde_json::Deserializer::from_str(text);
        if let Err(error) = inner.again(false).deserialize(&mut json) {
            inner.sink.broken(&error);
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

/// Scalars that mean nothing to a visitor but that they are there.
macro_rules! nothing {
    ($null:expr, $other:expr) => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($null)
        }
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($other)
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($other)
        }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($other)
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($other)
        }
    };
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("records of CloudTrail")
    }

    nothing!((), ());

    fn visit_str<E>(mut self, text: &str) -> Result<(), E> {
        self.text(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        if self.is_rows {
            while list.next_element_seed(Row { walk: self.again(false) })?.is_some() {}
        } else {
            while list.next_element_seed(self.again(false))?.is_some() {}
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, map: A) -> Result<(), A::Error> {
        let mut record = Record::default();
        Part { record: &mut record, walk: Some(&mut self), side: Side::Record }.visit_map(map)?;
        if record.event_name.is_some() {
            self.sink.record(record);
        }
        Ok(())
    }
}

/// A row of a query's answer: the texts of its columns make one record.
struct Row<'s> {
    walk: Walk<'s>,
}

impl<'de> DeserializeSeed<'de> for Row<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Row<'_> {
    type Value = ();

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("a row of columns")
    }

    nothing!((), ());

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.walk.visit_map(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let mut record = Record::default();
        loop {
            let column = Part { record: &mut record, walk: Some(&mut self.walk), side: Side::Record };
            if list.next_element_seed(column)?.is_none() {
                break;
            }
        }
        if record.event_name.is_some() {
            self.walk.sink.record(record);
        }
        Ok(())
    }
}

/// A map, or a part of it, whose members belong to one record. Its value is whether there was anything but `null`.
struct Part<'r, 'w, 's> {
    record: &'r mut Record,
    /// Where wrapped records go; inside of a record's parts there are none.
    walk: Option<&'w mut Walk<'s>>,
    side: Side,
}

impl<'de> DeserializeSeed<'de> for Part<'_, '_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<bool, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_, '_, '_> {
    type Value = bool;

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("the members of a record")
    }

    nothing!(false, true);

    /// Lake writes maps as `{clientId=1abc, authFlow=REFRESH_TOKEN_AUTH}`; other queries write JSON.
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<bool, E> {
        let Some(inside) = text.trim().strip_prefix('{').and_then(|text| text.strip_suffix('}')) else {
            return Ok(!is_null(text));
        };
        let whole = Part { record: &mut *self.record, walk: None, side: self.side };
        let mut json = serde_json::Deserializer::from_str(text);
        if whole.deserialize(&mut json).is_ok() {
            return Ok(true);
        }
        for (name, value) in pairs(inside).filter_map(|pair| pair.split_once('=')) {
            let (name, value) = (name.trim(), value.trim());
            // Each part is of a later kind than the one around it, so that hostile texts end.
            if let Some(side) = part(name).filter(|side| *side > self.side) {
                Part { record: &mut *self.record, walk: None, side }.visit_str::<E>(value)?;
            }
            self.record.set(name, cut(value.trim_matches(['[', ']'])));
            if !is_null(value) {
                self.record.keep(self.side, name);
            }
        }
        Ok(true)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(true)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<bool, A::Error> {
        let (mut column, mut text) = (None, None);
        while let Some(name) = map.next_key::<String>()? {
            let name = name.as_str();
            if let Some(side) = part(name).or(kept(self.side, name).map(|_| self.side)) {
                let is_there = map.next_value_seed(Part { record: &mut *self.record, walk: None, side })?;
                if is_there {
                    self.record.keep(self.side, name);
                }
            } else if self.record.slot(name).is_some() {
                if let Some(value) = map.next_value_seed(Text)? {
                    self.record.set(name, value);
                }
            } else if let Some(walk) = self.walk.as_mut().filter(|_| WRAPPERS.contains(&name) || ROWS.contains(&name)) {
                map.next_value_seed(walk.again(ROWS.contains(&name)))?;
            } else if let Some(walk) = self.walk.as_mut().filter(|_| name == table::ROWS) {
                map.next_value_seed(Rows { walk: walk.again(false) })?;
            } else if name == "field" {
                column = map.next_value_seed(Text)?;
            } else if name == "value" {
                text = map.next_value_seed(Text)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if let (Some(column), Some(text)) = (column, text) {
            self.column(&column, &text);
        }
        Ok(true)
    }
}

impl Part<'_, '_, '_> {
    /// A column of a query's answer: `eventName`, `requestParameters`, `requestParameters.clientId`, `@message`.
    fn column(&mut self, name: &str, text: &str) {
        if let Some(walk) = self.walk.as_mut().filter(|_| WRAPPERS.contains(&name)) {
            return walk.text(text);
        }
        if let Some(side) = part(name) {
            // A text is never an error: whatever is no map says nothing.
            let part = Part { record: &mut *self.record, walk: None, side };
            let _: Result<bool, serde_json::Error> = part.visit_str(text);
            return;
        }
        self.record.set(name.rsplit('.').next().unwrap_or(name), cut(text));
    }
}

/// A row of a table, whose columns make one record.
pub fn row<'c>(sink: &mut dyn Sink, columns: impl Iterator<Item = (&'c str, &'c str)>) {
    let (mut record, mut walk) = (Record::default(), Walk::new(sink));
    for (name, text) in columns.filter(|(_, text)| !text.is_empty()) {
        Part { record: &mut record, walk: Some(&mut walk), side: Side::Record }.column(name, text);
    }
    if record.event_name.is_some() {
        walk.sink.record(record);
    }
}

/// The rows of an answer of Athena, the first of which names the columns.
struct Rows<'s> {
    walk: Walk<'s>,
}

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("rows of columns")
    }

    nothing!((), ());

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Some(first) = list.next_element::<table::Row>()? else { return Ok(()) };
        let table = Table::of(&first.cells());
        while let Some(next) = list.next_element::<table::Row>()? {
            row(&mut *self.walk.sink, table.named(&next.cells()));
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// The pairs of a map as Lake writes it, split at the commas that are in no inner map, list or quotation.
fn pairs(inside: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut is_quoted, mut is_escaped) = (0_i32, false, false);
    inside.split(move |letter| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match letter {
            '\\' => is_escaped = !was_escaped,
            '"' if !was_escaped => is_quoted = !is_quoted,
            '{' | '[' if !is_quoted => depth += 1,
            '}' | ']' if !is_quoted => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0 && !is_quoted
    })
}

fn is_null(text: &str) -> bool {
    text.trim() == "null"
}

/// A text, or the first one of a list: the OAuth endpoints record their parameters as lists.
struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Option<String>;

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("a text")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(cut(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let first = list.next_element_seed(Text)?.flatten();
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(first)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

/// A column's text may be a whole record; other texts are cut.
fn cut(text: &str) -> String {
    if text.len() <= LONGEST || text.trim_start().starts_with('{') {
        return text.to_owned();
    }
    text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default().to_owned()
}

impl Record {
    /// Where the text of a member goes, if it is kept.
    fn slot(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "eventName" => &mut self.event_name,
            "eventTime" => &mut self.event_time,
            "eventSource" => &mut self.event_source,
            "awsRegion" => &mut self.region,
            "errorCode" => &mut self.error_code,
            "errorMessage" | "error" => &mut self.error_message,
            "sourceIPAddress" => &mut self.address,
            "userAgent" => &mut self.agent,
            "clientId" | "client_id" => &mut self.client,
            "userPoolId" => &mut self.pool,
            "authFlow" => &mut self.flow,
            "grant_type" => &mut self.grant,
            "deviceKey" => &mut self.device,
            "sub" => &mut self.user,
            "status" => &mut self.status,
            "recipientAccountId" => &mut self.account,
            "eventID" => &mut self.id,
            "feature" | "refreshTokenRotation" => &mut self.rotation,
            _ => return None,
        })
    }

    /// Keeps a member's text; the first one of a name counts.
    fn set(&mut self, name: &str, text: String) {
        if let Some(slot) = self.slot(name) {
            slot.get_or_insert(text);
        }
    }

    /// Keeps that a part has a member, of those whose value does not matter.
    fn keep(&mut self, side: Side, member: &str) {
        self.kept.extend(kept(side, member));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct All(Vec<Record>, usize);

    impl Sink for All {
        fn record(&mut self, record: Record) {
            self.0.push(record);
        }
        fn broken(&mut self, _: &serde_json::Error) {
            self.1 += 1;
        }
    }

    fn records(json: &str) -> Vec<Record> {
        let mut all = All::default();
        Walk::new(&mut all).deserialize(&mut serde_json::Deserializer::from_str(json)).unwrap();
        assert_eq!(all.1, 0);
        all.0
    }

    const EVENT: &str = r#"{"eventVersion":"1.10","userIdentity":{"type":"Unknown"},"eventTime":"2025-10-09T07:57:09Z",
        "eventSource":"cognito-idp.amazonaws.com","eventName":"InitiateAuth","awsRegion":"eu-west-1","sourceIPAddress":"192.0.2.1",
        "userAgent":"sdk","errorCode":"NotAuthorizedException","errorMessage":"Invalid Refresh Token.",
        "requestParameters":{"authFlow":"REFRESH_TOKEN_AUTH","authParameters":"HIDDEN_DUE_TO_SECURITY_REASONS","clientId":"1example23456789"},
        "responseElements":null,"additionalEventData":{"sub":"aaaa-bbbb"}}"#;

    fn is_the_event(record: &Record) {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        assert_eq!(text(&record.event_name), "InitiateAuth");
        assert_eq!(text(&record.error_message), "Invalid Refresh Token.");
        assert_eq!(
            (text(&record.client), text(&record.flow)),
            ("1example23456789".into(), "REFRESH_TOKEN_AUTH".into())
        );
        assert_eq!(text(&record.user), "aaaa-bbbb");
    }

    #[test]
    fn a_record_is_found_in_whatever_wraps_it() {
        let text = serde_json::to_string(EVENT).unwrap();
        for json in [
            EVENT.to_owned(),
            format!("[{EVENT}]"),
            format!(r#"{{"Records":[{EVENT}]}}"#),
            format!(
                r#"{{"Events":[{{"EventId":"1","EventName":"InitiateAuth","EventTime":1760000000.0,"Username":null,"Resources":[],"CloudTrailEvent":{text}}}],"NextToken":"x"}}"#
            ),
            format!(r#"{{"version":"0","detail-type":"AWS API Call via CloudTrail","detail":{EVENT}}}"#),
            format!(
                r#"{{"events":[{{"timestamp":1,"message":{text}}}, {{"timestamp":2,"message":"START RequestId"}}]}}"#
            ),
            format!(
                r#"{{"results":[[{{"field":"@message","value":{text}}},{{"field":"@ptr","value":"x"}}]],"status":"Complete"}}"#
            ),
            format!(r#"{{"QueryResultRows":[[{{"eventJson":{text}}}]]}}"#),
        ] {
            let records = records(&json);
            assert_eq!(records.len(), 1, "{json}");
            is_the_event(&records[0]);
        }
    }

    #[test]
    fn the_columns_of_a_row_make_a_record() {
        let lake = r#"{"QueryStatus":"FINISHED","QueryResultRows":[[{"eventTime":"2025-10-09 07:57:09.000"},{"eventName":"InitiateAuth"},
            {"errorMessage":"Invalid Refresh Token."},{"requestParameters":"{authFlow=REFRESH_TOKEN_AUTH, clientId=1example23456789}"},
            {"additionalEventData":"{sub=aaaa-bbbb}"}]]}"#;
        let insights = r#"{"results":[[{"field":"eventTime","value":"2025-10-09T07:57:09Z"},{"field":"eventName","value":"InitiateAuth"},
            {"field":"errorMessage","value":"Invalid Refresh Token."},{"field":"requestParameters.authFlow","value":"REFRESH_TOKEN_AUTH"},
            {"field":"requestParameters.clientId","value":"1example23456789"},{"field":"additionalEventData.sub","value":"aaaa-bbbb"}]]}"#;
        let athena = r#"{"ResultSet":{"Rows":[{"Data":[{"VarCharValue":"eventtime"},{"VarCharValue":"eventname"},{"VarCharValue":"errorcode"},
            {"VarCharValue":"errormessage"},{"VarCharValue":"requestparameters"},{"VarCharValue":"additionaleventdata"}]},
            {"Data":[{"VarCharValue":"2025-10-09T07:57:09Z"},{"VarCharValue":"InitiateAuth"},{},{"VarCharValue":"Invalid Refresh Token."},
            {"VarCharValue":"{\"authFlow\":\"REFRESH_TOKEN_AUTH\",\"clientId\":\"1example23456789\"}"},{"VarCharValue":"{\"sub\":\"aaaa-bbbb\"}"}]}],
            "ResultSetMetadata":{"ColumnInfo":[]}}}"#;
        for json in [lake, insights, athena] {
            let records = records(json);
            assert_eq!(records.len(), 1, "{json}");
            is_the_event(&records[0]);
        }
    }

    #[test]
    fn parameters_of_the_oauth_endpoints_are_lists() {
        let json = r#"{"eventName":"Token_POST","additionalEventData":{"responseParameters":{"status":400.0},"requestParameters":{
            "refresh_token":["HIDDEN_DUE_TO_SECURITY_REASONS"],"grant_type":["refresh_token"],"client_id":["1example23456789"]},
            "userPoolId":"us-west-2_aaaaaaaaa"}}"#;
        let records = records(json);
        assert_eq!(records[0].grant.as_deref(), Some("refresh_token"));
        assert_eq!(records[0].status.as_deref(), Some("400"));
        assert_eq!(records[0].pool.as_deref(), Some("us-west-2_aaaaaaaaa"));
    }

    #[test]
    fn what_a_request_changes_is_kept() {
        let json = r#"{"eventName":"UpdateUserPool","requestParameters":{"userPoolId":"us-west-2_aaaaaaaaa","deviceConfiguration":{"challengeRequiredOnNewDevice":true}}}"#;
        let record = &records(json)[0];
        assert_eq!(record.kept, [Kept::Devices]);
        for request in
            [r#"{"deviceConfiguration":null}"#, r#""{deviceConfiguration=null, userPoolId=us-west-2_aaaaaaaaa}""#]
        {
            let json = format!(r#"{{"eventName":"UpdateUserPool","requestParameters":{request}}}"#);
            assert!(records(&json)[0].kept.is_empty(), "{json}");
        }
    }

    #[test]
    fn what_an_answer_holds_is_kept_by_name() {
        let of = |answer: &str| {
            let json = format!(
                r#"{{"eventName":"RespondToAuthChallenge","requestParameters":{{"challengeName":"PASSWORD_VERIFIER"}},"responseElements":{answer}}}"#
            );
            records(&json)[0].kept.clone()
        };
        assert_eq!(of("null"), []);
        assert_eq!(of(r#"{"challengeName":"SMS_MFA","session":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#), [Kept::Challenge]);
        assert_eq!(of(r#"{"authenticationResult":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#), [Kept::Tokens]);
        let tokens = r#"{"challengeParameters":"x","authenticationResult":{"accessToken":"x","newDeviceMetadata":null,"refreshToken":"x"}}"#;
        assert_eq!(of(tokens), [Kept::AccessToken, Kept::RefreshToken, Kept::Tokens]);
        let of_lake = r#""{challengeParameters=x, authenticationResult={\"accessToken\":\"x, }\",\"newDeviceMetadata\":{\"deviceKey\":\"x\"}}}""#;
        assert_eq!(of(of_lake), [Kept::AccessToken, Kept::Device, Kept::Tokens]);
        let deep = format!("\"{}\"", "{authenticationResult=".repeat(100_000));
        assert_eq!(of(&deep), []);
        let deep = format!("\"{}{}\"", "{authenticationResult=".repeat(1_000), "}".repeat(1_000));
        assert_eq!(of(&deep), [Kept::Tokens]);
    }

    #[test]
    fn rotation_is_read_as_it_is_written() {
        for request in [
            r#"{"refreshTokenRotation":{"feature":"ENABLED","retryGracePeriodSeconds":0}}"#,
            r#""{clientId=1abc, refreshTokenRotation={feature=ENABLED, retryGracePeriodSeconds=0}}""#,
            r#""{callbackURLs=[a, b], refreshTokenRotation={\"feature\":\"ENABLED\",\"retryGracePeriodSeconds\":0}, clientId=1abc}""#,
        ] {
            let json = format!(r#"{{"eventName":"UpdateUserPoolClient","requestParameters":{request}}}"#);
            assert!(records(&json)[0].rotation.as_ref().is_some_and(|text| text.contains("ENABLED")), "{json}");
        }
    }

    #[test]
    fn texts_within_texts_end_somewhere() {
        let mut text = EVENT.to_owned();
        for _ in 0..DEEPEST {
            text = format!(r#"{{"detail":{}}}"#, serde_json::to_string(&text).unwrap());
        }
        assert_eq!(records(&text).len(), 1);
        text = format!(r#"{{"detail":{}}}"#, serde_json::to_string(&text).unwrap());
        assert_eq!(records(&text).len(), 0);
    }
}
