//! Reports as HTML: one file that needs nothing else, in light and dark, on screens of any width and on paper.
//!
//! `page` is the frame of every page, `parts` what sections share, `charts` the drawings; `evaluation` and `comparison`
//! have a file for each section. Texts of records are hostile input: `maud` escapes whatever is put in.

mod charts;
mod comparison;
mod evaluation;
mod page;
mod parts;
#[cfg(test)]
mod testing;

pub use comparison::page as comparison;
pub use evaluation::page as evaluation;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dev_write() {
        std::fs::write("/tmp/e.html", evaluation(&testing::evaluation(90))).unwrap();
        std::fs::write("/tmp/c.html", comparison(&testing::comparison(90))).unwrap();
    }
}
