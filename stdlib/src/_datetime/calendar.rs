//! The proleptic Gregorian calendar: dates and day numbers, day 1 being January 1 of year 1.

pub const MIN_YEAR: i32 = 1;
pub const MAX_YEAR: i32 = 9999;
pub const MAX_ORDINAL: i32 = 3652059;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ymd {
    pub year: i32,
    pub month: i32,
    pub day: i32,
}

pub fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub fn days_in_month(year: i32, month: i32) -> i32 {
    const DAYS: [i32; 13] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if month == 2 && is_leap(year) { 29 } else { DAYS[month as usize] }
}

pub fn days_before_month(year: i32, month: i32) -> i32 {
    (1..month).map(|month| days_in_month(year, month)).sum()
}

fn days_before_year(year: i32) -> i32 {
    let y = year - 1;
    y * 365 + y / 4 - y / 100 + y / 400
}

impl Ymd {
    pub fn ordinal(self) -> i32 {
        days_before_year(self.year) + days_before_month(self.year, self.month) + self.day
    }

    /// For an ordinal of 1 or more.
    pub fn from_ordinal(ordinal: i32) -> Self {
        const IN_400_YEARS: i32 = 146097;
        const IN_100_YEARS: i32 = 36524;
        const IN_4_YEARS: i32 = 1461;
        let mut rest = ordinal - 1;
        let n400 = rest / IN_400_YEARS;
        rest %= IN_400_YEARS;
        let n100 = rest / IN_100_YEARS;
        rest %= IN_100_YEARS;
        let n4 = rest / IN_4_YEARS;
        rest %= IN_4_YEARS;
        let n1 = rest / 365;
        rest %= 365;
        let mut year = n400 * 400 + n100 * 100 + n4 * 4 + n1 + 1;
        if n1 == 4 || n100 == 4 {
            // The last day of a leap year that ends a cycle.
            return Self { year: year - 1, month: 12, day: 31 };
        }
        let mut month = 1;
        while rest >= days_in_month(year, month) {
            rest -= days_in_month(year, month);
            month += 1;
            if month > 12 {
                month = 1;
                year += 1;
            }
        }
        Self { year, month, day: rest + 1 }
    }

    /// Monday is 0.
    pub fn weekday(self) -> i32 {
        (self.ordinal() + 6) % 7
    }

    pub fn day_of_year(self) -> i32 {
        days_before_month(self.year, self.month) + self.day
    }

    /// ISO year, week and weekday (Monday is 1).
    pub fn iso(self) -> (i32, i32, i32) {
        let today = self.ordinal();
        let mut year = self.year;
        let mut monday = iso_week_1_monday(year);
        if today < monday {
            year -= 1;
            monday = iso_week_1_monday(year);
        } else if today >= iso_week_1_monday(year + 1) {
            year += 1;
            monday = iso_week_1_monday(year);
        }
        let days = today - monday;
        (year, days / 7 + 1, days % 7 + 1)
    }
}

/// The ordinal of the Monday that begins the year's first ISO week.
fn iso_week_1_monday(year: i32) -> i32 {
    let first = Ymd { year, month: 1, day: 1 };
    let weekday = first.weekday();
    let monday = first.ordinal() - weekday;
    // The first week is the one with the first Thursday.
    if weekday > 3 { monday + 7 } else { monday }
}

/// What is wrong with an ISO date.
pub enum IsoError {
    Year,
    Week,
    Day,
}

/// The ordinal of an ISO year, week and weekday; it may lie behind the last year.
pub fn iso_to_ordinal(year: i32, week: i32, day: i32) -> Result<i32, IsoError> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        return Err(IsoError::Year);
    }
    if !(1..=52).contains(&week) {
        let first = Ymd { year, month: 1, day: 1 }.weekday();
        let long_year = first == 3 || first == 2 && is_leap(year);
        if week != 53 || !long_year {
            return Err(IsoError::Week);
        }
    }
    if !(1..=7).contains(&day) {
        return Err(IsoError::Day);
    }
    Ok(iso_week_1_monday(year) + (week - 1) * 7 + day - 1)
}
