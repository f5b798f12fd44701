//! Case mappings of whole strings.
