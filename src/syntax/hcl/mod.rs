//! HashiCorp's configuration language.

pub mod ast;
