//! Program text to one small representation, one lowering per language.

pub mod ir;
