"""A report over a log of orders: mostly the standard library, with numpy for the sums.

Reads JSON lines, checks them with regular expressions, keeps them in dataclasses, groups
with collections and itertools, counts with numpy, and answers in text, CSV and JSON.
"""
import collections
import csv
import datetime
import enum
import io
import itertools
import json
import re
import statistics
from dataclasses import asdict, dataclass, field
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

LOG = """
{"id": "A-1001", "when": "2024-02-28T09:15:00", "customer": "Ada", "lines": [["tea", 3, "4.50"], ["cup", 1, "12.00"]], "status": "paid"}
{"id": "A-1002", "when": "2024-02-28T17:40:10", "customer": "Bo", "lines": [["coffee", 2, "7.25"]], "status": "open"}
{"id": "B-0007", "when": "2024-02-29T08:05:59", "customer": "Ada", "lines": [["tea", 10, "4.10"]], "status": "paid"}
{"id": "broken", "when": "2024-02-29T10:00:00", "customer": "Cy", "lines": [], "status": "paid"}
{"id": "B-0008", "when": "yesterday", "customer": "Cy", "lines": [["cup", 1, "12.00"]], "status": "paid"}
{"id": "B-0009", "when": "2024-03-01T12:30:00", "customer": "Dee", "lines": [["cup", 6, "11.40"], ["saucer", 6, "3.335"]], "status": "sent"}
{"id": "B-0010", "when": "2024-03-01T18:00:00", "customer": "Bo", "lines": [["coffee", 1, "7.25"], ["tea", 1, "4.50"]], "status": "lost"}
{"id": "C-0001", "when": "2024-03-02T07:00:00", "customer": "Ada", "lines": [["coffee", 4, "7.00"]], "status": "sent"
""".strip()
ORDER_ID = re.compile(r"(?P<shop>[A-Z])-(?P<number>\d{4})")
Status = enum.Enum("Status", {"OPEN": "open", "PAID": "paid", "SENT": "sent"})


@dataclass(frozen=True, order=True)
class Line:
    product: str
    count: int
    price: Decimal

    @property
    def total(self):
        return self.count * self.price


@dataclass
class Order:
    id: str
    when: datetime.datetime
    customer: str
    lines: list[Line] = field(default_factory=list)
    status: Status = Status.OPEN

    @classmethod
    def parse(cls, text):
        data = json.loads(text)
        if not ORDER_ID.fullmatch(data["id"]):
            raise ValueError(f"bad id {data['id']!r}")
        lines = [Line(product, count, Decimal(price)) for product, count, price in data["lines"]]
        return cls(data["id"], datetime.datetime.fromisoformat(data["when"]), data["customer"], lines, Status(data["status"]))

    @property
    def total(self):
        return sum((line.total for line in self.lines), Decimal(0)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def read(log):
    orders, problems = [], []
    for number, text in enumerate(log.splitlines(), 1):
        try:
            orders.append(Order.parse(text))
        except (ValueError, KeyError) as error:
            error.add_note(f"in line {number}")
            problems.append(error)
    return orders, problems


def main():
    orders, problems = read(LOG)
    print(f"{len(orders)} orders, {len(problems)} refused")
    for problem in problems:
        print(f"  {type(problem).__name__}: {problem} ({', '.join(problem.__notes__)})")

    print("\nper customer:")
    by_customer = collections.defaultdict(list)
    for order in orders:
        by_customer[order.customer].append(order)
    for customer, theirs in sorted(by_customer.items(), key=lambda item: -sum(o.total for o in item[1])):
        print(f"  {customer:<4} {len(theirs)} orders {sum(o.total for o in theirs):>8} {', '.join(o.id for o in theirs)}")

    print("per day:")
    for day, group in itertools.groupby(sorted(orders, key=lambda o: o.when), key=lambda o: o.when.date()):
        group = list(group)
        print(f"  {day:%a %d %b} {'*' * len(group):<4} first at {group[0].when:%H:%M}, {statistics.fmean(float(o.total) for o in group):.2f} on average")

    lines = [line for order in orders for line in order.lines]
    products, index = np.unique([line.product for line in lines], return_inverse=True)
    counts = np.array([line.count for line in lines])
    money = counts * np.array([float(line.price) for line in lines])
    sold = np.bincount(index, weights=counts).astype(int)
    earned = np.bincount(index, weights=money)
    print("per product:")
    for i in np.argsort(-earned):
        print(f"  {products[i]:<7}{sold[i]:4d}{earned[i]:9.3f}  {earned[i] / earned.sum():6.1%}")
    hours = np.array([o.when.hour for o in orders])
    print("busy hours:", dict(zip(*(a.tolist() for a in np.unique(hours // 6 * 6, return_counts=True)))))
    waits = np.diff(np.array([o.when for o in orders], dtype="datetime64[s]")).astype("timedelta64[m]")
    print("minutes between orders:", waits.astype(int).tolist(), "longest", waits.max())

    table = io.StringIO()
    writer = csv.DictWriter(table, ["id", "shop", "total", "status"], lineterminator="\n")
    writer.writeheader()
    for order in orders:
        writer.writerow({"id": order.id, "shop": ORDER_ID.match(order.id)["shop"], "total": order.total, "status": order.status.name.title()})
    print("\n" + table.getvalue(), end="")
    best = max(orders, key=lambda o: o.total)
    print(json.dumps(asdict(best), default=lambda o: o.value if isinstance(o, Status) else str(o), indent=2))
    match best:
        case Order(status=Status.SENT, lines=[Line(product=first), *_]):
            print(f"the largest order is on its way and starts with {first}")
        case _:
            print("the largest order is still here")


if __name__ == "__main__":
    main()
