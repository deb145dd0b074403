//! The integration tests: rules by their cases, whole projects, the command line, and what keeps the project in order.

mod cases;
mod cli;
mod docs;
mod fixtures;
mod hostile;
mod markdown;
mod rooms;
mod rules;
