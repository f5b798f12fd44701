"""Finds the tones in a noisy signal: windows, the FFT, Welch's averaging and a filter."""
import numpy as np

RATE = 8000
TONES = [(440.0, 1.0), (1234.5, 0.25), (1250.0, 0.05), (2999.0, 0.4)]


def make_signal(seconds=2.0, seed=11):
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * RATE)) / RATE
    signal = sum(amplitude * np.sin(2 * np.pi * frequency * t) for frequency, amplitude in TONES)
    return t, signal + rng.normal(scale=0.2, size=t.size)


def peaks(frequencies, power, count):
    """The strongest local maxima, refined by a parabola through three points."""
    inside = power[1:-1]
    candidates = np.flatnonzero((inside > power[:-2]) & (inside >= power[2:])) + 1
    best = candidates[np.argsort(power[candidates])[::-1][:count]]
    for i in sorted(best):
        left, middle, right = np.log(power[i - 1:i + 2])
        shift = 0.5 * (left - right) / (left - 2 * middle + right)
        yield frequencies[i] + shift * (frequencies[1] - frequencies[0]), power[i]


def welch(signal, window, overlap=0.5):
    """Power averaged over overlapping pieces, taken as a strided view without copying."""
    size = window.size
    step = int(size * (1 - overlap))
    pieces = np.lib.stride_tricks.sliding_window_view(signal, size)[::step]
    spectra = np.abs(np.fft.rfft(pieces * window, axis=1)) ** 2
    return np.fft.rfftfreq(size, 1 / RATE), spectra.mean(axis=0) / (window ** 2).sum() / RATE


def main():
    t, signal = make_signal()
    print(f"{signal.size} samples, rms {np.sqrt(np.mean(signal ** 2)):.4f}")

    windows = {"rectangle": np.ones(signal.size), "Hann": np.hanning(signal.size),
               "Hamming": np.hamming(signal.size), "Blackman": np.blackman(signal.size), "Kaiser": np.kaiser(signal.size, 8.6)}
    frequencies = np.fft.rfftfreq(signal.size, 1 / RATE)
    for name, window in windows.items():
        amplitude = 2 * np.abs(np.fft.rfft(signal * window)) / window.sum()
        found = [f"{f:8.2f} Hz ({a:.3f})" for f, a in peaks(frequencies, amplitude, 4)]
        print(f"{name:<10}", " ".join(found))

    frequencies, density = welch(signal, np.hanning(1024))
    noise_floor = np.median(density)
    print(f"\nWelch: {density.size} bins, noise floor {10 * np.log10(noise_floor):.2f} dB, "
          f"expected {10 * np.log10(0.2 ** 2 * 2 / RATE / 2):.2f} dB")
    bands = np.add.reduceat(density, np.arange(0, density.size - 1, 64))
    for i, power in enumerate(bands):
        print(f"{i * 500:5d} Hz {'#' * int(6 * (np.log10(power) + 5.5))}")

    spectrum = np.fft.rfft(signal)
    f = np.fft.rfftfreq(signal.size, 1 / RATE)
    spectrum[(f < 1000) | (f > 2000)] = 0
    filtered = np.fft.irfft(spectrum, signal.size)
    print(f"\nafter a band pass of 1 to 2 kHz: rms {np.sqrt(np.mean(filtered ** 2)):.4f}, of which tones {np.sqrt((0.25 ** 2 + 0.05 ** 2) / 2):.4f}")

    parseval = np.sum(np.abs(np.fft.fft(signal)) ** 2) / signal.size
    print("Parseval holds:", np.isclose(parseval, np.sum(signal ** 2)))
    kernel = np.hanning(31) / np.hanning(31).sum()
    direct = np.convolve(signal, kernel, mode="full")
    size = signal.size + kernel.size - 1
    by_fft = np.fft.irfft(np.fft.rfft(signal, size) * np.fft.rfft(kernel, size), size)
    print("convolution theorem holds:", np.allclose(direct, by_fft))
    image = np.outer(np.hanning(16), np.hanning(16))
    print("2-D round trip:", np.allclose(np.fft.ifft2(np.fft.fft2(image)).real, image), np.fft.fftshift(np.arange(6)).tolist())
    lag = np.argmax(np.correlate(signal[:4000], signal[100:3100], mode="valid"))
    print("a piece of the signal is found again at sample", lag)


if __name__ == "__main__":
    main()
