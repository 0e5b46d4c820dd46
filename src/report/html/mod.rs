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
pub use page::PALETTE;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Figure, Figures};

    #[test]
    fn texts_of_records_and_names_of_tags_stay_text() {
        for page in [evaluation(&testing::evaluation(90)), comparison(&testing::comparison(90))] {
            assert!(page.contains("&lt;img src=x onerror=&quot;alert('2')&quot;&gt; &amp; more"), "{page}");
            assert!(!page.contains("<img") && page.matches("<script>").count() == 1, "{page}");
        }
    }

    #[test]
    fn a_page_refers_to_nothing_outside_of_it() {
        for page in [evaluation(&testing::evaluation(90)), comparison(&testing::comparison(90))] {
            for outside in ["src=\"", "href=\"http", "url(", "@import", "<link"] {
                assert!(!page.contains(outside), "{outside} is in {page}");
            }
        }
    }

    #[test]
    fn the_page_of_90_tags_is_small() {
        let size = evaluation(&testing::evaluation(90)).len();
        assert!(size < 500_000, "{size} bytes");
    }

    #[test]
    fn what_is_not_known_is_said_or_left_out() {
        let mut unknown = testing::evaluation(3);
        unknown.figures =
            Figures::of(|figure| unknown.figures.get(figure).filter(|_| figure != Figure::Lrap));
        (unknown.curves, unknown.reliability) = (None, None);
        (unknown.groups, unknown.worst, unknown.confusions, unknown.learning_curve) = Default::default();
        let page = evaluation(&unknown);
        for said in [
            "Not known, as it needs a score for every tag of every record: LRAP.",
            "this needs the probability of every tag",
            "the predictions have no probabilities",
            "Nothing is known by which the records or tags could be told apart",
            "No record got a wrong tag.",
            "No tag was missed",
        ] {
            assert!(page.contains(said), "{said} is not in {page}");
        }
        assert!(!page.contains("Learning curve") && !page.contains("taken at their word"), "{page}");
    }

    #[test]
    fn a_page_begins_with_what_somebody_who_decides_has_to_know() {
        let page = evaluation(&testing::evaluation(90));
        let words = text_of(&page);
        for sentence in [
            "The first tag is right for 75 of 100 records.",
            "Of the tags it gives, 75 of 100 are right; of the tags that are due, it gives 75 of 100.",
            "Its weakest tags with at least 10 records: tag-19 (F1 0.75), tag-18 (F1 0.76)",
        ] {
            assert!(words.contains(sentence), "{sentence} is not in {words}");
        }
    }

    /// A page without its markup.
    fn text_of(page: &str) -> String {
        page.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect()
    }
}
