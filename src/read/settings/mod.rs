//! Application configuration files.
