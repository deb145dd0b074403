//! Terraform.

pub mod functions;
pub mod provider;
