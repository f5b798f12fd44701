"""Eight queens by backtracking."""
def solve(n, row=0, columns=(), found=None):
    found = [] if found is None else found
    if row == n:
        found.append(columns)
        return found
    for column in range(n):
        if all(column != c and abs(column - c) != row - r for r, c in enumerate(columns)):
            solve(n, row + 1, columns + (column,), found)
    return found


solutions = solve(6)
print(len(solutions), solutions[0], len(solve(8)))
for column in solve(8)[0]:
    print("." * column + "Q" + "." * (7 - column))
