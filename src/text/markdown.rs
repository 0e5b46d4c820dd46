//! stub
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Markdown {
    pub title: String,
    pub headings: String,
    pub prose: String,
    pub links: String,
    pub code: String,
    pub languages: String,
    pub hosts: String,
}
#[allow(missing_docs)]
pub fn parse(m: &str) -> Markdown {
    Markdown { prose: m.to_owned(), ..Default::default() }
}
