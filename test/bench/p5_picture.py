"""The frames that P5 shows, ours and its peer's: a shaded picture, as a renderer makes them, in which one bar moves."""

import numpy as np


def picture(width: int, height: int) -> np.ndarray:
    """uint8, shape (height, width, 3)."""
    y, x = np.mgrid[0:height, 0:width] / (height, width)[0]
    waves = [
        np.sin(9 * x + 5 * y),
        np.sin(7 * y - 3 * x + 1),
        np.cos(6 * x * y),
    ]
    return np.stack([(127.5 + 127 * wave) for wave in waves], axis=2).astype(np.uint8)


def move(frame: np.ndarray, number: int) -> None:
    """The frame as the `number`-th one has it, in place."""
    frame[:, number % frame.shape[1]] ^= 255
