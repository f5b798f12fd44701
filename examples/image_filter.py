"""Filters a picture with plain array tools: strides, einsum, broadcasting, and a PNG writer in twenty lines.

    image_filter.py [picture.png]
"""
import struct
import sys
import zlib

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

KERNELS = {
    "blur": np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256,
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
}


def picture(size=128):
    """A test picture: a gradient, a disc, stripes and some noise."""
    y, x = np.ogrid[:size, :size]
    image = np.zeros((size, size, 3))
    image[..., 0] = x / size
    image[..., 1] = y / size
    disc = (x - size * 0.35) ** 2 + (y - size * 0.4) ** 2 < (size * 0.25) ** 2
    image[disc] = [0.9, 0.8, 0.2]
    image[size * 3 // 4:, :, 2] = (np.arange(size) // 8 % 2)
    noise = np.random.default_rng(3).normal(scale=0.03, size=image.shape)
    return np.clip(image + noise, 0, 1)


def convolve(image, kernel):
    """Every window of the picture times the kernel, in one einsum over a view."""
    height, width = kernel.shape
    padded = np.pad(image, [(height // 2, height // 2), (width // 2, width // 2), (0, 0)], mode="reflect")
    windows = sliding_window_view(padded, kernel.shape, axis=(0, 1))
    return np.einsum("yxcij,ij->yxc", windows, kernel[::-1, ::-1])


def median(image, size=3):
    padded = np.pad(image, [(size // 2,) * 2, (size // 2,) * 2, (0, 0)], mode="edge")
    windows = sliding_window_view(padded, (size, size), axis=(0, 1))
    return np.median(windows, axis=(-2, -1))


def shrink(image, factor):
    """Averages blocks, seen through a five-dimensional view of the same memory."""
    height, width, channels = image.shape
    blocks = as_strided(image, (height // factor, factor, width // factor, factor, channels),
                        (image.strides[0] * factor, image.strides[0], image.strides[1] * factor, image.strides[1], image.strides[2]))
    return blocks.mean(axis=(1, 3))


def sobel(image):
    grey = np.einsum("yxc,c->yx", image, [0.299, 0.587, 0.114])
    across = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    windows = sliding_window_view(np.pad(grey, 1, mode="edge"), (3, 3))
    dx, dy = np.tensordot(windows, across), np.tensordot(windows, across.T)
    return np.hypot(dx, dy), np.arctan2(dy, dx)


def write_png(path, image):
    pixels = (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)
    height, width, _ = pixels.shape
    lines = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, -1)], axis=1)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines.tobytes())) + chunk(b"IEND", b""))


def describe(name, image):
    print(f"{name:<9} {str(image.shape):<14} mean {image.mean():8.5f}  deviation {image.std():.5f}  range {image.min():7.4f} to {image.max():.4f}")


def main():
    image = picture()
    describe("original", image)
    results = {name: convolve(image, kernel) for name, kernel in KERNELS.items()}
    results["median"] = median(image)
    for name, result in results.items():
        describe(name, result)
    small = shrink(image, 4)
    describe("shrunk", small)
    print("the same as a reshape:", np.allclose(small, image.reshape(32, 4, 32, 4, 3).mean(axis=(1, 3))))

    strength, direction = sobel(image)
    edges = strength > 1.5
    print(f"edge pixels: {edges.sum()}, mostly facing {np.degrees(np.median(direction[edges])):.1f} degrees")
    histogram = np.bincount((image[..., 0] * 15.999).astype(int).ravel(), minlength=16)
    print("red histogram:", histogram)
    order = np.lexsort((image[..., 1].ravel(), image[..., 0].round(1).ravel()))
    print("pixel with the least red, then green:", divmod(int(order[0]), image.shape[1]))

    sheet = np.concatenate([image, results["blur"], np.clip(results["edges"], 0, 1), np.rot90(results["sharpen"], 2)], axis=1)
    path = sys.argv[1] if len(sys.argv) > 1 else "image_filter.png"
    write_png(path, sheet)
    print(f"wrote {path}: {sheet.shape[1]} x {sheet.shape[0]} pixels")


if __name__ == "__main__":
    main()
