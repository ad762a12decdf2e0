//! Small parts with every interleaving.
