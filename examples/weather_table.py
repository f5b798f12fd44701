"""Reads a table with dates, names and holes in it, and asks it questions.

genfromtxt makes a structured array with one field per column, datetime64 dates and a mask
where a value is missing; the rest is selecting, grouping, sorting and writing back.
"""
import io
import pathlib

import numpy as np

TABLE = pathlib.Path(__file__).with_name("weather.csv")


def read(path):
    return np.genfromtxt(
        path, delimiter=",", names=True, skip_header=1, encoding="utf-8", usemask=True, missing_values="--",
        dtype=[("date", "datetime64[D]"), ("station", "U10"), ("low", "f8"), ("high", "f8"), ("rain", "f8"), ("wind", "i4")])


def by_station(table):
    for name in np.unique(table["station"].filled("")):
        yield str(name), table[table["station"] == name]


def main():
    table = read(TABLE)
    print(table.dtype)
    print(f"{table.size} rows, {table.dtype.itemsize} bytes each")
    for field in ("low", "high", "rain", "wind"):
        column = table[field]
        print(f"{field:<5} missing {np.ma.count_masked(column)}, mean {column.mean():7.3f}, from {column.min():.1f} to {column.max():.1f}")
    print(table[["station", "high", "wind"]][2:5])

    print(f"\n{'station':<10}{'days':>5}{'mean high':>11}{'rain':>8}  wettest day")
    for name, rows in by_station(table):
        wettest = rows[np.argmax(rows["rain"].filled(-1))]
        print(f"{name:<10}{rows.size:5d}{rows['high'].mean():11.2f}{rows['rain'].sum():8.1f}  {wettest['date']} ({wettest['rain']} mm)")

    dates = table["date"].data
    print("\nfrom", dates.min(), "to", dates.max(), "=", dates.max() - dates.min())
    print("weekdays only:", np.unique(dates[np.is_busday(dates)]))
    print("months:", np.unique(dates.astype("datetime64[M]")), "day after the leap day:", np.datetime64("2024-02-29") + np.timedelta64(1, "D"))
    print("business days between:", np.busday_count(dates.min(), dates.max()))

    spread = table["high"] - table["low"]
    widest = np.ma.argsort(spread, endwith=True)[::-1]
    widest = [i for i in widest if spread[i] is not np.ma.masked][:3]
    print("\nlargest difference between high and low:")
    for i in widest:
        print(f"  {table['date'][i]} {table['station'][i]:<8} {spread[i]:5.1f}")
    order = np.argsort(table.filled(), order=["date", "station"])
    print("first in order of date:", table["station"][order][:3])

    complete = ~np.ma.getmaskarray(table["high"]) & ~np.ma.getmaskarray(table["low"]) & ~np.ma.getmaskarray(table["wind"])
    correlation = np.corrcoef(np.stack([spread[complete].filled(0), table["wind"][complete].filled(0)]))
    print(f"wind and temperature spread correlate at {correlation[0, 1]:.4f} over {complete.sum()} complete rows")

    out = io.StringIO()
    means = np.array([(name, rows["low"].mean(), rows["high"].mean()) for name, rows in by_station(table)],
                     dtype=[("station", "U10"), ("low", "f8"), ("high", "f8")])
    np.savetxt(out, means, fmt=["%-8s", "%7.2f", "%7.2f"], header="station  low  high")
    print("\n" + out.getvalue(), end="")
    numbers = np.loadtxt(io.StringIO(out.getvalue()), usecols=(1, 2))
    print("read back:", numbers.shape, np.allclose(numbers[:, 0], means["low"], atol=0.005))

    record = means.view(np.recarray)
    print("as a record array:", record.high.round(3), record[0].station)
    buffer = io.BytesIO()
    np.savez(buffer, table=table.filled(), means=means)
    buffer.seek(0)
    with np.load(buffer) as archive:
        print("npz holds", sorted(archive.files), np.array_equal(archive["means"], means), archive["table"].dtype.names)


if __name__ == "__main__":
    main()
