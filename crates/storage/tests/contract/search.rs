//! Finding posts: the same corpus is found alike on every database.

use guildhall_model::Millis;
use guildhall_model::id::{ChannelId, PostId};
use guildhall_model::post::{Post, PostProps};
use guildhall_storage::search::{self, Filter, Term, Terms, words};
use guildhall_storage::{Database, on_every_database, posts};

use super::fixtures::{NOW, World, create_world};
use super::posts::{insert_posts, post};

/// In many scripts, with stop words, short words, punctuation, and operators of search expressions.
const CORPUS: &[&str] = &[
    "The quick brown fox jumps over the lazy dog",
    "A quick test of an I/O routine",
    "to be or not to be, that is the question",
    "私は日本語を話します",
    "日本へ行く",
    "今天天气很好，我们去公园",
    "한국어를 공부해요",
    "สวัสดีครับ ยินดีต้อนรับ",
    "Привет, как дела? Ёлка",
    "Ça va? Déjà vu à l'école — naïve Übung",
    "שלום עולם مرحبا بالعالم",
    "हिन्दी में लिखा",
    "C++ and C# -- \"quoted\" (paren) * star ~tilde @at +plus -minus <tag> % _under",
    "release v1.2.3-rc4 of foo_bar/baz.qux",
    "zzz zebra pizza jazz",
    "emoji 👍 only 🎉",
    "Supercalifragilisticexpialidocious Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung",
    "1 22 333 4444",
    "AND OR NOT NEAR",
];

async fn index(db: &Database, world: &World) {
    for (n, text) in CORPUS.iter().enumerate() {
        let post =
            Post { message: (*text).to_owned(), hashtags: if n == 0 { "#fox".to_owned() } else { String::new() }, ..post(world, n as u8) };
        insert_posts(db, &[&post]).await;
        db.commit(search::index(db.grant(post.channel_id), &post).unwrap()).await.unwrap();
    }
}

fn term(text: &str) -> Term {
    let (tokens, begins) = words::query_tokens(text);
    Term { tokens, is_prefix: begins || text.ends_with('*') }
}

fn required(texts: &[&str], any: bool, excluded: &[&str]) -> Terms {
    Terms { required: texts.iter().map(|text| term(text)).collect(), any, excluded: excluded.iter().map(|text| term(text)).collect() }
}

async fn found(db: &Database, terms: &Terms, filter: &Filter) -> Vec<u8> {
    let posts = search::find(db, terms, filter, 0, 50).await.unwrap();
    let mut numbers: Vec<u8> = posts.iter().map(|post| post.id.bytes()[0]).collect();
    assert!(numbers.is_sorted_by(|a, b| a > b), "newest first: {numbers:?}");
    numbers.reverse();
    numbers
}

on_every_database! {
    async fn posts_in_many_scripts_are_found(db) {
        let world = create_world(&db).await;
        index(&db, &world).await;
        let dev = Filter { channels: vec![db.grant(world.dev.id)], ..Filter::default() };
        let cases: &[(&[&str], &[u8])] = &[
            (&["quick"], &[0, 1]),
            (&["quick", "brown"], &[0]),
            (&["quick brown"], &[0]),
            (&["brown quick"], &[]),
            (&["the"], &[0, 2]),
            (&["to be or not to be"], &[2]),
            (&["a"], &[1, 9]),
            (&["i"], &[1]),
            (&["io"], &[]),
            (&["qui*"], &[0, 1]),
            (&["brown fo*"], &[0]),
            (&["日本"], &[3, 4]),
            (&["日本語"], &[3]),
            (&["語"], &[3]),
            (&["く"], &[4]),
            (&["本日"], &[]),
            (&["天气"], &[5]),
            (&["한국어"], &[6]),
            (&["ยินดี"], &[7]),
            (&["привет"], &[8]),
            (&["елка"], &[8]),
            (&["deja vu"], &[9]),
            (&["ÜBUNG"], &[9]),
            (&["ecole"], &[9]),
            (&["שלום"], &[10]),
            (&["مرحبا"], &[10]),
            (&["हिन्दी"], &[11]),
            (&["c"], &[12]),
            (&["foo_bar"], &[13]),
            (&["foo"], &[13]),
            (&["v1.2.3"], &[13]),
            (&["z*"], &[14]),
            (&["zzz"], &[14]),
            (&["pizz*"], &[14]),
            (&["emoji", "only"], &[15]),
            (&["emoji only"], &[]),
            (&["👍 only :tada:"], &[15]),
            (&["Supercalifragilisticexpialidocious"], &[16]),
            (&["Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung"], &[16]),
            (&["1"], &[13, 17]),
            (&["4444"], &[17]),
            (&["or"], &[2, 18]),
            (&["near"], &[18]),
            (&["nowhere"], &[]),
        ];
        for (texts, numbers) in cases {
            assert_eq!(found(&db, &required(texts, false, &[]), &dev).await, *numbers, "{texts:?}");
        }
        assert_eq!(found(&db, &required(&["zebra", "日本語", "near"], true, &[]), &dev).await, [3, 14, 18]);
        assert_eq!(found(&db, &required(&["brown fo*", "日"], true, &[]), &dev).await, [0, 3, 4]);
        assert_eq!(found(&db, &required(&["quick"], false, &["lazy dog"]), &dev).await, [1]);
        assert_eq!(found(&db, &required(&["日本"], false, &["語", "nothing"]), &dev).await, [4]);
        assert_eq!(found(&db, &required(&[], false, &["e*", "a*"]), &dev).await.len(), CORPUS.len() - 5);
        let hashtag = Terms { required: vec![Term { tokens: vec![words::hashtag("#FOX")], is_prefix: false }], ..Terms::default() };
        assert_eq!(found(&db, &hashtag, &dev).await, [0]);
    }

    async fn filters_are_applied(db) {
        let world = create_world(&db).await;
        index(&db, &world).await;
        let quick = required(&["quick"], false, &[]);
        let dev = Filter { channels: vec![db.grant(world.dev.id)], ..Filter::default() };
        let with = |filter: Filter| Filter { channels: dev.channels.clone(), ..filter };
        assert_eq!(found(&db, &quick, &Filter::default()).await, [0_u8; 0]);
        assert_eq!(found(&db, &quick, &Filter { channels: vec![db.grant(world.secret.id)], ..Filter::default() }).await, [0_u8; 0]);
        let mut many: Vec<_> = (0..700_u16).map(|n| db.grant(ChannelId::from_bytes([[9, 9], n.to_be_bytes()].concat().repeat(4).try_into().unwrap()))).collect();
        many.push(db.grant(world.dev.id));
        assert_eq!(found(&db, &quick, &Filter { channels: many, ..Filter::default() }).await, [0, 1]);
        assert_eq!(found(&db, &quick, &with(Filter { authors: vec![world.ben.id], ..Filter::default() })).await, [0_u8; 0]);
        assert_eq!(found(&db, &quick, &with(Filter { not_authors: vec![world.ben.id], ..Filter::default() })).await, [0, 1]);
        let until = (Millis(i64::MIN), NOW.plus_ms(1));
        assert_eq!(found(&db, &quick, &with(Filter { within: vec![until], ..Filter::default() })).await, [0]);
        assert_eq!(found(&db, &quick, &with(Filter { outside: vec![until], ..Filter::default() })).await, [1]);
        let all = with(Filter { authors: vec![world.ann.id], ..Filter::default() });
        assert_eq!(search::find(&db, &Terms::default(), &all, 3, 4).await.unwrap().len(), 4);
        assert_eq!(search::find(&db, &quick, &dev, 1, 4).await.unwrap()[0].id, PostId::from_bytes([0; 16]));
        assert_eq!(search::searchable_channels(&db, db.grant(world.ann.id), Some(db.grant(world.team.id)), false).await.unwrap().len(), 3);
        assert_eq!(search::searchable_channels(&db, db.grant(world.ben.id), None, true).await.unwrap().len(), 1);
    }

    async fn removed_posts_are_not_found(db) {
        let world = create_world(&db).await;
        index(&db, &world).await;
        let dev = Filter { channels: vec![db.grant(world.dev.id)], ..Filter::default() };
        let quick = required(&["quick"], false, &[]);
        let props = PostProps::from_stored(r#"{"attachments":[{"text":"and steady"}]}"#.to_owned());
        let changed = Post { message: "slow".to_owned(), props, ..post(&world, 0) };
        let mut batch = vec![search::remove(db.grant(changed.id))];
        batch.extend(search::index(db.grant(changed.channel_id), &changed));
        db.commit(batch).await.unwrap();
        assert_eq!(found(&db, &quick, &dev).await, [1]);
        assert_eq!(found(&db, &required(&["steady"], false, &[]), &dev).await, [0]);
        let reply = Post { root_id: Some(changed.id), message: "reply".to_owned(), ..post(&world, 200) };
        let mut batch = vec![posts::insert(db.grant(reply.channel_id), &reply)];
        batch.extend(search::index(db.grant(reply.channel_id), &reply));
        db.commit(batch).await.unwrap();
        db.commit(search::remove_replies(db.grant(changed.id))).await.unwrap();
        assert_eq!(found(&db, &required(&["reply"], false, &[]), &dev).await, [0_u8; 0]);
        assert!(search::index(db.grant(world.dev.id), &Post { kind: "system_x".to_owned(), ..reply.clone() }).is_none());
        assert!(search::index(db.grant(world.dev.id), &Post { message: "...".to_owned(), ..reply }).is_none());
    }
}
