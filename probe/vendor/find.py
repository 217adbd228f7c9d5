"""Which maker's protocol a device speaks, and whether it is a recorder.

Adding a maker: its file, and its line in VENDORS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from config.makers import maker_in
from probe.errors import AuthRefused, DeviceError, Locked, Malformed, NoCredential, Unsupported
from probe.model import Io
from probe.onvif.profiles import fetch_profiles
from probe.onvif.services import fetch_services
from probe.vendor import dahua, hikvision, uniview
from probe.vendor.protocol import StreamPlace, Vendor
from probe.wire.charset import unquoted
from probe.wire.onvif_device import DeviceInformation, parse_device_information, parse_scopes
from probe.wire.onvif_search import SEARCH

VENDORS: tuple[Vendor, ...] = (hikvision.VENDOR, dahua.VENDOR, uniview.VENDOR)


@dataclass(frozen=True, slots=True)
class Recorder:
    """What is known of a device that may record others. `by` names the evidence.

    Where not even `is_sure`, it is taken for no recorder: nobody said so.
    `vendor` is None where it speaks no maker's protocol that is known here; `why_not` then says why, if it
    said so.
    """

    is_recorder: bool
    by: str
    vendor: Vendor | None = None
    why_not: DeviceError | None = None
    has_search: bool = False  # ONVIF Profile G
    is_sure: bool = True


async def fetch_recorder(io: Io) -> Recorder:
    """Return whether the device is a recorder; a plain camera is asked nothing for that."""
    return await io.once("recorder", lambda: _fetch_recorder(io))


async def fetch_maker(io: Io) -> str:
    """Return the id of the brand that the device names itself by, or else announces."""
    try:
        if maker := maker_in((await _fetch_identity(io)).manufacturer):
            return maker
        return maker_in(await _fetch_scopes(io))
    except DeviceError:
        return ""


def vendor_of(maker: str) -> Vendor | None:
    """Return the protocol of a maker by its id, where one is known here."""
    return next((one for one in VENDORS if one.id == maker), None)


def place_of(uri: str) -> StreamPlace | None:
    """Return the channel and the stream that an address names in any maker's way: no two are alike."""
    return next((place for one in VENDORS if (place := one.place_of(uri)) is not None), None)


async def has_a_list(io: Io) -> bool:
    """Say whether recorders of this maker list their channels in a protocol that is known here."""
    return vendor_of(await fetch_maker(io)) is not None


async def _fetch_recorder(io: Io) -> Recorder:
    sources = await _count_sources(io)
    services = await _fetch_services(io)
    words = await _fetch_words(io)
    has_search = SEARCH in services
    named = bool(_RECORDER.search(words))
    if sources == 1 and not named and not has_search:
        return Recorder(is_recorder=False, by="one video source")
    try:
        vendor, is_recorder, said = await _fetch_vendor(io)
    except DeviceError as error:
        if not sources:
            raise
        # Without a maker's word: many sources and a search for recordings make a recorder.
        is_recorder = sources > 1 and (has_search or named)
        is_sure = is_recorder or sources == 1
        return Recorder(is_recorder, f"{sources} video sources", None, error, has_search, is_sure)
    # Where ONVIF shows no picture, a maker's door may be a gate's or an intercom's.
    is_sure = bool(sources) or is_recorder or bool(_CAMERA.search(said))
    return Recorder(is_recorder, said, vendor, None, has_search, is_sure)


async def _fetch_vendor(io: Io) -> tuple[Vendor, bool, str]:
    """Ask the protocol of the maker that it names, or each where it names none. Raise the last refusal."""
    maker = await fetch_maker(io)
    own = vendor_of(maker)
    last: DeviceError = Unsupported(f"no protocol of {maker or 'its maker'} is known")
    for vendor in VENDORS if not maker else (own,) if own else ():
        try:
            who = await vendor.fetch_who(io)
        except (Unsupported, Malformed) as error:
            last = error
            continue
        return vendor, who.is_recorder, who.said
    raise last


async def _count_sources(io: Io) -> int:
    """Return how many video sources ONVIF's profiles name; 0 where there is no ONVIF to ask."""
    try:
        return len({one.source for one in await fetch_profiles(io)})
    except (AuthRefused, Locked, NoCredential):
        raise
    except DeviceError:
        return 0


async def _fetch_services(io: Io) -> frozenset[str]:
    try:
        return frozenset(await fetch_services(io))
    except DeviceError:
        return frozenset()


async def _fetch_words(io: Io) -> str:
    try:
        identity = await _fetch_identity(io)
        return f"{identity.model} {identity.hardware_id} {await _fetch_scopes(io)}"
    except DeviceError:
        return ""


async def _fetch_identity(io: Io) -> DeviceInformation:
    return parse_device_information(await io.soap("device", "GetDeviceInformation"))


async def _fetch_scopes(io: Io) -> str:
    return unquoted(" ".join(parse_scopes(await io.soap("device", "GetScopes"))))


_RECORDER = re.compile(
    r"(?<![A-Za-z])(?:D?H?-?)?(?:[NDXC]VR|H[CT]?VR)|recorder|录像|硬盘|/nvr|DS-[789]\d{3}N", re.IGNORECASE
)
_CAMERA = re.compile(r"camera|dome|zoom|(?<![A-Za-z])IPC", re.IGNORECASE)
