"""The recorders that schools buy: what each is, how many channels it has, and where its streams are."""

from __future__ import annotations

from dataclasses import dataclass, replace

from probe.sim.makers import DAHUA, HIKVISION, NO_NAME, UNIVIEW, Maker
from probe.sim.model import Personality


@dataclass(frozen=True, slots=True)
class Build:
    """A product. The first `analogue` of its slots are plugs of its own; the others take network cameras.

    `inside` begins the addresses of the cameras on its PoE plugs. `streams`: how many a channel has.
    """

    maker: Maker
    model: str
    slots: int
    inside: str
    analogue: int = 0
    streams: int = 2
    cascades: bool = False  # it shows channels of the school's first recorder too


@dataclass(frozen=True, slots=True)
class Places:
    """Where a maker's recorder has its streams; the words are those of `makers.path_words`."""

    stream: str
    profile: str
    snapshot: str
    profile_g: bool


PLACES = {
    "hikvision": Places(
        "/Streaming/Channels/{n}0{s1}",
        "ProfileToken{n:03d}{s1}",
        "/ISAPI/Streaming/channels/{n}0{s1}/picture",
        profile_g=False,
    ),
    "dahua": Places(
        "/cam/realmonitor?channel={n}&subtype={s}&unicast=true&proto=Onvif",
        "MediaProfile{z:03d}{s:02d}",
        "/cgi-bin/snapshot.cgi?channel={n}&type={s}",
        profile_g=False,
    ),
    "uniview": Places(
        "/unicast/c{n}/s{s}/live",
        "media_profile{n}_{s1}",
        "/images/snapshot{n}_{s}.jpg",
        profile_g=True,
    ),
    "no-name": Places("/live/ch{z:02d}_{s}", "PROFILE_{z:02d}{s}", "/snap/{n}/{s}.jpg", profile_g=True),
}

# A school's first recorder is the first of these, and so on around: eight have 200 slots.
BUILDS = (
    Build(HIKVISION, "DS-7816N-K2/16P", 16, "192.168.254."),
    Build(DAHUA, "DH-NVR2108HS-8P-S2", 8, "10.1.1."),
    Build(UNIVIEW, "NVR302-32E2-IF", 32, "172.16.0.", streams=4),
    Build(NO_NAME, "NVR-3216", 16, "192.168.100."),
    Build(HIKVISION, "DS-8664N-I8", 64, "192.168.254.", cascades=True),
    Build(DAHUA, "DH-XVR5116HS-X", 16, "10.1.1.", analogue=8),
    Build(HIKVISION, "DS-7932HGH-SH", 32, "192.168.254.", analogue=16, streams=4),
    Build(UNIVIEW, "NVR301-16E2", 16, "172.16.0."),
)


def speaks(build: Build) -> Personality:
    """Return how a recorder of this maker speaks. One without a name wants a login, its cameras do not."""
    own = replace(build.maker.speaks, snapshot_path=PLACES[build.maker.id].snapshot)
    if build.maker is NO_NAME:
        return replace(own, soap_login="both", rtsp_login="digest", http_server="", realm="NVR {mac}")
    return own
