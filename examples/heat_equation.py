"""Heat flowing through a metal plate, by finite differences, with a picture of the end.

    heat_equation.py [picture.ppm]

The plate is held hot along the top, cold along the other edges, has a round hole that
is kept at zero and a heated bar inside. Writes the final temperatures as a colour picture
in PPM format, which every picture viewer opens.
"""
import sys

import numpy as np

SIZE = 120
ALPHA = 0.2          # diffusivity * time step / cell size squared; stable below 0.25
STEPS = 2000


def start():
    """The plate at time zero, and masks of the cells whose temperature is fixed."""
    plate = np.zeros((SIZE, SIZE))
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    hole = (x - 80) ** 2 + (y - 70) ** 2 < 15 ** 2
    bar = np.zeros_like(hole)
    bar[55:60, 15:50] = True
    plate[0] = 100.0 * np.sin(np.linspace(0, np.pi, SIZE))
    plate[bar] = 150.0
    return plate, hole, bar


def step(plate):
    """One step of the explicit scheme on the inside of the plate."""
    inside = plate[1:-1, 1:-1]
    neighbours = plate[:-2, 1:-1] + plate[2:, 1:-1] + plate[1:-1, :-2] + plate[1:-1, 2:]
    inside += ALPHA * (neighbours - 4 * inside)


def colours(plate):
    """Temperatures as red, green and blue: black, red, yellow, white."""
    heat = np.clip(plate / plate.max(), 0, 1)[..., np.newaxis]
    levels = np.array([0.0, 1 / 3, 2 / 3])
    return (255 * np.clip((heat - levels) * 3, 0, 1)).astype(np.uint8)


def write_ppm(path, image):
    height, width, _ = image.shape
    with open(path, "wb") as file:
        file.write(f"P6\n{width} {height}\n255\n".encode())
        file.write(image.tobytes())


def main():
    plate, hole, bar = start()
    print("step   mean     max of the lower half")
    for number in range(STEPS + 1):
        if number % 400 == 0:
            print(f"{number:4d} {plate.mean():8.4f} {plate[SIZE // 2:].max():8.4f}")
        step(plate)
        plate[hole] = 0.0
        plate[bar] = 150.0

    print("\ntemperatures down the middle, every tenth row:")
    print(np.array2string(plate[::10, SIZE // 2], precision=3, suppress_small=True))
    rows, columns = np.where(plate > 120)
    print(f"hotter than 120: {rows.size} cells, rows {rows.min()} to {rows.max()}, columns {columns.min()} to {columns.max()}")
    flow_y, flow_x = np.gradient(-plate)
    strongest = np.unravel_index(np.argmax(np.hypot(flow_x, flow_y)), plate.shape)
    print(f"strongest flow at row {strongest[0]}, column {strongest[1]}")
    histogram, edges = np.histogram(plate, bins=6, range=(0, 150))
    for count, low, high in zip(histogram, edges, edges[1:]):
        print(f"{low:5.0f} to {high:3.0f}: {count:6d} {'#' * (count // 200)}")

    path = sys.argv[1] if len(sys.argv) > 1 else "heat_equation.ppm"
    image = colours(plate)
    write_ppm(path, image)
    print(f"\nwrote {path}: {image.shape[1]} x {image.shape[0]} pixels, mean colour {image.mean(axis=(0, 1)).round(2)}")


if __name__ == "__main__":
    main()
