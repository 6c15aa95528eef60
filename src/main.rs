//! The `botspec` command.

fn main() {}
