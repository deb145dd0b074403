//! Finds the Amazon Cognito pairings of infrastructure and code that break sign-in and token refresh.
//!
//! The modules stand in the order in which data passes them; each uses only those before it.

pub mod source;
pub mod syntax;
pub mod when;
pub mod value;
pub mod words;
pub mod identifier;
pub mod account;
pub mod read;
pub mod model;
pub mod finding;
pub mod rule;
pub mod policy;
pub mod config;
pub mod report;
pub mod diagnose;
pub mod scan;
pub mod cli;
