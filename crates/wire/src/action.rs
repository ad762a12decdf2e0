//! WebSocket actions and their replies.
