//! Text to trees with places. Knows nothing about AWS.

pub mod code;
pub mod offsets;
pub mod tree;
