//! WebSocket events.
