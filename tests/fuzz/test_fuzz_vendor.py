"""Bends the corpus and feeds it to the makers' wire modules: a value or Malformed, never anything else.

CAMCENSUS_FUZZ_ROUNDS says how many bent inputs each file gives; the default keeps CI short.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from probe.errors import Malformed
from probe.wire.dahua import parse_config, title_of, widgets_of
from probe.wire.isapi import parse_channel_name, parse_overlay

Bend = Callable[..., bytes]
CORPUS = Path(__file__).parent / "corpus" / "vendor"
ROUNDS = int(os.environ.get("CAMCENSUS_FUZZ_ROUNDS", "300"))


def read_isapi(received: bytes) -> None:
    for parse in (parse_overlay, parse_channel_name):
        try:
            parse(received)
        except Malformed:
            continue


def read_dahua(received: bytes) -> None:
    config = parse_config(received)
    title_of(config, 1)
    widgets_of(config, 0)


READERS: dict[str, Callable[[bytes], None]] = {".xml": read_isapi, ".txt": read_dahua}
PARTS = (
    b"<",
    b">",
    b"&",
    b"</",
    b"]]>",
    b"\r\n",
    b"=",
    b"[",
    b"].",
    b"table.",
    b"\xff\xfe",
    b"\x81\x30",
    b"|",
)


@pytest.mark.parametrize("file", sorted(CORPUS.iterdir()), ids=lambda file: file.name)
def test_a_bent_input_is_a_value_or_malformed(bent: Bend, file: Path) -> None:
    chance = random.Random(file.name)
    seed = file.read_bytes()
    for raw in (seed, *(bent(chance, seed, PARTS) for _ in range(ROUNDS))):
        try:
            READERS[file.suffix](raw)
        except Malformed:
            continue
