"""What an ONVIF device says about its pictures: profiles, sources, addresses, overlays; Media1 and Media2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from probe.errors import Malformed
from probe.wire.soap import Node, Reply


@dataclass(frozen=True, slots=True)
class VideoEncoder:
    """A declared encoder. Zeroes stay as they were said; None is what was not said."""

    token: str
    codec: str  # H264 H265 JPEG MPEG4, another word as it stands, or empty where it is hidden
    width: int | None
    height: int | None
    fps: float | None
    kbps: int | None


@dataclass(frozen=True, slots=True)
class MediaProfile:
    """`source` is the token of the video source, `source_configuration` that of its configuration."""

    token: str
    name: str
    source: str
    source_configuration: str
    source_name: str
    encoder: VideoEncoder | None


@dataclass(frozen=True, slots=True)
class VideoSource:
    token: str
    width: int | None
    height: int | None
    fps: float | None


@dataclass(frozen=True, slots=True)
class Overlay:
    """An OSD: fixed text, or a clock (`shows_time`). `source_configuration` tells the picture it lies on."""

    token: str
    source_configuration: str
    text: str
    shows_time: bool


def parse_profiles(reply: Reply) -> tuple[MediaProfile, ...]:
    """Return the profiles of a GetProfilesResponse of either media service, those without encoder too."""
    if reply.operation != "GetProfilesResponse":
        raise Malformed(f"{reply.operation[:40] or 'nothing'} instead of GetProfilesResponse")
    return tuple(_profile(node) for node in reply.findall("Profiles"))


def parse_video_sources(reply: Reply) -> tuple[VideoSource, ...]:
    """Return the video sources of Media1; DeviceIO gives bare tokens in Token elements."""
    sources = tuple(
        VideoSource(
            token=node.get("token"),
            width=_whole(node.text("Resolution", "Width")),
            height=_whole(node.text("Resolution", "Height")),
            fps=_real(node.text("Framerate")),
        )
        for node in reply.findall("VideoSources")
    )
    bare = (node.element.text or "" for node in reply.findall("Token"))
    return sources or tuple(VideoSource(token.strip(), None, None, None) for token in bare if token.strip())


def parse_video_encoders(reply: Reply) -> tuple[VideoEncoder, ...]:
    """Return the configurations of GetVideoEncoderConfiguration(s) of either media service."""
    singular = reply.findall("Configuration")
    return tuple(_encoder(node) for node in (*reply.findall("Configurations"), *singular))


def parse_uri_answer(reply: Reply) -> str:
    """Return the URI of GetStreamUri or GetSnapshotUri as it was said. Raise Malformed when there is none."""
    uri = reply.text("Uri")
    if not uri:
        raise Malformed("an answer without a Uri")
    return uri


def parse_overlays(reply: Reply) -> tuple[Overlay, ...]:
    return tuple(_overlay(node) for node in reply.findall("OSDs"))


def codec_word(said: str) -> str:
    """Return H264 H265 JPEG or MPEG4 for the ways devices spell them, and other words as they stand."""
    plain = re.sub(r"[\s._-]", "", said).upper()
    for word, spellings in _CODECS.items():
        if plain in spellings:
            return word
    return said.strip()[:20]


_CODECS = {
    "H264": ("H264", "AVC", "H264+", "H264B", "H264H", "X264"),
    "H265": ("H265", "HEVC", "H265+", "X265"),
    "JPEG": ("JPEG", "MJPEG", "MJPG", "JPG"),
    "MPEG4": ("MPEG4", "MPV4ES", "MP4V", "MP4VES"),
}


def _profile(node: Node) -> MediaProfile:
    configuration = node.find("VideoSourceConfiguration") or node.find("Configurations", "VideoSource")
    encoder = node.find("VideoEncoderConfiguration") or node.find("Configurations", "VideoEncoder")
    return MediaProfile(
        token=node.get("token"),
        name=_child_text(node, "Name"),
        source=configuration.text("SourceToken") if configuration else "",
        source_configuration=configuration.get("token") if configuration else "",
        source_name=_child_text(configuration, "Name") if configuration else "",
        encoder=_encoder(encoder) if encoder else None,
    )


def _encoder(node: Node) -> VideoEncoder:
    return VideoEncoder(
        token=node.get("token"),
        codec=codec_word(_child_text(node, "Encoding")),
        width=_whole(node.text("Resolution", "Width")),
        height=_whole(node.text("Resolution", "Height")),
        fps=_real(node.text("RateControl", "FrameRateLimit")),
        kbps=_whole(node.text("RateControl", "BitrateLimit")),
    )


def _overlay(node: Node) -> Overlay:
    token_node = next(node.children("VideoSourceConfigurationToken"), None)
    words = next(node.children("TextString"), None)
    kind = _child_text(words, "Type").lower() if words else ""
    return Overlay(
        token=node.get("token"),
        source_configuration=(token_node.element.text or "").strip() if token_node else "",
        text=words.text("PlainText") if words else "",
        shows_time=kind in ("date", "time", "dateandtime"),
    )


def _child_text(node: Node, name: str) -> str:
    return next(_texts(node, name), "")


def _texts(node: Node, name: str) -> Iterator[str]:
    for child in node.children(name):
        yield (child.element.text or "").strip()


def _whole(text: str) -> int | None:
    number = _real(text)
    return None if number is None else int(number)


def _real(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[0-9]{1,10}(?:\.[0-9]{1,6})?", text) else None
