"""SDP as cameras write it: bytes ⇄ values, and the video track in it. RFC 4566, RFC 2326 appendix C."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

from probe.errors import Malformed
from probe.wire.charset import eight_bit

Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Media:
    """One m= section. `lines` are what follows it, in order, as (letter, text)."""

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    lines: Lines = ()

    def attribute(self, name: str) -> str | None:
        return _attribute(self.lines, name)

    @property
    def control(self) -> str:
        return (self.attribute("control") or "").strip()

    @property
    def payload_type(self) -> int | None:
        numbers = [int(text) for text in self.formats if re.fullmatch(r"\d{1,3}", text)]
        return numbers[0] if numbers and numbers[0] < 128 else None

    @property
    def rtpmap(self) -> str:
        """Return `NAME/clock…` of the first payload type, or the name RFC 3551 gives it, or nothing."""
        if (number := self.payload_type) is None:
            return ""
        return _mapped(self.lines, "rtpmap", number) or _STATIC.get(number, "")


@dataclass(frozen=True, slots=True)
class Sdp:
    """`lines` stand before the first m= line. `strange` are m= lines that name no media."""

    lines: Lines = ()
    media: tuple[Media, ...] = ()
    strange: tuple[str, ...] = ()

    @property
    def origin(self) -> str | None:
        return next((text for letter, text in self.lines if letter == "o"), None)

    @property
    def session_name(self) -> str | None:
        return next((text for letter, text in self.lines if letter == "s"), None)

    @property
    def control(self) -> str:
        return (_attribute(self.lines, "control") or "").strip()


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """What is needed to receive the video. `declared_*` is what the SDP says, never a measurement."""

    codec: str  # H264 H265 JPEG MPEG4
    payload_type: int
    clock_hz: int
    control: str
    parameter_sets: tuple[bytes, ...] = ()  # H.264/H.265: NAL units; MPEG4: the configuration
    declared_width: int | None = None
    declared_height: int | None = None


def parse_sdp(received: bytes) -> Sdp:
    """Return what the SDP says; nothing is required of it but lines. Raise Malformed when there are none."""
    lines: list[tuple[str, str]] = []
    media: list[Media] = []
    strange: list[str] = []
    for raw in re.split(r"[\r\n]+", eight_bit(received)[0]):
        found = _LINE.fullmatch(raw)
        if not found:
            continue  # Uniview and clones put banners and half lines here; what is readable is kept.
        letter, text = found[1], found[2]
        if letter == "m":
            if (opened := _parse_media(text)) is None:
                strange.append(text)
                media.append(Media("", 0, "", ()))  # keeps its lines away from the media before it
            else:
                media.append(opened)
        elif media:
            media[-1] = _with_line(media[-1], letter, text)
        else:
            lines.append((letter, text))
    if not lines and not media:
        raise Malformed("SDP: no line that can be read")
    return Sdp(tuple(lines), tuple(one for one in media if one.kind), tuple(strange))


def format_sdp(sdp: Sdp) -> bytes:
    """Return the bytes of an SDP, lines as they stand."""
    text = [f"{letter}={value}" for letter, value in sdp.lines]
    for media in sdp.media:
        text.append(f"m={media.kind} {media.port} {media.protocol} {' '.join(media.formats)}".rstrip())
        text += [f"{letter}={value}" for letter, value in media.lines]
    text += [f"m={value}" for value in sdp.strange]
    return "".join(f"{line}\r\n" for line in text).encode()


def video_track(sdp: Sdp) -> VideoTrack | None:
    """Return the first video that names a codec we read; None when there is no such video."""
    for media in sdp.media:
        number = media.payload_type
        if media.kind.lower() != "video" or number is None:
            continue
        # XM-type firmware puts the fmtp of the video under the audio (go2rtc TestBugSDP2).
        fmtp = _parameters(_fmtp(media, number) or _fmtp_elsewhere(sdp, media, number))
        name, _, rest = media.rtpmap.partition("/")
        codec = _CODECS.get(name.strip().upper(), "") or ("" if name else _codec_by_parameters(fmtp))
        if not codec:
            continue
        clock = re.match(r"\s*(\d{1,9})", rest)
        width, height = _dimensions(media)
        return VideoTrack(
            codec=codec,
            payload_type=number,
            clock_hz=(int(clock[1]) if clock else 0) or 90000,
            control=media.control,
            parameter_sets=_parameter_sets(codec, fmtp),
            declared_width=width,
            declared_height=height,
        )
    return None


def named_codecs(sdp: Sdp) -> tuple[str, ...]:
    """Return what the SDP offers as video, in its own words, for a sentence about what we cannot read."""
    return tuple(one.rtpmap or "unnamed" for one in sdp.media if one.kind.lower() == "video")


_LINE = re.compile(r"\s*([a-zA-Z])=([^\0]*?)\0*")
_H265_SETS = ("sprop-vps", "sprop-sps", "sprop-pps")
_STATIC = {26: "JPEG/90000", 31: "H261/90000", 32: "MPV/90000", 33: "MP2T/90000", 34: "H263/90000"}
_CODECS = {"H264": "H264", "H265": "H265", "HEVC": "H265", "JPEG": "JPEG", "MP4V-ES": "MPEG4"}


def _parse_media(text: str) -> Media | None:
    words = text.split()
    if len(words) < 3 or not re.fullmatch(r"\d{1,5}(?:/\d+)?", words[1]):
        return None
    return Media(words[0], int(words[1].split("/")[0]), words[2], tuple(words[3:]))


def _with_line(media: Media, letter: str, text: str) -> Media:
    return Media(media.kind, media.port, media.protocol, media.formats, (*media.lines, (letter, text)))


def _attribute(lines: Lines, name: str) -> str | None:
    """Return the text of the last a=name, as the later one is the camera's own (IPCAM: two framerates)."""
    found = None
    for letter, text in lines:
        key, colon, value = text.partition(":")
        if letter == "a" and key.strip().lower() == name:
            found = value if colon else ""
    return found


def _mapped(lines: Lines, name: str, number: int) -> str:
    pattern = re.compile(rf"(?i){name}:\s*{number}\b\s*(.*)", re.DOTALL)
    matches = (pattern.fullmatch(text.strip()) for letter, text in lines if letter == "a")
    return next((found[1].strip() for found in matches if found), "")


def _fmtp(media: Media, number: int) -> str:
    return _mapped(media.lines, "fmtp", number)


def _fmtp_elsewhere(sdp: Sdp, media: Media, number: int) -> str:
    others = (one for one in sdp.media if one is not media and one.payload_type != number)
    return next((text for one in others if (text := _fmtp(one, number))), "")


def _parameters(fmtp: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in fmtp.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


def _codec_by_parameters(fmtp: dict[str, str]) -> str:
    if "sprop-vps" in fmtp:
        return "H265"
    return "H264" if "sprop-parameter-sets" in fmtp or "packetization-mode" in fmtp else ""


def _parameter_sets(codec: str, fmtp: dict[str, str]) -> tuple[bytes, ...]:
    match codec:
        case "H264":
            texts = fmtp.get("sprop-parameter-sets", "").split(",")
        case "H265":
            texts = [one for key in _H265_SETS for one in fmtp.get(key, "").split(",")]
        case "MPEG4":
            config = fmtp.get("config", "")
            return (bytes.fromhex(config),) if re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", config) else ()
        case _:
            return ()
    return tuple(raw for text in texts if (raw := _base64(text)))


def _base64(text: str) -> bytes:
    """Return the bytes of base64 with its padding mended; nothing when it is none."""
    bare = re.sub(r"[^A-Za-z0-9+/]", "", text)
    try:
        return binascii.a2b_base64(bare + "=" * (-len(bare) % 4))
    except binascii.Error:
        return b""


def _dimensions(media: Media) -> tuple[int | None, int | None]:
    # Anjvision writes "1280, 720" and its SPS says 1280x704: a declaration, nothing more.
    found = re.match(r"\s*(\d{1,5})\s*,\s*(\d{1,5})", media.attribute("x-dimensions") or "")
    return (int(found[1]), int(found[2])) if found else (None, None)
