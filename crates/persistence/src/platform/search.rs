//! One search over every record a member may read.
