//! One page per file: each joins components to the desk.

pub mod account;
pub mod accounts;
pub mod alarms;
pub mod channel;
pub mod channels;
pub mod connect;
pub mod demo;
pub mod elsewhere;
pub mod fetch;
pub mod gallery;
pub mod held;
pub mod looking;
pub mod message;
pub mod new;
pub mod sessions;
pub mod setup;
pub mod watching;
