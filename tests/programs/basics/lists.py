"""Lists as every program uses them."""
items = [3, 1, 2]
items.append(5)
items.insert(0, 9)
print(items, len(items), items[0], items[-1], items[1:3], 5 in items, items.index(1))
items.sort()
print(items, sorted(items, reverse=True), items.pop(), items, list(reversed(items)), [x * 2 for x in items if x > 1])
items[0] = "changed"
del items[1]
items += [7, 8]
print(items, items + [1], [0] * 3, sum([1, 2, 3]), list(range(5)), list(enumerate("ab")), list(zip([1, 2], "ab")), [[1, 2], [3]][0][1])
