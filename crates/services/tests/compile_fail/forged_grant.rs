//! Only `access` can create grants, granted ids and statements.

use guildhall_model::id::ChannelId;
use guildhall_services::access::{ChannelGrant, Writing};
use guildhall_storage::{Granted, Read, Reader, Statement, Unchecked, Write};

fn a_granted_id(id: ChannelId) -> Granted<ChannelId, Read> {
    Granted::new(id)
}

fn a_write_grant(grant: ChannelGrant) -> Writing<ChannelGrant> {
    Writing::new(grant)
}

fn a_granted_id_from_the_reader(db: &Reader, id: ChannelId) -> Granted<ChannelId, Write> {
    db.grant(id)
}

fn rows_from_the_reader(db: &Reader, rows: Unchecked<u8>) -> u8 {
    db.open_unchecked(rows)
}

fn a_statement(id: ChannelId) -> Statement {
    Statement::new("DELETE FROM channels WHERE id = ?", vec![id.into()])
}

fn main() {}
