"""Monte Carlo with numpy.random: pi, an option's price, the bootstrap, a random walk, shuffled cards.

Every generator is seeded, so the same numbers come out each time and on each machine.
"""
import math

import numpy as np
from numpy.random import MT19937, PCG64DXSM, Generator, Philox, SeedSequence, default_rng


def estimate_pi(rng, samples):
    x, y = rng.random((2, samples))
    inside = np.count_nonzero(x * x + y * y < 1)
    share = inside / samples
    return 4 * share, 4 * math.sqrt(share * (1 - share) / samples)


def option_price(rng, paths=50_000, steps=50, spot=100.0, strike=105.0, rate=0.03, volatility=0.2, years=1.0):
    """A European call on simulated paths, with antithetic variates; and Black-Scholes beside it."""
    dt = years / steps
    shocks = rng.standard_normal((paths // 2, steps))
    shocks = np.concatenate([shocks, -shocks])
    growth = (rate - volatility ** 2 / 2) * dt + volatility * math.sqrt(dt) * shocks
    final = spot * np.exp(growth.sum(axis=1))
    payoff = math.exp(-rate * years) * np.maximum(final - strike, 0)

    def normal(x):
        return 0.5 * (1 + math.erf(x / math.sqrt(2)))
    d1 = (math.log(spot / strike) + (rate + volatility ** 2 / 2) * years) / (volatility * math.sqrt(years))
    exact = spot * normal(d1) - strike * math.exp(-rate * years) * normal(d1 - volatility * math.sqrt(years))
    return payoff.mean(), payoff.std() / math.sqrt(paths), exact


def bootstrap(rng, data, rounds=2000):
    """A confidence interval for the median, by resampling."""
    samples = rng.choice(data, size=(rounds, data.size), replace=True)
    return np.percentile(np.median(samples, axis=1), [2.5, 50, 97.5])


def walk(rng, walkers=400, steps=1000):
    moves = rng.choice([-1, 1], size=(walkers, steps))
    places = moves.cumsum(axis=1)
    returned = (places == 0).any(axis=1).mean()
    return np.abs(places[:, -1]).mean(), places.max(), returned


def main():
    print("pi from more and more points:")
    for exponent in range(2, 7):
        value, error = estimate_pi(default_rng(exponent), 10 ** exponent)
        print(f"  10^{exponent}: {value:.5f} +- {error:.5f}  {'ok' if abs(value - math.pi) < 4 * error else 'far off'}")

    price, error, exact = option_price(default_rng(42))
    print(f"option: {price:.4f} +- {error:.4f}, exactly {exact:.4f}")
    low, middle, high = bootstrap(default_rng(1), default_rng(0).lognormal(size=200))
    print(f"median {middle:.4f}, between {low:.4f} and {high:.4f}")
    distance, farthest, returned = walk(default_rng(5))
    print(f"after 1000 steps {distance:.2f} away on average, at most {farthest}, {returned:.1%} came back")

    print("\nthe same seed in four generators:")
    for bits in (np.random.PCG64, PCG64DXSM, MT19937, Philox):
        rng = Generator(bits(SeedSequence(99)))
        print(f"  {bits.__name__:<10} {rng.integers(0, 100, 6)} {rng.normal():.6f} {rng.random(dtype=np.float32):.6f}")
    children = [default_rng(s).integers(1000) for s in SeedSequence(7).spawn(4)]
    print("independent streams start with", [int(c) for c in children])
    legacy = np.random.RandomState(1234)
    print("RandomState:", legacy.randint(0, 10, 5), legacy.rand(2).round(6))

    rng = default_rng(2)
    print("\ndistribution       mean  deviation")
    for name, *args in [("exponential", 2.0), ("gamma", 2.0, 1.5), ("poisson", 4.0), ("binomial", 20, 0.3), ("beta", 2, 5), ("chisquare", 3),
                        ("uniform", -1, 1), ("triangular", 0, 1, 4), ("geometric", 0.25), ("vonmises", 0, 2), ("weibull", 1.5), ("standard_t", 8)]:
        values = getattr(rng, name)(*args, size=20_000)
        print(f"  {name:<12}{values.mean():10.4f}{values.std():10.4f}")
    mean, covariance = [1, -2], [[2.0, 0.6], [0.6, 1.0]]
    points = rng.multivariate_normal(mean, covariance, size=5000)
    print("sample covariance", np.cov(points.T).round(3).tolist())
    print("dice:", rng.multinomial(600, [1 / 6] * 6), "without replacement:", rng.choice(10, 4, replace=False), rng.permutation(6))
    deck = np.arange(52)
    rng.shuffle(deck)
    print("hand:", [f"{'23456789TJQKA'[card % 13]}{'♣♦♥♠'[card // 13]}" for card in deck[:5]], "all there:", np.array_equal(np.sort(deck), np.arange(52)))
    state = rng.bit_generator.state
    first = rng.random(3)
    rng.bit_generator.state = state
    print("state restored:", np.array_equal(first, rng.random(3)))


if __name__ == "__main__":
    main()
