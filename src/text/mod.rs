//! From Markdown to fields, from fields to tokens.
