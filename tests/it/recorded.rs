//! Answers of an account that were recorded: each by the path that the program gives it,
//! `live/ACCOUNT/REGION/OPERATION/IDENTIFIER…`.

use std::fs;
use std::path::Path;

use cognito_lint::account::{Answer, Asked, Audit, Gap, Operation, Refusal};
use walkdir::{DirEntry, WalkDir};

/// The call whose answer has a path.
fn asked(path: &str) -> Asked {
    let parts: Vec<&str> = path.split('/').collect();
    let ["live", account, region, operation, subject @ ..] = parts.as_slice() else {
        panic!("{path} is not live/ACCOUNT/REGION/OPERATION/IDENTIFIER…")
    };
    Asked {
        account: (*account).into(),
        region: (*region).into(),
        operation: Operation::named(operation).unwrap_or_else(|| panic!("{operation} is no operation")),
        subject: subject.iter().map(|part| (*part).into()).collect(),
    }
}

/// An audit of answers and refused calls, each with its path. A refused call has the kind of the refusal as its text.
pub fn audit(answers: &[(String, String)], refused: &[(String, String)]) -> Audit {
    let answer = |(path, body): &(String, String)| Answer { asked: asked(path), body: body.as_str().into() };
    let gap = |(path, why): &(String, String)| Gap { asked: asked(path), why: refusal(why), message: String::new() };
    Audit::new(answers.iter().map(answer).collect(), refused.iter().map(gap).collect())
}

fn refusal(text: &str) -> Refusal {
    match text.trim() {
        "Denied" => Refusal::Denied,
        "Throttled" => Refusal::Throttled,
        "Vanished" => Refusal::Vanished,
        other => panic!("{other} is no refusal that cases have"),
    }
}

/// An audit of the answers that lie in a folder under their paths.
pub fn folder(folder: &Path) -> Audit {
    let files = WalkDir::new(folder.join("live")).sort_by_file_name().into_iter();
    let files = files.map(|entry| entry.expect("the folder can be walked")).filter(|entry| entry.file_type().is_file());
    let answer = |entry: DirEntry| {
        let path = entry.path().strip_prefix(folder).expect("it lies in the folder");
        let path = path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        (path, fs::read_to_string(entry.path()).expect("an answer is text"))
    };
    audit(&files.map(answer).collect::<Vec<_>>(), &[])
}
