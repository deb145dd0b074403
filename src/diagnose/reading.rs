//! Files of events: plain or compressed, one value or many, a record a line, a table; folders of them.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use flate2::bufread::MultiGzDecoder;
use serde::de::DeserializeSeed;
use walkdir::WalkDir;

use crate::source::reading::utf16;

use super::event::{Event, Names, Record, Understood};
use super::record::{self, Sink, Walk};
use super::table::{Table, next_row};

/// So many events about sessions are kept; more are counted.
const MOST_EVENTS: usize = 200_000;

/// So many bytes of one file are read, once decompressed.
const LARGEST: u64 = 4 * 1024 * 1024 * 1024;

/// The longest line of a file with a record a line. CloudTrail's records have at most 256 KiB.
const LONGEST_LINE: u64 = 4 * 1024 * 1024;

/// UTF-16 is decoded as a whole, up to this many bytes.
const LARGEST_UTF16: u64 = 256 * 1024 * 1024;

/// So many faults are told one by one.
const MOST_FAULTS: usize = 20;

/// The endings of the files that are taken of a folder.
const ENDINGS: &[&str] = &[".json", ".json.gz", ".jsonl", ".ndjson", ".jsonl.gz", ".csv", ".csv.gz"];

/// What the files of events gave.
#[derive(Debug, Default)]
pub struct Events {
    /// The events about sessions, in the order of their time.
    pub list: Vec<Event>,
    /// How many records there were, of whatever service.
    pub records: usize,
    /// How many files were read.
    pub files: usize,
    /// What could not be read, with its place.
    pub faults: Vec<String>,
    /// How many faults there are beyond those that are told.
    pub more_faults: usize,
    /// How many events are not kept for their number.
    pub left_out: usize,
}

/// Reads files and folders of events; `-` is `input`.
///
/// # Errors
/// A file that is named cannot be opened.
pub fn read(paths: &[Utf8PathBuf], input: &mut dyn Read) -> Result<Events, String> {
    let mut reader = Reader::default();
    for path in paths {
        if path == "-" {
            reader.file("standard input", input);
        } else if path.is_dir() {
            reader.folder(path)?;
        } else {
            let mut file = File::open(path).map_err(|error| format!("{path} cannot be read: {error}"))?;
            reader.file(path.as_str(), &mut file);
        }
    }
    Ok(reader.finished())
}

/// Reads events that stand in texts, each with a name for where it is from, and adds them to others.
pub fn add<'t>(events: Events, texts: impl Iterator<Item = (String, &'t str)>) -> Events {
    let known = events.list.iter().filter_map(|event| event.id).collect();
    let mut reader = Reader { events, known, ..Reader::default() };
    texts.for_each(|(name, text)| reader.file(&name, &mut text.as_bytes()));
    reader.finished()
}

#[derive(Default)]
struct Reader {
    events: Events,
    names: Names,
    file: Arc<str>,
    /// The events that were read, by the ids that they have: files of events overlap.
    known: HashSet<u64>,
    /// How many records of the present file were seen.
    number: usize,
}

impl Reader {
    fn finished(mut self) -> Events {
        // Of one second, what begins a sign-in comes before what goes on with it: files of events have no order.
        self.events.list.sort_by_key(|event| (event.at, event.answers_challenge()));
        self.events
    }

    /// The files of a folder that may hold events, in the order of their names.
    fn folder(&mut self, folder: &Utf8Path) -> Result<(), String> {
        let before = self.events.files;
        for entry in WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.map_err(|error| format!("{folder} cannot be read: {error}"))?;
            let is_taken = ENDINGS.iter().any(|ending| entry.file_name().to_string_lossy().ends_with(ending));
            if !entry.file_type().is_file() || !is_taken {
                continue;
            }
            let name = entry.path().to_string_lossy().into_owned();
            match File::open(entry.path()) {
                Ok(mut file) => self.file(&name, &mut file),
                Err(error) => self.fault(format!("{name} cannot be read: {error}")),
            }
        }
        if self.events.files > before {
            Ok(())
        } else {
            Err(format!("{folder} holds no file of events ({})", ENDINGS.join(", ")))
        }
    }

    fn file(&mut self, name: &str, input: &mut dyn Read) {
        self.events.files += 1;
        (self.file, self.number) = (name.into(), 0);
        let mut bytes = BufReader::with_capacity(64 * 1024, input);
        let is_compressed = bytes.fill_buf().is_ok_and(|start| start.starts_with(&[0x1f, 0x8b]));
        if is_compressed {
            self.plain(&mut BufReader::with_capacity(64 * 1024, MultiGzDecoder::new(bytes).take(LARGEST)));
        } else {
            self.plain(&mut BufReader::with_capacity(64 * 1024, bytes.take(LARGEST)));
        }
    }

    fn plain(&mut self, input: &mut dyn BufRead) {
        let start = match input.fill_buf() {
            Ok(start) => start,
            Err(error) => return self.fault(format!("{} cannot be read: {error}", self.file)),
        };
        match start {
            [0xef, 0xbb, 0xbf, ..] => input.consume(3),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
                let mut bytes = Vec::new();
                if let Err(error) = input.take(LARGEST_UTF16).read_to_end(&mut bytes) {
                    return self.fault(format!("{} cannot be read: {error}", self.file));
                }
                let text = utf16(&bytes).unwrap_or_default();
                return self.values(&mut Cursor::new(text.trim_start_matches('\u{feff}')));
            }
            _ => {}
        }
        self.values(input);
    }

    fn values(&mut self, input: &mut dyn BufRead) {
        let start = input.fill_buf().unwrap_or_default();
        if is_table(start) {
            self.table(input)
        } else if has_record_a_line(start) {
            self.lines(input)
        } else {
            self.stream(input)
        }
    }

    /// Rows of columns, named by the first one.
    fn table(&mut self, input: &mut dyn BufRead) {
        let mut cells = Vec::new();
        let mut table = None;
        loop {
            match next_row(input, LONGEST_LINE, &mut cells) {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    return self.fault(format!("{}: {error}, behind record {}", self.file, self.number));
                }
            }
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let Some(table) = &table else {
                let named = Table::of(&cells);
                if !named.is_of_events() {
                    let why = "is no JSON, and no table with a column eventName or eventJson";
                    return self
                        .fault(format!("{} {why}; the console's CSV has no parameters: download JSON", self.file));
                }
                table = Some(named);
                continue;
            };
            record::row(self, table.named(&cells));
        }
    }

    /// One value after the other, whatever blanks lie between them.
    fn stream(&mut self, input: &mut dyn BufRead) {
        let mut json = serde_json::Deserializer::from_reader(input);
        let mut is_empty = true;
        // What is not the end is the beginning of the next value.
        while let Err(ahead) = json.end() {
            is_empty = false;
            let read = if ahead.is_syntax() { Walk::new(self).deserialize(&mut json) } else { Err(ahead) };
            if let Err(error) = read {
                return self.fault(format!("{}: {error}, behind record {}", self.file, self.number));
            }
        }
        if is_empty {
            self.fault(format!("{} is empty", self.file));
        }
    }

    /// A value a line: a broken one hides none of the others.
    fn lines(&mut self, input: &mut dyn BufRead) {
        let mut line = Vec::new();
        for number in 1_usize.. {
            line.clear();
            match input.take(LONGEST_LINE).read_until(b'\n', &mut line) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) => return self.fault(format!("{}: line {number} cannot be read: {error}", self.file)),
            }
            if line.last() != Some(&b'\n') && line.len() as u64 == LONGEST_LINE {
                self.fault(format!("{}: line {number} is longer than any record", self.file));
                if skip_line(input).is_err() {
                    return;
                }
                continue;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let mut json = serde_json::Deserializer::from_slice(&line);
            let read = Walk::new(self).deserialize(&mut json).and_then(|()| json.end());
            if let Err(error) = read {
                let (file, column) = (self.file.clone(), error.column());
                self.fault(format!("{file}: line {number}, column {column} is not JSON"));
            }
        }
    }

    fn event(&mut self, event: Event) {
        if event.id.is_some_and(|id| self.known.contains(&id)) {
            return;
        }
        if self.events.list.len() >= MOST_EVENTS {
            self.events.left_out += 1;
            return;
        }
        self.known.extend(event.id);
        self.events.list.push(event);
    }

    fn fault(&mut self, fault: String) {
        if self.events.faults.len() < MOST_FAULTS {
            self.events.faults.push(fault)
        } else {
            self.events.more_faults += 1
        }
    }
}

impl Sink for Reader {
    fn record(&mut self, record: Record) {
        self.number += 1;
        self.events.records += 1;
        let place = (self.file.clone(), self.number);
        match record.understood(place, &mut self.names) {
            Understood::Event(event) => self.event(*event),
            Understood::Passed => {}
            Understood::Faulty(why) => self.fault(format!("{}, record {}: {why}", self.file, self.number)),
        }
    }

    fn broken(&mut self, error: &serde_json::Error) {
        self.fault(format!("{}, behind record {}: a text that should be JSON is not: {error}", self.file, self.number));
    }
}

/// Whether what begins so is the first row of a table: a name, not JSON.
fn is_table(start: &[u8]) -> bool {
    let first = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let is_name = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'"' | b'@');
    first.first().is_some_and(is_name) && first.contains(&b',')
}

/// Whether two lines each begin an object, as only values a line do; where the first one ends within it, the second is a
/// part of it.
fn has_record_a_line(start: &[u8]) -> bool {
    let mut lines = start.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let first = lines.clone().next().unwrap_or_default().trim_ascii_end();
    let mut begins = || lines.next().is_some_and(|line| line.starts_with(b"{"));
    !matches!(first.last(), Some(b'[' | b',' | b':')) && begins() && begins()
}

fn skip_line(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let held = input.fill_buf()?;
        let (length, is_end) = match held.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (held.len(), held.is_empty()),
        };
        input.consume(length);
        if is_end {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn event(time: &str) -> String {
        format!(
            r#"{{"eventName":"InitiateAuth","eventSource":"{}","eventTime":"{time}","errorMessage":"Invalid Refresh Token.","requestParameters":{{"authFlow":"REFRESH_TOKEN_AUTH"}}}}"#,
            super::super::event::SOURCE
        )
    }

    fn of(bytes: impl AsRef<[u8]>) -> Events {
        read(&["-".into()], &mut bytes.as_ref()).unwrap()
    }

    fn compressed(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn events_are_read_in_every_wrapping_and_sorted() {
        let (early, late) = (event("2025-10-09T07:00:00Z"), event("2025-10-09T08:00:00Z"));
        let file = format!(r#"{{"Records":[{late},{early}]}}"#);
        let utf16: Vec<u8> = format!("\u{feff}{file}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let two = [compressed(&late), compressed(&early)].concat();
        for bytes in [
            file.clone().into_bytes(),
            format!("\u{feff}{file}\n").into_bytes(),
            compressed(&file),
            two,
            utf16,
            format!("{late}\n{early}\n").into_bytes(),
            format!("{{\"Records\":[\n{late},\n{early}\n]}}").into_bytes(),
            format!("{late}{early}").into_bytes(),
        ] {
            let events = of(&bytes);
            assert_eq!(
                (events.list.len(), events.faults.as_slice()),
                (2, [].as_slice()),
                "{}",
                String::from_utf8_lossy(&bytes)
            );
            assert!(events.list[0].at < events.list[1].at);
        }
    }

    #[test]
    fn a_broken_line_hides_no_other_and_is_named() {
        let good = event("2025-10-09T07:00:00Z");
        let events = of(format!("{good}\n{{\"eventName\": \n\n{good}\n"));
        assert_eq!(events.list.len(), 2);
        assert_eq!(events.faults.len(), 1);
        assert!(events.faults[0].starts_with("standard input: line 2, column"), "{:?}", events.faults);
    }

    #[test]
    fn what_is_no_json_is_named_and_what_came_before_stays() {
        let cut = format!(r#"{{"Records":[{},{{"eventName":"Init"#, event("2025-10-09T07:00:00Z"));
        let events = of(cut);
        assert_eq!((events.list.len(), events.faults.len()), (1, 1));
        assert!(events.faults[0].ends_with("behind record 1"), "{:?}", events.faults);
        for text in ["", "Event name,Event time\nInitiateAuth,now\n", "\u{0}\u{1}", "[[[[", "\"a"] {
            let events = of(text);
            assert_eq!((events.list.len(), events.faults.len()), (0, 1), "{text}");
        }
    }

    #[test]
    fn hostile_nesting_bombs_and_cut_archives_end_in_a_fault() {
        let deep = "[".repeat(1_000_000);
        assert_eq!(of(&deep).faults.len(), 1);
        let deep = format!("{}1{}", r#"{"detail":"#.repeat(100_000), "}".repeat(100_000));
        assert_eq!(of(&deep).faults.len(), 1);
        let file = compressed(&format!(r#"{{"Records":[{}]}}"#, event("2025-10-09T07:00:00Z")));
        assert_eq!(of(&file[..file.len() / 2]).faults.len(), 1);
        let blanks = compressed(&" ".repeat(8 * 1024 * 1024));
        assert_eq!(of(&blanks).faults.len(), 1);
    }

    #[test]
    fn an_event_without_a_time_is_named_and_other_services_are_passed_over() {
        let other = r#"{"eventName":"PutObject","eventSource":"s3.amazonaws.com","eventTime":"2025-10-09T07:00:00Z"}"#;
        let events = of(format!("[{},{other}]", event("yesterday")));
        assert_eq!((events.records, events.list.len()), (2, 0));
        assert_eq!(events.faults, ["standard input, record 1: its eventTime cannot be read"]);
    }

    #[test]
    fn tables_are_read_with_their_columns_in_any_case() {
        let athena = "\"eventtime\",\"eventsource\",\"eventname\",\"errormessage\",\"requestparameters\",\"additionaleventdata\"\n\
            \"2025-10-09T07:00:00Z\",\"cognito-idp.amazonaws.com\",\"InitiateAuth\",\"Invalid Refresh Token.\",\
            \"{\"\"authFlow\"\":\"\"REFRESH_TOKEN_AUTH\"\",\"\"clientId\"\":\"\"1example23456789\"\"}\",\"{\"\"sub\"\":\"\"aaaa-bbbb\"\"}\"\n\
            \"2025-10-09T08:00:00Z\",\"s3.amazonaws.com\",\"PutObject\",,,\n";
        let lake = "eventTime,eventSource,eventName,errorMessage,requestParameters,additionalEventData\r\n\
            2025-10-09 07:00:00.000,cognito-idp.amazonaws.com,InitiateAuth,Invalid Refresh Token.,\
            \"{authFlow=REFRESH_TOKEN_AUTH, clientId=1example23456789}\",{sub=aaaa-bbbb}\r\n";
        let whole = format!("eventJson\tx,eventJson\nx,\"{}\"\n", event("2025-10-09T07:00:00Z").replace('"', "\"\""));
        for (text, client) in [(athena, true), (lake, true), (&whole, false)] {
            for bytes in [text.as_bytes().to_vec(), compressed(text), format!("\u{feff}{text}").into_bytes()] {
                let events = of(&bytes);
                assert_eq!((events.list.len(), events.faults.as_slice()), (1, [].as_slice()), "{text}");
                assert_eq!(events.list[0].flow.as_deref(), Some("REFRESH_TOKEN_AUTH"));
                assert_eq!(events.list[0].client.is_some() && events.list[0].user.is_some(), client);
            }
        }
    }

    #[test]
    fn a_table_of_something_else_is_named() {
        let events = of("Event name,Event time,User name\nInitiateAuth,now,x\n");
        assert_eq!((events.records, events.faults.len()), (0, 1));
        assert!(events.faults[0].contains("download JSON"), "{:?}", events.faults);
        let open = format!("eventName,eventTime\n\"{}", "a,\n".repeat(2_000_000));
        assert!(of(&open).faults[0].contains("longer than any record"));
    }

    #[test]
    fn a_folder_is_read_by_its_endings() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap();
        std::fs::create_dir(path.join("2025")).unwrap();
        std::fs::write(path.join("2025/a.json.gz"), compressed(&event("2025-10-09T07:00:00Z"))).unwrap();
        std::fs::write(path.join("b.json"), event("2025-10-09T08:00:00Z")).unwrap();
        std::fs::write(path.join("digest.txt"), "x").unwrap();
        let events = read(&[path.to_owned()], &mut io::empty()).unwrap();
        assert_eq!((events.files, events.list.len()), (2, 2));
        assert!(read(&[path.join("none")], &mut io::empty()).is_err());
    }
}
