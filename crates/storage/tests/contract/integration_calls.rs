//! The last calls of outgoing webhooks and commands.

use guildhall_model::id::{IntegrationCallId, TargetId};
use guildhall_model::integration::{CALLS_KEPT, IntegrationCall};
use guildhall_storage::{Server, integration_calls, on_every_database};

use super::fixtures::NOW;

fn call(n: u8, integration_id: TargetId) -> IntegrationCall {
    IntegrationCall {
        id: IntegrationCallId::from_bytes([n; 16]),
        integration_id,
        create_at: NOW.plus_ms(n.into()),
        duration_ms: 7,
        status: 200,
        error: "Größe 😀".to_owned(),
    }
}

on_every_database! {
    async fn the_last_calls_of_each_integration_are_kept_for_a_while(db) {
        let (hook, command) = (TargetId::from_bytes([1; 16]), TargetId::from_bytes([2; 16]));
        let of = async |integration| {
            let calls = integration_calls::of_integration(&db, db.grant(integration)).await.unwrap();
            calls.into_iter().map(|call| call.id.bytes()[0]).collect::<Vec<_>>()
        };
        db.commit(integration_calls::insert(db.grant(Server), &call(1, command)).to_vec()).await.unwrap();
        for n in 2..=31 {
            db.commit(integration_calls::insert(db.grant(Server), &call(n, hook)).to_vec()).await.unwrap();
        }
        let newest: Vec<u8> = (12..=31).rev().collect();
        assert_eq!((of(hook).await, of(command).await), (newest.clone(), vec![1]));
        assert_eq!(newest.len(), usize::try_from(CALLS_KEPT).unwrap());
        let calls = integration_calls::of_integration(&db, db.grant(hook)).await.unwrap();
        assert_eq!(calls[0], call(31, hook));

        db.commit(integration_calls::forget(db.grant(Server), NOW.plus_ms(30))).await.unwrap();
        assert_eq!((of(hook).await, of(command).await), (vec![31, 30], vec![]));
    }
}
