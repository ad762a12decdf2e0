//! Nobody but `access` makes grants, granted ids or statements.

use guildhall_model::id::ChannelId;
use guildhall_services::access::{ChannelGrant, Writing};
use guildhall_storage::{Granted, Read, Reader, Statement, Unchecked, Write};

fn an_id(id: ChannelId) -> Granted<ChannelId, Read> {
    Granted::new(id)
}

fn more_than_was_granted(on: ChannelGrant) -> Writing<ChannelGrant> {
    Writing::new(on)
}

fn an_id_by_the_reader(db: &Reader, id: ChannelId) -> Granted<ChannelId, Write> {
    db.grant(id)
}

fn rows_by_the_reader(db: &Reader, rows: Unchecked<u8>) -> u8 {
    db.open_unchecked(rows)
}

fn a_statement_of_ones_own(id: ChannelId) -> Statement {
    Statement::new("DELETE FROM channels WHERE id = ?", vec![id.into()])
}

fn main() {}
