"""What Dahua's CGI says of the texts on a picture: lines of `table.Key[0].Sub=value`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from probe.errors import Malformed
from probe.wire.xml_repair import decoded

MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Widgets:
    """What is written over one channel's picture. None: it does not say."""

    texts: tuple[str, ...]
    shows_clock: bool | None
    shows_name: bool | None


def parse_config(raw: bytes) -> dict[str, str]:
    """Return key → value, without `table.`. Raise Malformed for `Error` and for what has no such line."""
    if len(raw) > MOST_BYTES:
        raise Malformed(f"an answer of {len(raw)} bytes")
    lines = [line.strip() for line in decoded(raw).splitlines()]
    pairs = (line.partition("=") for line in lines)
    config = {key.strip().removeprefix("table."): value for key, equals, value in pairs if equals}
    if not any(_KEY.match(key) for key in config):
        # "Error: Bad Request!" comes with status 200 too.
        said = " ".join(line for line in lines if line)[:80]
        raise Malformed(f"CGI: {said!r} instead of a table")
    return config


def widgets_of(config: Mapping[str, str], channel: int) -> Widgets:
    """Return the overlays of a channel, counted from 0. Raise Malformed when it does not tell of it."""
    own = {
        key.partition("].")[2]: value
        for key, value in config.items()
        if key.startswith(f"VideoWidget[{channel}].")
    }
    if not own:
        raise Malformed(f"CGI: VideoWidget tells nothing of channel {channel}")
    texts = [
        part.strip()
        for key, value in own.items()
        if (found := _CUSTOM_TEXT.fullmatch(key)) and _flag(own.get(f"{found[1]}.EncodeBlend"))
        for part in value.split("|")  # its line break
    ]
    return Widgets(
        texts=tuple(text for text in texts if text),
        shows_clock=_flag(own.get("TimeTitle.EncodeBlend")),
        shows_name=_flag(own.get("ChannelTitle.EncodeBlend")),
    )


def title_of(config: Mapping[str, str], channel: int) -> str:
    """Return the name of a channel, counted from 0; empty when it has none."""
    return config.get(f"ChannelTitle[{channel}].Name", "").strip()


_KEY = re.compile(r"[A-Za-z]\w*\[\d+\]\.")
_CUSTOM_TEXT = re.compile(r"(CustomTitle\[\d+\])\.Text")


def _flag(said: str | None) -> bool | None:
    return None if said is None else said.strip().lower() in ("true", "1")
