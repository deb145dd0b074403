//! Terraform.

pub mod functions;
