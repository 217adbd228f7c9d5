"""What Hikvision's ISAPI says of the texts on a picture: <VideoOverlay>, in whichever namespace, or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from probe.errors import Malformed
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
    lines = [one for one in _all(root, "textoverlay") if _is_enabled(one)]
    clock, title = next(_all(root, "datetimeoverlay"), None), next(_all(root, "channelnameoverlay"), None)
    return VideoOverlay(
        texts=tuple(text for one in lines if (text := _text(one, "displaytext"))),
        shows_clock=_is_enabled(clock) if clock is not None else None,
        shows_name=_is_enabled(title) if title is not None else None,
        name=(_text(title, "name") or _text(title, "channelname")) if title is not None else "",
    )


def parse_channel_name(raw: bytes) -> str:
    """Return the name of a <VideoInputChannel> or <InputProxyChannel>; empty when it has none."""
    return _text(_root(raw, "videoinputchannel", "inputproxychannel"), "name")


def _root(raw: bytes, *names: str) -> Node:
    root = parse_document(raw)
    if root.name.lower() not in names:
        # A refusal may come with 200: <ResponseStatus> names the reason in its subStatusCode.
        said = root.text("subStatusCode") or root.text("statusString")
        raise Malformed(f"ISAPI: <{root.name[:40]}>{f' {said[:80]}' if said else ''} instead of <{names[0]}>")
    return root


def _all(node: Node, name: str) -> Iterator[Node]:
    """Yield the descendants of a name, written as it may be: dateTimeOverlay and DateTimeOverlay are met."""
    for child in node.children():
        if child.name.lower() == name:
            yield child
        else:
            yield from _all(child, name)


def _text(node: Node, name: str) -> str:
    found = next((child for child in node.children() if child.name.lower() == name), None)
    return " ".join((found.element.text or "").split()) if found is not None else ""


def _is_enabled(node: Node) -> bool:
    return _text(node, "enabled").lower() in ("true", "1")
