//! Asking AWS.

pub mod call;
mod xml;
