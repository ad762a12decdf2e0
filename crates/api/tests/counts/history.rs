//! Generated histories: what people do in a channel and a direct channel. Numbers are indexes that wrap around, so that
//! every step is possible in every world.

use proptest::collection::vec;
use proptest::prelude::*;

/// What a message says: the people whom it names, as bits, and whether it addresses the channel or a group.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    pub names: u8,
    pub wide: bool,
    pub group: bool,
}

#[derive(Debug, Clone, Copy)]
pub enum Step {
    Post { who: usize, direct: bool, text: Text },
    Reply { who: usize, root: usize, text: Text },
    Edit { post: usize, text: Text },
    Delete { post: usize },
    View { who: usize, direct: bool, threads_too: bool },
    MarkUnread { who: usize, post: usize },
    ReadThread { who: usize, root: usize },
    MarkThreadUnread { who: usize, reply: usize },
    Follow { who: usize, root: usize, following: bool },
    ReadAllThreads { who: usize },
    Leave { who: usize },
    Join { who: usize },
    Mute { who: usize, muted: bool },
}

fn text() -> impl Strategy<Value = Text> {
    // Most messages name one person or nobody.
    (prop_oneof![Just(0_u8), (0_u8..4).prop_map(|bit| 1 << bit), any::<u8>()], prop::bool::weighted(0.1), prop::bool::weighted(0.15))
        .prop_map(|(names, wide, group)| Text { names, wide, group })
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0_usize..4;
    let post = 0_usize..64;
    prop_oneof![
        5 => (who.clone(), prop::bool::weighted(0.2), text()).prop_map(|(who, direct, text)| Step::Post { who, direct, text }),
        6 => (who.clone(), post.clone(), text()).prop_map(|(who, root, text)| Step::Reply { who, root, text }),
        4 => (post.clone(), text()).prop_map(|(post, text)| Step::Edit { post, text }),
        5 => post.clone().prop_map(|post| Step::Delete { post }),
        3 => (who.clone(), prop::bool::weighted(0.2), prop::bool::weighted(0.3))
            .prop_map(|(who, direct, threads_too)| Step::View { who, direct, threads_too }),
        2 => (who.clone(), post.clone()).prop_map(|(who, post)| Step::MarkUnread { who, post }),
        1 => (who.clone(), post.clone()).prop_map(|(who, root)| Step::ReadThread { who, root }),
        1 => (who.clone(), post.clone()).prop_map(|(who, reply)| Step::MarkThreadUnread { who, reply }),
        1 => (who.clone(), post, any::<bool>()).prop_map(|(who, root, following)| Step::Follow { who, root, following }),
        1 => who.clone().prop_map(|who| Step::ReadAllThreads { who }),
        1 => who.clone().prop_map(|who| Step::Leave { who }),
        2 => who.clone().prop_map(|who| Step::Join { who }),
        1 => (who, any::<bool>()).prop_map(|(who, muted)| Step::Mute { who, muted }),
    ]
}

pub fn steps(count: usize) -> impl Strategy<Value = Vec<Step>> {
    vec(step(), count)
}
