"""The texts on a picture, by Dahua's CGI. 大华"""

from __future__ import annotations

from probe.model import Io
from probe.vendor.writing import Writing
from probe.wire.dahua import parse_config, title_of, widgets_of

_CONFIG = "/cgi-bin/configManager.cgi?action=getConfig&name={}"


async def fetch_writing(io: Io, number: int) -> Writing:
    """Return what is written over channel `number`, counted from 1 (the CGI's tables count from 0)."""
    widgets = widgets_of(parse_config(await io.get(_CONFIG.format("VideoWidget"))), number - 1)
    name = ""
    if widgets.shows_name:
        name = title_of(parse_config(await io.get(_CONFIG.format("ChannelTitle"))), number - 1)
    texts = tuple(dict.fromkeys(text for text in (name, *widgets.texts) if text))
    return Writing(texts, widgets.shows_clock, "CGI VideoWidget")
