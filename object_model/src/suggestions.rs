//! What a misspelt name may have meant.

/// The name most like `wrong`, if one is like it enough (`_Py_CalculateSuggestions`).
pub fn suggestion<'a>(wrong: &str, possible: &'a [String]) -> Option<&'a str> {
    const MOVE: usize = 2;
    if possible.len() >= 750 {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for name in possible {
        if name == wrong {
            continue;
        }
        let mut limit = (wrong.len() + name.len() + 3) * MOVE / 6;
        if let Some((distance, _)) = best {
            limit = limit.min(distance - 1);
        }
        let distance = edit_distance(wrong.as_bytes(), name.as_bytes());
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Weighted edit distance: 2 for an insertion, deletion or change, 1 for a change of case.
fn edit_distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).map(|n| n * 2).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * 2;
        for (j, y) in b.iter().enumerate() {
            let change = if x == y {
                0
            } else if x.eq_ignore_ascii_case(y) {
                1
            } else {
                2
            };
            let next = (diagonal + change).min(row[j] + 2).min(row[j + 1] + 2);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

/// The end of a message about the unknown name `wrong`: the one that may be meant, or nothing.
pub fn hint<'a>(wrong: &str, possible: impl Iterator<Item = &'a str>) -> String {
    let possible: Vec<String> = possible.map(str::to_owned).collect();
    match suggestion(wrong, &possible) {
        Some(other) => format!(". Did you mean '{other}'?"),
        None => String::new(),
    }
}
