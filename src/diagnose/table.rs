//! Tables of events: what a query of Athena or of CloudTrail Lake was saved as, the first row naming the columns.

use std::io::{self, BufRead};

use serde::Deserialize;

/// The columns that events are known by; queries write them in whatever case.
const COLUMNS: &[&str] = &[
    "eventName",
    "eventTime",
    "eventSource",
    "eventID",
    "awsRegion",
    "recipientAccountId",
    "errorCode",
    "errorMessage",
    "sourceIPAddress",
    "userAgent",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "eventJson",
    "@message",
];

/// The columns by which a table is known to be one of events.
const TELLING: &[&str] = &["eventName", "eventJson", "@message"];

/// The member of Athena's answers that holds the rows.
pub const ROWS: &str = "Rows";

/// The columns of a table.
#[derive(Debug)]
pub struct Table(Vec<String>);

impl Table {
    /// The table whose columns a row names.
    pub fn of(first: &[&str]) -> Self {
        let named = |cell: &&str| {
            let name = cell.trim().trim_start_matches('\u{feff}');
            let known = COLUMNS.iter().find(|column| column.eq_ignore_ascii_case(name));
            known.copied().unwrap_or(name).to_owned()
        };
        Self(first.iter().map(named).collect())
    }

    /// Whether events may stand in it.
    pub fn is_of_events(&self) -> bool {
        self.0.iter().any(|column| TELLING.contains(&column.as_str()))
    }

    /// The cells of a row with the names of their columns.
    pub fn named<'c>(&'c self, cells: &'c [&'c str]) -> impl Iterator<Item = (&'c str, &'c str)> {
        self.0.iter().map(String::as_str).zip(cells.iter().copied())
    }
}

/// A row of Athena's answers.
#[derive(Debug, Deserialize)]
pub struct Row {
    #[serde(rename = "Data", default)]
    data: Vec<Cell>,
}

#[derive(Debug, Deserialize)]
struct Cell {
    /// There is none where the column is null.
    #[serde(rename = "VarCharValue", default)]
    text: String,
}

impl Row {
    /// The texts of the columns.
    pub fn cells(&self) -> Vec<&str> {
        self.data.iter().map(|cell| cell.text.as_str()).collect()
    }
}

/// Reads the next row of comma-separated values (RFC 4180: cells in quotes may hold commas, line breaks and doubled quotes) into
/// `cells`; `false` at the end.
///
/// # Errors
/// The input cannot be read, is no UTF-8, or the row has more than `longest` bytes.
pub fn next_row(input: &mut dyn BufRead, longest: u64, cells: &mut Vec<String>) -> io::Result<bool> {
    let (mut line, mut is_open) = (Vec::new(), false);
    loop {
        let before = line.len();
        let room = longest.saturating_sub(before as u64);
        let read = io::Read::take(&mut *input, room).read_until(b'\n', &mut line)?;
        if line.len() as u64 >= longest {
            return Err(io::Error::other("a row is longer than any record"));
        }
        is_open ^= line.iter().skip(before).filter(|byte| **byte == b'"').count() % 2 == 1;
        if read == 0 || !is_open {
            break;
        }
    }
    cells.clear();
    if line.is_empty() {
        return Ok(false);
    }
    let line = str::from_utf8(&line).map_err(io::Error::other)?;
    let (mut cell, mut is_quoted) = (String::new(), false);
    let mut letters = line.trim_end_matches(['\r', '\n']).chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(std::mem::take(&mut cell)),
            letter => cell.push(letter),
        }
    }
    cells.push(cell);
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let (mut input, mut cells, mut rows) = (text.as_bytes(), Vec::new(), Vec::new());
        while next_row(&mut input, 1_000, &mut cells).unwrap() {
            rows.push(cells.clone());
        }
        rows
    }

    #[test]
    fn cells_hold_commas_quotes_and_lines() {
        assert_eq!(rows("a,b\r\n\"1,\"\"x\"\"\n2\",\n,"), [["a", "b"], ["1,\"x\"\n2", ""], ["", ""]]);
        assert_eq!(rows(""), Vec::<Vec<String>>::new());
        assert_eq!(rows("\"open,\n1"), [["open,\n1"]]);
    }

    #[test]
    fn a_row_without_an_end_is_an_error_and_not_kept() {
        let long = format!("\"{}", "a,\n".repeat(1_000));
        assert!(next_row(&mut long.as_bytes(), 1_000, &mut Vec::new()).is_err());
        assert!(next_row(&mut [0xff, b'\n'].as_slice(), 1_000, &mut Vec::new()).is_err());
    }

    #[test]
    fn columns_are_known_in_any_case() {
        let table = Table::of(&["\u{feff}eventname", "REQUESTPARAMETERS", "mine"]);
        let cells = ["InitiateAuth", "{}", "x"];
        let named: Vec<_> = table.named(&cells).collect();
        assert_eq!(named, [("eventName", "InitiateAuth"), ("requestParameters", "{}"), ("mine", "x")]);
        assert!(table.is_of_events() && !Table::of(&["Event name", "Event time"]).is_of_events());
    }
}
