//! From Markdown to fields, from fields to tokens.

mod dialect;
mod field;
mod hosts;
mod html;
pub mod markdown;
mod noise;
mod reader;
mod source;
