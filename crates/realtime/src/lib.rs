//! realtime
pub struct Hub;
