//! Shared by the tests that iterate over the whole route table: a fixture with real objects, and a valid request for
//! each route.

pub mod fill;
pub mod fixture;
pub mod make;
pub mod mutations;
pub mod payloads;
pub mod queries;
pub mod requests;
