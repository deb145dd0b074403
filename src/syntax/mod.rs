//! Text to trees with places. Knows nothing about AWS.

mod builder;
pub mod code;
pub mod embedded;
pub mod json;
#[cfg(test)]
pub mod mutation;
pub mod offsets;
pub mod tree;
pub mod yaml;
