"""Loops, conditions, break, continue, else."""
for i in range(3):
    for j in range(3):
        if j == 2:
            continue
        if i == 2:
            break
        print(i, j)
else:
    print("done")
n = 27
steps = 0
while n != 1:
    n = n // 2 if n % 2 == 0 else 3 * n + 1
    steps += 1
print(steps)
primes = [p for p in range(2, 50) if all(p % q for q in range(2, int(p ** 0.5) + 1))]
print(primes)
total = 0
for i, word in enumerate(["a", "bb", "ccc"], 1):
    total += i * len(word)
print(total, [(x, y) for x in range(2) for y in "ab"], {x: x * x for x in range(4)})
