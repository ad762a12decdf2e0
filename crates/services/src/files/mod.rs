//! Files: uploaded, read, previewed.
