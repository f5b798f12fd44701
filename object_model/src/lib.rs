pub mod layout;
pub unsafe trait PyLayout {}
