"""The outer planets around the sun: a gravitational N-body simulation with the leapfrog method.

Positions are in astronomical units, times in days, masses in solar masses. The start is
the one that the well-known n-body benchmark uses.
"""
import numpy as np

GRAVITY = 4 * np.pi ** 2 / 365.24 ** 2
NAMES = ["Sun", "Jupiter", "Saturn", "Uranus", "Neptune"]
MASSES = np.array([1.0, 9.54791938424326609e-04, 2.85885980666130812e-04, 4.36624404335156298e-05, 5.15138902046611451e-05])
POSITIONS = np.array([
    [0, 0, 0],
    [4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01],
    [8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01],
    [1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01],
    [1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01],
])
VELOCITIES = np.array([
    [0, 0, 0],
    [1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05],
    [-2.76742510726411899e-03, 4.99852801234917238e-03, 2.30417297573763929e-05],
    [2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05],
    [2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05],
])


def accelerations(positions):
    """What every body does to every other, all pairs at once by broadcasting."""
    between = positions[np.newaxis, :, :] - positions[:, np.newaxis, :]
    distance_squared = np.einsum("ijk,ijk->ij", between, between)
    np.fill_diagonal(distance_squared, 1.0)
    strength = GRAVITY * MASSES / distance_squared ** 1.5
    np.fill_diagonal(strength, 0.0)
    return np.einsum("ij,ijk->ik", strength, between)


def energy(positions, velocities):
    kinetic = 0.5 * np.sum(MASSES * np.sum(velocities ** 2, axis=1))
    potential = 0.0
    for i in range(len(MASSES)):
        for j in range(i + 1, len(MASSES)):
            potential -= GRAVITY * MASSES[i] * MASSES[j] / np.linalg.norm(positions[i] - positions[j])
    return kinetic + potential


def simulate(days, step):
    """Yields time, positions and velocities, step by step."""
    positions = POSITIONS.copy()
    velocities = VELOCITIES - np.average(VELOCITIES, axis=0, weights=MASSES)
    force = accelerations(positions)
    for number in range(int(days / step) + 1):
        yield number * step, positions, velocities
        velocities += 0.5 * step * force
        positions += step * velocities
        force = accelerations(positions)
        velocities += 0.5 * step * force


def main():
    orbits = []
    first = None
    for time, positions, velocities in simulate(days=12 * 365, step=5.0):
        total = energy(positions, velocities)
        first = total if first is None else first
        orbits.append(positions.copy())
        if time % 730 == 0:
            print(f"year {time / 365:4.1f}: energy changed by {abs(total / first - 1):.1e}")
    assert abs(total / first - 1) < 1e-6

    orbits = np.stack(orbits)
    relative = orbits[:, 1:] - orbits[:, :1]
    distances = np.linalg.norm(relative, axis=2)
    angles = np.unwrap(np.arctan2(relative[..., 1], relative[..., 0]), axis=0)
    turned = np.degrees(angles[-1] - angles[0])
    print(f"\n{'planet':<10}{'nearest':>10}{'farthest':>10}{'turned by':>12}{'period':>12}")
    for i, name in enumerate(NAMES[1:]):
        period = 12 * 360 / turned[i]
        print(f"{name:<10}{distances[:, i].min():10.4f}{distances[:, i].max():10.4f}{turned[i]:11.2f}°{period:8.1f} years")

    crossings = np.flatnonzero(np.diff(np.sign(relative[:, 0, 1])) > 0)
    print(f"\nJupiter crossed the x axis upwards at days {(crossings * 5).tolist()}")
    momentum = MASSES @ velocities
    print("total momentum is zero:", np.allclose(momentum, 0, atol=1e-15))


if __name__ == "__main__":
    main()
