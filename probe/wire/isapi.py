"""What Hikvision's ISAPI says of the texts on a picture: <VideoOverlay>, in whichever namespace, or none."""

from __future__ import annotations

from dataclasses import dataclass

from probe.errors import Malformed
from probe.wire.isapi_xml import all_of, flag_of, said_of, text_of
from probe.wire.soap import Node, parse_document


@dataclass(frozen=True, slots=True)
class VideoOverlay:
    """`name` is the channel's name where the overlay repeats it. None: it does not say."""

    texts: tuple[str, ...]
    shows_clock: bool | None
    shows_name: bool | None
    name: str = ""


def parse_overlay(raw: bytes) -> VideoOverlay:
    """Return what is written over a channel's picture. Raise Malformed when it says nothing of that."""
    root = _root(raw, "videooverlay")
    lines = [one for one in all_of(root, "textoverlay") if flag_of(one, "enabled")]
    clock, title = next(all_of(root, "datetimeoverlay"), None), next(all_of(root, "channelnameoverlay"), None)
    return VideoOverlay(
        texts=tuple(text for one in lines if (text := text_of(one, "displaytext"))),
        shows_clock=bool(flag_of(clock, "enabled")) if clock is not None else None,
        shows_name=bool(flag_of(title, "enabled")) if title is not None else None,
        name=(text_of(title, "name") or text_of(title, "channelname")) if title is not None else "",
    )


def parse_channel_name(raw: bytes) -> str:
    """Return the name of a <VideoInputChannel> or <InputProxyChannel>; empty when it has none."""
    return text_of(_root(raw, "videoinputchannel", "inputproxychannel"), "name")


def _root(raw: bytes, *names: str) -> Node:
    root = parse_document(raw)
    if root.name.lower() not in names:
        # A refusal may come with 200: <ResponseStatus> names the reason in its subStatusCode.
        said = said_of(root)
        raise Malformed(f"ISAPI: <{root.name[:40]}>{f' {said}' if said else ''} instead of <{names[0]}>")
    return root
