//! Every request and answer of the API.

pub mod fields;
