//! What a solution and its tests say to each other.

pub mod any;
#[cfg(verisieve_tests)]
pub mod client;
#[cfg(not(verisieve_tests))]
pub mod server;
pub mod wire;
