"""datetime: dates, times, deltas, zones, formatting, parsing."""
import datetime as dt
from datetime import date, datetime, time, timedelta, timezone

d, t = date(2024, 2, 29), time(13, 5, 7, 123456)
x = datetime(2024, 2, 29, 13, 5, 7, 123456)
print(d, repr(d), t, repr(t), x, repr(x), d.isoformat(), x.isoformat(" ", "minutes"), t.isoformat("milliseconds"), d.weekday(), d.isoweekday(), d.isocalendar(), d.toordinal(), date.fromordinal(738000), d.ctime(), x.ctime(), d.timetuple(), d.replace(year=2020), date.min, date.max, datetime.combine(d, t) == x, x.date(), x.time())
delta = timedelta(days=1, hours=-5, minutes=30, seconds=1.5, milliseconds=7, weeks=1)
print(delta, repr(delta), delta.total_seconds(), -delta, abs(-delta), delta * 2, delta / 2, delta // 7, delta % timedelta(hours=1), divmod(delta, timedelta(hours=5)), delta / timedelta(hours=1), delta * 1.5, timedelta(), timedelta(-1), timedelta.max, timedelta(microseconds=0.5), timedelta(microseconds=1.5), bool(timedelta()), hash(timedelta(1)) == hash(timedelta(hours=24)), timedelta(seconds=-1))
print(x + delta, x - delta, d + timedelta(1), d - date(2024, 1, 1), x - datetime(2000, 1, 1), d < date(2025, 1, 1), x == datetime(2024, 2, 29), max(d, date(2023, 1, 1)), date(2024, 3, 1) - timedelta(days=1), (datetime(2024, 3, 31) - datetime(2024, 2, 29)).days)
print(x.strftime("%Y-%m-%d %H:%M:%S.%f %a %A %b %B %d %j %U %W %w %p %I %y %% %G-W%V-%u %Z|%z %x"), d.strftime("%d/%m"), t.strftime("%H %Y"), f"{x:%B %-d}", format(d), datetime.strptime("29 Feb 2024 01:02:03 PM +0530", "%d %b %Y %I:%M:%S %p %z"), date.strptime("2024-060", "%Y-%j") if hasattr(date, "strptime") else "")
for text in ("2024-02-29", "20240229", "2024-W09-4", "2024-02-29T13:05", "2024-02-29 13:05:07.123456", "2024-02-29T13:05:07+02:00", "2024-02-29T13:05:07Z", "20240229T130507,5", "2024-02-29T24:00:00"):
    try:
        print(text, repr(datetime.fromisoformat(text)))
    except ValueError as error:
        print(text, "->", error)
tz = timezone(timedelta(hours=5, minutes=30), "IST")
aware = x.replace(tzinfo=tz)
print(aware, repr(aware), aware.utcoffset(), aware.tzname(), aware.astimezone(timezone.utc), aware.timestamp(), aware == x.replace(tzinfo=timezone.utc), aware - x.replace(tzinfo=timezone.utc), timezone.utc, repr(timezone.utc), timezone(timedelta(seconds=-90)), datetime.fromtimestamp(0, timezone.utc), datetime.fromtimestamp(1e9 + 0.5, tz), dt.UTC is timezone.utc, aware.utctimetuple()[:5], time(1, 2, tzinfo=tz), hash(aware) == hash(aware.astimezone(timezone.utc)), aware.timetz())


class Zone(dt.tzinfo):
    def utcoffset(self, when):
        return timedelta(hours=2 if when and 4 <= when.month <= 9 else 1)

    def dst(self, when):
        return self.utcoffset(when) - timedelta(hours=1)

    def tzname(self, when):
        return "SUM" if self.dst(when) else "WIN"


summer = datetime(2024, 7, 1, 12, tzinfo=Zone())
print(summer, summer.tzname(), summer.dst(), summer.astimezone(timezone.utc), datetime(2024, 12, 1, tzinfo=timezone.utc).astimezone(Zone()), summer.strftime("%Z %z"), x.replace(fold=1).fold, repr(x.replace(fold=1)))
for bad in (lambda: date(2023, 2, 29), lambda: date(0, 1, 1), lambda: date(2024, 13, 1), lambda: time(24), lambda: datetime(2024, 1, 1, 0, 60), lambda: date("2024"), lambda: date.max + timedelta(1), lambda: timedelta(days=10 ** 10), lambda: d < x, lambda: x < aware, lambda: x - aware, lambda: d - 5, lambda: d + d, lambda: timezone(timedelta(days=1)), lambda: timezone(5), lambda: datetime.strptime("x", "%Y"), lambda: datetime.strptime("2024 1", "%Y"), lambda: date.fromisoformat("2024-2-9"), lambda: timedelta(1) / 0, lambda: timedelta("x"), lambda: datetime(2024, 1, 1, tzinfo=5), lambda: date.fromordinal(0), lambda: time(1).replace(hour=25), lambda: datetime.fromtimestamp(1e20), lambda: date(2024, 1), lambda: d.replace(day=31), lambda: timedelta(1) + 1, lambda: date.fromisocalendar(2024, 54, 1), lambda: x.isoformat(timespec="x"), lambda: time(1) < time(1, tzinfo=tz), lambda: setattr(d, "year", 1)):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)


class D(date):
    def __repr__(self):
        return "D!"


import copy, pickle
print(D(2024, 1, 1), repr(D(2024, 1, 1)), type(D(2024, 1, 1) + timedelta(1)).__name__, type(D.today()).__name__, D(2024, 1, 1) == date(2024, 1, 1), isinstance(x, date), date.fromisocalendar(2024, 9, 4), [pickle.loads(pickle.dumps(v)) == v for v in (d, t, x, delta, aware, tz)], copy.copy(aware) == aware, copy.replace(d, day=1), d.__reduce__()[1], {d: 1}[date(2024, 2, 29)], sorted([timedelta(2), timedelta(1)]), sum([timedelta(1)] * 3, timedelta()))
