//! The rules, one per folder under `rules/`; the build script writes this list.

use super::Entry;

include!(concat!(env!("OUT_DIR"), "/rules.rs"));
