//! SQL texts in PostgreSQL's form: the `?` of each are numbered once.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;

use crate::{Dialect, Sql, sql};

/// Bounds the memory if a caller builds texts without end.
const TEXTS_MAX: usize = 4096;

#[derive(Default)]
pub(super) struct Texts(RwLock<HashMap<String, Arc<str>>>);

impl Texts {
    pub fn render(&self, sql: &Sql) -> Arc<str> {
        let text = sql.render(Dialect::Postgres);
        if let Some(known) = self.0.read().get(&*text) {
            return Arc::clone(known);
        }
        let numbered: Arc<str> = sql::number_placeholders(&text).into();
        let mut known = self.0.write();
        if known.len() >= TEXTS_MAX {
            known.clear();
        }
        known.insert(text.into_owned(), Arc::clone(&numbered));
        numbered
    }
}
