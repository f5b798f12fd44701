pub fn optimize_level() -> u8 {
    0
}
pub fn debug_ranges() -> bool {
    true
}
