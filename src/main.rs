//! The `tagwright` command.

fn main() {}
