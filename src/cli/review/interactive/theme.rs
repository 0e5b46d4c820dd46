//! How things look, with colours and without.

use std::env;

use ratatui::style::{Color, Modifier, Style};

/// The styles of a session. Nothing is told by colour alone: words say what a row means, and evidence has another
/// weight or line too.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    colours: bool,
}

impl Theme {
    /// With colours, unless `NO_COLOR` is set to anything (<https://no-color.org>).
    pub fn from_environment() -> Self {
        Self { colours: env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) }
    }

    #[cfg(test)]
    pub fn plain() -> Self {
        Self { colours: false }
    }

    pub fn text() -> Style {
        Style::new()
    }

    pub fn strong() -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub fn faint() -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// The first and the last line.
    pub fn bar() -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// The row that the cursor is on.
    pub fn cursor(self) -> Style {
        self.coloured(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// What speaks for a tag, and what is added.
    pub fn plus(self) -> Style {
        self.coloured(Color::Green).add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// What speaks against a tag, and what is taken away.
    pub fn minus(self) -> Style {
        self.coloured(Color::Red).add_modifier(Modifier::ITALIC)
    }

    pub fn message(self) -> Style {
        self.coloured(Color::Yellow).add_modifier(Modifier::BOLD)
    }

    fn coloured(self, colour: Color) -> Style {
        if self.colours { Style::new().fg(colour) } else { Style::new() }
    }
}
