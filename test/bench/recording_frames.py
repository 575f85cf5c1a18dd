"""Frames for recording-forms.ts: `recording_frames.py NAME` writes 64 of them, RGB, one after the other.

cartpole: gymnasium's own. lander: drawn as LunarLander draws (flat ground and lander, smooth edges, fading sparks).
pixels: 160x210 of 16 colours that scroll, tiles full of detail: what packs worst of what looks like an Atari game.
"""

import math
import os
import random
import sys

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import gymnasium
import numpy as np
import pygame

FRAMES = 64


def cartpole():
    env = gymnasium.make("CartPole-v1", render_mode="rgb_array")
    env.reset(seed=1)
    for at in range(FRAMES):
        _, _, terminated, _, _ = env.step(at % 2)
        yield env.render()
        if terminated:
            env.reset()


def lander():
    rng = random.Random(1)
    width, height = 600, 400
    hills = [(at * width / 10, height - 60 - rng.random() * 80) for at in range(11)]
    sparks = []
    for at in range(FRAMES):
        surface = pygame.Surface((width, height))
        surface.fill((255, 255, 255))
        pygame.draw.polygon(surface, (0, 0, 0), [(0, 0), (width, 0), *hills[::-1]])
        x, y, angle = 300 + 80 * math.sin(at / 20), 60 + at * 3, 0.3 * math.sin(at / 9)
        sparks += [
            [x, y + 20, rng.gauss(0, 2), 4 + rng.random() * 3, 1.0] for _ in range(3)
        ]
        for spark in sparks:
            spark[0] += spark[2]
            spark[1] += spark[3]
            spark[4] -= 0.08
            light = max(0.2, spark[4])
            pygame.draw.circle(
                surface,
                (int(255 * light), int(127 * light), int(127 * light)),
                (int(spark[0]), int(spark[1])),
                4,
            )
        sparks = [spark for spark in sparks if spark[4] > 0]
        cos, sin = math.cos(angle), math.sin(angle)
        hull = [
            (x + a * cos - b * sin, y + a * sin + b * cos)
            for a, b in ((-14, -17), (-17, 0), (-17, 10), (17, 10), (17, 0), (14, -17))
        ]
        pygame.draw.polygon(surface, (128, 102, 230), hull)
        pygame.draw.aalines(surface, (77, 77, 128), True, hull)
        yield pygame.surfarray.array3d(surface).transpose(1, 0, 2)


def pixels():
    rng = np.random.default_rng(2)
    colours = rng.integers(0, 255, (16, 3))
    tiles = rng.integers(0, 16, (12, 8, 8))
    scene = np.block(
        [[tiles[rng.integers(0, 12)] for _ in range(20)] for _ in range(27)]
    )[:210]
    for at in range(FRAMES):
        frame = np.roll(scene, -2 * at, axis=1)
        frame[90:106, 70:86] = tiles[3].repeat(2, 0).repeat(2, 1)
        yield colours[frame]


for picture in {"cartpole": cartpole, "lander": lander, "pixels": pixels}[
    sys.argv[1]
]():
    sys.stdout.buffer.write(np.ascontiguousarray(picture, np.uint8).tobytes())
