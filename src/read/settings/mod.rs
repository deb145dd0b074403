//! Application configuration files.

pub mod keys;
mod names;
pub mod substitution;
