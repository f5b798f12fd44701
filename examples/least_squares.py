"""Fits a model to noisy measurements: linear least squares four ways, then Gauss-Newton.

The linear part recovers the terms of a trend with a yearly season; the nonlinear part
fits a decaying oscillation. Each solution is checked against another method.
"""
import numpy as np


def design_matrix(months):
    """Columns: constant, slope, curvature, and the sine and cosine of a year."""
    angle = 2 * np.pi * months / 12
    return np.column_stack([np.ones_like(months), months, months ** 2, np.sin(angle), np.cos(angle)])


def solutions(A, b):
    """The same least-squares problem by four roads."""
    yield "lstsq", np.linalg.lstsq(A, b, rcond=None)[0]
    yield "normal equations", np.linalg.solve(A.T @ A, A.T @ b)
    Q, R = np.linalg.qr(A)
    yield "QR", np.linalg.solve(R, Q.T @ b)
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    yield "SVD", Vt.T @ ((U.T @ b) / s)


def linear():
    rng = np.random.default_rng(2024)
    months = np.arange(120, dtype=float)
    truth = np.array([315.0, 0.11, 0.0004, 2.8, -1.5])
    A = design_matrix(months)
    b = A @ truth + rng.normal(scale=0.3, size=months.size)

    results = dict(solutions(A, b))
    best = results["lstsq"]
    for name, x in results.items():
        print(f"{name:<17} {np.array2string(x, precision=4, suppress_small=True)}  agrees: {np.allclose(x, best, rtol=1e-8)}")

    residual = b - A @ best
    variance = residual @ residual / (len(b) - len(best))
    covariance = variance * np.linalg.inv(A.T @ A)
    errors = np.sqrt(np.diag(covariance))
    print("\nparameter    true     found   +- error")
    for name, true, found, error in zip(["constant", "slope", "curvature", "sine", "cosine"], truth, best, errors):
        print(f"{name:<10}{true:9.4f}{found:10.4f}{error:10.4f}  {'ok' if abs(found - true) < 3 * error else 'OUTSIDE'}")
    print(f"residual deviation {np.sqrt(variance):.4f}, R squared {1 - residual.var() / b.var():.5f}")
    print(f"rank {np.linalg.matrix_rank(A)}, condition number {np.linalg.cond(A):.3e}")

    values, vectors = np.linalg.eigh(covariance)
    print("covariance rebuilt from eigenvectors:", np.allclose(vectors @ np.diag(values) @ vectors.T, covariance))
    L = np.linalg.cholesky(A.T @ A)
    print("Cholesky factor is lower triangular:", np.array_equal(L, np.tril(L)), f"log det {2 * np.log(np.diag(L)).sum():.6f}")
    sign, logdet = np.linalg.slogdet(A.T @ A)
    print(f"slogdet {sign:.0f} {logdet:.6f}")


def model(p, t):
    amplitude, decay, frequency, phase = p
    return amplitude * np.exp(-decay * t) * np.cos(frequency * t + phase)


def jacobian(p, t):
    amplitude, decay, frequency, phase = p
    envelope, angle = np.exp(-decay * t), frequency * t + phase
    return np.stack([envelope * np.cos(angle), -t * amplitude * envelope * np.cos(angle),
                     -t * amplitude * envelope * np.sin(angle), -amplitude * envelope * np.sin(angle)], axis=1)


def nonlinear():
    rng = np.random.default_rng(7)
    t = np.linspace(0, 10, 200)
    truth = np.array([2.5, 0.3, 4.0, 0.5])
    y = model(truth, t) + rng.normal(scale=0.05, size=t.size)
    p = np.array([2.0, 0.2, 3.9, 0.3])
    print("\niteration  residual   parameters")
    for iteration in range(8):
        r = y - model(p, t)
        print(f"{iteration:5d} {np.linalg.norm(r):12.6f}   {np.round(p, 4)}")
        change, *_ = np.linalg.lstsq(jacobian(p, t), r, rcond=None)
        p = p + change
        if np.linalg.norm(change) < 1e-8:
            print(f"converged after {iteration + 1} steps, off by at most {np.abs(p - truth).max():.3f}")
            break
    try:
        np.linalg.inv(np.ones((3, 3)))
    except np.linalg.LinAlgError as error:
        print("as it should be:", error)


if __name__ == "__main__":
    linear()
    nonlinear()
