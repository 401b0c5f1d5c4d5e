"""Pictures of pages in few colours: the browser reads its own PNG, we write it with a palette (PNG spec, 11)."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
from playwright.sync_api import Page

MAGIC = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
STEP = 8
"""Colours that differ by less are one: pages are drawn in few, the rest is the smoothing of letters."""

READ = """async (picture) => {
  const bytes = Uint8Array.from(atob(picture), (char) => char.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const {data} = canvas.getImageData(0, 0, image.width, image.height);
  const url = await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(new Blob([data]));
  });
  return [image.width, image.height, url.split(",")[1]];
}"""


def few_colours(blank: Page, picture: bytes) -> bytes:
    """The same picture with at most COLOURS colours; `blank` is a page without a policy of its own."""
    width, height, data = blank.evaluate(READ, base64.b64encode(picture).decode())
    pixels = np.frombuffer(base64.b64decode(data), dtype=np.uint8).reshape(-1, 4)[:, :3].astype(np.int64)
    coarse = pixels // STEP
    keys = (coarse[:, 0] << 16) | (coarse[:, 1] << 8) | coarse[:, 2]
    _, first, where, many = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    # A mark is small but its colour means something: what is colourful counts for more than the smoothing in grey.
    spread = pixels[first].max(axis=1) - pixels[first].min(axis=1)
    palette = pixels[first[np.argsort(-many * (8 + spread))[:COLOURS]]]
    nearest = np.array([np.abs(palette - pixels[at]).sum(axis=1).argmin() for at in first], dtype=np.uint8)
    rows = nearest[where.reshape(-1)].reshape(height, width)
    lines = b"".join(b"\0" + row.tobytes() for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", palette.astype(np.uint8).tobytes()), (b"IDAT", zlib.compress(lines, 9)))
    return MAGIC + b"".join(_chunk(name, data) for name, data in (*parts, (b"IEND", b"")))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
