"""A photo for the demo, drawn by code: exit tickets on a table. Nobody's handwriting, nobody's face."""

import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 720, 480  # pixels
_PNG = b"\x89PNG\r\n\x1a\n"
_LINES = 5
_PAPER, _PEN, _WOOD = (250.0, 247.0, 238.0), (38.0, 58.0, 120.0), (168.0, 124.0, 84.0)

Pixels = NDArray[np.float64]


@dataclass(frozen=True)
class _Card:
    """One ticket: its middle and turn in pixels and radians, and how many of its lines are written on."""

    x: float
    y: float
    turn: float
    written: int


_CARDS = (
    _Card(140, 130, -0.12, 4), _Card(360, 120, 0.06, 5), _Card(580, 135, 0.15, 2),
    _Card(150, 340, 0.09, 5), _Card(370, 350, -0.05, 1), _Card(585, 345, -0.16, 3),
)  # fmt: skip


def exit_tickets() -> bytes:
    """Return the picture as a PNG; the same bytes each time."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    grain = 10 * np.sin(y / 7 + 2 * np.sin(x / 90)) + 6 * np.sin(y / 2.3 + x / 140)
    image = np.stack([part + grain for part in _WOOD], axis=-1)
    for number, card in enumerate(_CARDS):
        _lay(image, x, y, card, number)
    light = 1.08 - 0.3 * np.hypot((x - WIDTH * 0.35) / WIDTH, (y - HEIGHT * 0.3) / HEIGHT)
    return _png(np.clip(image * light[..., None], 0, 255).astype(np.uint8))


def _lay(image: Pixels, x: Pixels, y: Pixels, card: _Card, number: int) -> None:
    """Draw one ticket with its shadow, ruled lines and a pen's waves upon them into *image*."""
    along, down = _on(card, x, y)
    shadow_along, shadow_down = _on(card, x - 6, y - 8)
    image[(abs(shadow_along) < 92) & (abs(shadow_down) < 68)] *= 0.68
    paper = (abs(along) < 92) & (abs(down) < 68)
    image[paper] = _PAPER
    for line in range(_LINES):
        rule = down - (-44 + 24 * line)
        image[paper & (abs(rule) < 0.7) & (abs(along) < 80)] = (198, 208, 222)
        ends = 74 - (29 * line + 17 * number) % 60
        wave = rule + 6 + 4.5 * np.sin(along / 2.7 + line) * np.sin(along / 11 + number) ** 2
        words = np.sin(along / 9 + 2 * line + number) > -0.82  # gaps between them
        image[paper & (line < card.written) & (abs(wave) < 1.3) & (along > -78) & (along < ends) & words] = (
            _PEN
        )


def _on(card: _Card, x: Pixels, y: Pixels) -> tuple[Pixels, Pixels]:
    """Return where each pixel lies on a card, from its middle: along its lines, and down."""
    cos, sin = np.cos(card.turn), np.sin(card.turn)
    return (x - card.x) * cos + (y - card.y) * sin, (y - card.y) * cos - (x - card.x) * sin


def _png(image: NDArray[np.uint8]) -> bytes:
    height, width, _colours = image.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), image.reshape(height, -1)], axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return _PNG + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )
