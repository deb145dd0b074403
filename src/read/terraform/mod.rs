//! Terraform.

pub mod documents;
pub mod functions;
pub mod provider;
