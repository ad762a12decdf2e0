//! Loads copies of tables into an empty database.

use std::collections::BTreeMap;

use guildhall_model::codes::storage as codes;
use guildhall_model::id::JobId;
use guildhall_model::{Millis, Result};

use super::insert::Insert;
use super::summary::TableSummary;
use super::table::{self, TableShape, unusable};
use crate::{Batch, Database, STEPS, Statement, params};

/// A database that is being filled with the copy of another.
pub struct Loader {
    db: Database,
    tables: BTreeMap<String, TableShape>,
    loaded: BTreeMap<String, TableSummary>,
}

impl Loader {
    /// Brings an empty database to the schema of the copy.
    pub async fn begin(db: &Database, schema_version: i64) -> Result<Self> {
        if !db.is_empty().await? {
            return Err(codes::NOT_EMPTY.into());
        }
        let known = STEPS.last().map_or(0, |step| step.version);
        let Some(at) = STEPS.iter().position(|step| step.version == schema_version) else {
            return Err(codes::SCHEMA_NEWER.with("found", schema_version).with("known", known));
        };
        db.migrate_to(STEPS.get(..=at).unwrap_or(STEPS)).await?;
        let tables = table::tables(db).await?;
        // What the steps themselves have inserted is in the copy as well.
        let clear = |table: &TableShape| Statement::new(format!("DELETE FROM {}", table.name), params![]);
        db.commit(tables.iter().map(clear).collect::<Batch>()).await?;
        let tables = tables.into_iter().map(|table| (table.name.clone(), table)).collect();
        Ok(Self { db: db.clone(), tables, loaded: BTreeMap::new() })
    }

    /// Removes what a load that was interrupted has left: the tables that the schema's steps make, and no others.
    pub async fn discard(db: &Database) -> Result<()> {
        let names: Vec<String> = db.all(table::names_sql(db.dialect()), params![]).await?;
        let own = table::own_tables(db.dialect());
        for name in names.iter().filter(|name| own.contains(name.as_str())) {
            db.commit(Statement::new(format!("DROP TABLE {name}"), params![])).await?;
        }
        Ok(())
    }

    /// Begins the table that the first line of its copy describes.
    pub fn table(&mut self, header: &[u8]) -> Result<TableLoader<'_>> {
        let shape = TableShape::from_header(header)?;
        let name = shape.name.clone();
        match self.tables.get(&name) {
            Some(own) if own.columns == shape.columns => {}
            Some(_) => return Err(unusable(&name, "its columns are not those of this schema")),
            None => return Err(unusable(&name, "this schema has no such table")),
        }
        if self.loaded.contains_key(&name) {
            return Err(unusable(&name, "it is there twice"));
        }
        let insert = Insert::into_table(&self.db, shape);
        Ok(TableLoader { loader: self, insert })
    }

    /// Ends the load: every table must have been there. The search index is made by a job with the given id; then the schema is
    /// brought up to date.
    pub async fn finish(self, search_job: JobId, now: Millis) -> Result<BTreeMap<String, TableSummary>> {
        if let Some(missing) = self.tables.keys().find(|name| !self.loaded.contains_key(*name)) {
            return Err(unusable(missing, "it is missing"));
        }
        let index = Statement::new(
            "INSERT INTO jobs (id, type, status, create_at, start_at, last_activity_at, progress, data, attempts, run_at, lease_until, fence) \
             VALUES (?, 'search_index', 'pending', ?, 0, 0, 0, '{}', 0, 0, 0, 0)",
            params![search_job, now],
        );
        // One that was interrupted would go on where it stopped, with an index that is not there.
        let obsolete = Statement::new("DELETE FROM jobs WHERE type = 'search_index' AND status IN ('pending', 'in_progress')", params![]);
        self.db.commit(vec![obsolete, index]).await?;
        self.db.migrate().await?;
        Ok(self.loaded)
    }
}

/// A table that is being loaded.
pub struct TableLoader<'a> {
    loader: &'a mut Loader,
    insert: Insert,
}

impl TableLoader<'_> {
    /// Adds a row, a line without its line feed.
    pub async fn push(&mut self, line: &[u8]) -> Result<()> {
        self.insert.push(line).await
    }

    /// What was loaded. The table is complete when it returns.
    pub async fn finish(mut self) -> Result<TableSummary> {
        let summary = self.insert.finish().await?;
        self.loader.loaded.insert(self.insert.table().to_owned(), summary);
        Ok(summary)
    }
}
