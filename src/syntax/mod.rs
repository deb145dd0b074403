//! Text to trees with places. Knows nothing about AWS.

mod builder;
pub mod code;
pub mod comments;
pub mod data;
pub mod dotenv;
pub mod embedded;
pub mod hcl;
pub mod json;
#[cfg(test)]
pub mod mutation;
pub mod offsets;
pub mod properties;
pub mod skim;
pub mod toml;
pub mod tree;
pub mod yaml;
