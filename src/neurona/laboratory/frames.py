"""Binary frames: a header, then sections, each a small array of one view. Little-endian.

Header (32 bytes): "NL", version u8, flags u8, sequence u32, branch u16, sections u16, epoch u32,
step u32, engine time ms u32, live epoch u32, 4 bytes 0.
Section (24 bytes): view u8, dtype u8, rank u8, slot u8, shape 3 x u16, 2 bytes 0, low f32, high
f32, bytes u32; then the payload, padded to 4 bytes. A u8 value v means low + (high - low) v / 255.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

VERSION = 1
HEADER = struct.Struct("<2sBBIHHIIII4x")
SECTION = struct.Struct("<BBBB3H2xffI")
LARGEST_FRAME = 256_000
PAST, PAUSED, ENDED, COARSER = 1, 2, 4, 8
"""Flags: a moment of the past, training is paused, it has ended, coarser than was asked for."""

VIEW_CODES = {"curve": 1, "weights": 2, "field": 3, "units": 4, "layers": 5, "points": 6}
VIEW_NAMES = {code: name for name, code in VIEW_CODES.items()}
DTYPES = ("u1", "<i4", "<f4")

INPUTS = 127
"""The slot of the inputs' thumbnails."""

CURVE_FIELDS = ("epoch", "loss", "val_loss", "score", "rate", "gradient_norm", "seconds")
LAYER_FIELDS = ("gradient_norm", "update_ratio", "saturated", "dead", "weight_norm")


@dataclass(frozen=True)
class Section:
    """An array of a view: uint8 between `low` and `high`, int32 or float32, of rank 1 to 3.

    Slots. curve: 0 adds rows of CURVE_FIELDS, 1 replaces all. weights: 0 parameters, 1 of a large
    network a histogram of each layer, 2 and 3 the sizes and parameters of the part of a large
    network that is looked at. field: 0 a grid (rows go up along the second axis) of the output, of
    the second class's probability, or, of more classes, of the winner's number (low 0, high 255); 1
    the winner's probability; 2 the curve (x, outputs) over one input. units: k the thumbnails of
    layer k (units, g, g), 128 + k their lows and highs (units, 2), INPUTS in the place of k those
    of the inputs. layers: 0 rows of LAYER_FIELDS. points: 0 the outputs of the shown rows, 1 the
    confusion (true, predicted) of all scored rows, 2 a histogram of the errors of 32 bins between
    low and high.
    """

    view: str
    slot: int
    data: np.ndarray[Any, Any]
    low: float = 0.0
    high: float = 255.0

    def packed(self) -> bytes:
        """Return it as bytes."""
        data = np.ascontiguousarray(self.data)
        code = {"u": 0, "i": 1, "f": 2}[data.dtype.kind]
        payload = data.astype(DTYPES[code], copy=False).tobytes()
        shape = (*data.shape, 1, 1, 1)[:3]
        head = SECTION.pack(
            VIEW_CODES[self.view], code, data.ndim, self.slot, *shape, self.low, self.high,
            len(payload),
        )  # fmt: skip
        return head + payload + bytes(-len(payload) % 4)


@dataclass(frozen=True)
class Frame:
    """What is drawn at one moment: `epoch` and `step` of `branch`, while training is at `live`."""

    sequence: int
    branch: int
    epoch: int
    step: int
    live: int
    milliseconds: int
    flags: int
    sections: tuple[Section, ...]

    def packed(self) -> bytes:
        """Return it as bytes; sections that would make it too large are left out, and flagged."""
        parts: list[bytes] = []
        size, flags = HEADER.size, self.flags
        for section in self.sections:
            part = section.packed()
            if size + len(part) > LARGEST_FRAME:
                flags |= COARSER
                continue
            parts.append(part)
            size += len(part)
        head = HEADER.pack(
            b"NL", VERSION, flags, self.sequence & 0xFFFFFFFF, self.branch, len(parts), self.epoch,
            self.step, self.milliseconds & 0xFFFFFFFF, self.live,
        )  # fmt: skip
        return b"".join((head, *parts))


def unpack(data: bytes) -> Frame:
    """Return the frame of its bytes; ValueError if they are none."""
    try:
        mark, version, flags, sequence, branch, count, epoch, step, ms, live = HEADER.unpack_from(
            data
        )
        if mark != b"NL" or version != VERSION:
            raise ValueError("These bytes are no frame.")
        return Frame(sequence, branch, epoch, step, live, ms, flags, tuple(_sections(data, count)))
    except (struct.error, KeyError, IndexError) as error:
        raise ValueError(f"These bytes are no frame: {error}.") from None


def _sections(data: bytes, count: int) -> Iterable[Section]:
    place = HEADER.size
    for _ in range(count):
        view, code, rank, slot, *shape, low, high, size = SECTION.unpack_from(data, place)
        place += SECTION.size
        values = np.frombuffer(data[place : place + size], DTYPES[code])
        yield Section(VIEW_NAMES[view], slot, values.reshape(shape[:rank]), low, high)
        place += size + -size % 4
