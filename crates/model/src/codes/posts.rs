//! What can go wrong with posts, threads, reactions and search.

super::codes! {
    NOT_FOUND = NotFound, "app.post.get.app_error", "This post does not exist.";
}
