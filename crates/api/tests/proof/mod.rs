//! What the tests share that walk the whole route table: a world of real objects, and a sensible request for each route.
//! Each test uses its part of it.

pub mod fill;
pub mod make;
pub mod payloads;
pub mod queries;
pub mod requests;
pub mod spoil;
pub mod world;
