//! The integration tests: rules by their cases, whole projects, the command line, and what keeps the project in order.
#![allow(clippy::expect_used, reason = "what a test expects of its surroundings ends it when it is not so")]

#[cfg(unix)]
mod action;
mod base;
mod cases;
mod cli;
mod configuration;
mod diagnose;
mod docs;
mod fixing;
mod fixtures;
mod forms;
mod history;
mod hostile;
mod joined;
#[cfg(feature = "live")]
mod live;
#[cfg(feature = "live")]
mod loopback;
mod markdown;
#[cfg(feature = "live")]
mod moto;
mod outputs;
mod packages;
#[cfg(feature = "guard")]
mod policies;
mod recorded;
#[cfg(feature = "live")]
mod replay;
mod rooms;
mod rules;
mod secrets;
mod two_repositories;
