//! The columns of the files of an export: their names there, where their values come from, and what these are.

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Id,
    Text,
    /// Milliseconds since 1970; zero for never.
    Time,
    Number,
    Flag,
    /// JSON as text.
    Json,
}

impl Kind {
    /// In the column that tells the kinds of the others.
    pub(super) const fn letter(self) -> char {
        match self {
            Self::Id => 'i',
            Self::Text => 't',
            Self::Time => 'm',
            Self::Number => 'n',
            Self::Flag => 'f',
            Self::Json => 'j',
        }
    }

    pub(super) const fn from_letter(letter: char) -> Option<Self> {
        Some(match letter {
            'i' => Self::Id,
            't' => Self::Text,
            'm' => Self::Time,
            'n' => Self::Number,
            'f' => Self::Flag,
            'j' => Self::Json,
            _ => return None,
        })
    }
}

#[derive(Debug, Clone, Copy)]
pub struct ExportColumn {
    /// In the file.
    pub name: &'static str,
    /// A column of the file's table, or an expression with the aliases of the tables.
    pub source: &'static str,
    pub kind: Kind,
}

impl ExportColumn {
    /// The same value from a column with another name, or from an expression.
    pub(super) const fn from(self, source: &'static str) -> Self {
        Self { source, ..self }
    }

    /// The column of the file's own table that this is; `None` for an expression.
    pub fn own_column(&self) -> Option<&'static str> {
        let is_word = |text: &str| text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
        is_word(self.source).then_some(self.source)
    }

    pub(super) fn sql(&self) -> String {
        self.own_column().map_or_else(|| self.source.to_owned(), |column| format!("t.{column}"))
    }
}

const fn column(name: &'static str, kind: Kind) -> ExportColumn {
    ExportColumn { name, source: name, kind }
}

pub(super) const fn id(name: &'static str) -> ExportColumn {
    column(name, Kind::Id)
}

pub(super) const fn text(name: &'static str) -> ExportColumn {
    column(name, Kind::Text)
}

pub(super) const fn time(name: &'static str) -> ExportColumn {
    column(name, Kind::Time)
}

pub(super) const fn number(name: &'static str) -> ExportColumn {
    column(name, Kind::Number)
}

pub(super) const fn flag(name: &'static str) -> ExportColumn {
    column(name, Kind::Flag)
}

pub(super) const fn json(name: &'static str) -> ExportColumn {
    column(name, Kind::Json)
}
