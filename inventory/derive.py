"""Claims from evidence: what one report says about one camera, each with its source, probe and time."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.schema import Catalogue, Derivation, Field
from config.site import FILE, Site
from inventory.brand import brand_of, heard_by, model_of, scope_words, word_of
from inventory.identity import printable, trusted_serial
from inventory.kind import decide, names_a_recorder
from inventory.listing import channel_code, device_code, listed_value
from inventory.record import Doubt, FieldValue, Scalar
from probe.model import ChannelReport, DeviceReport, Evidence, Measured, Target, evidence_of, value_of

# A date or a clock on the picture says nothing about the place.
_CLOCK = re.compile(r"[\d\s:/.\-年月日时分秒]*|.*(%[YmdHMS]|yyyy|hh:mm).*", re.IGNORECASE)
_OF_THE_DEVICE: frozenset[Derivation] = frozenset(
    {"brand", "model", "serial", "address", "ipv4", "ipv6", "standard-support"}
)


@dataclass(frozen=True, slots=True)
class Scene:
    """All that one camera's claims are drawn from. `at` is for what has no evidence time of its own."""

    report: DeviceReport
    channels: Sequence[ChannelReport]
    catalogue: Catalogue
    at: datetime
    via: str = ""  # the recorder's channel (d3/5) that shows the camera
    is_listed: bool = True  # a list that tells of another recorder behind says nothing of the camera


def derive(scene: Scene, *, behind_recorder: bool) -> dict[str, FieldValue]:
    """Return the fields this report speaks of. A recorder's make is not that of the cameras behind it.

    Of those it tells what its list says of them.
    """
    claims: dict[str, FieldValue] = {}
    for rule in scene.catalogue.fields.values():
        if rule.level != "camera":
            continue
        value = _of_rule(rule, scene, behind_recorder)
        if value is None and behind_recorder and scene.is_listed:
            value = _listed(rule, scene)
        if value is None or value.value in (None, ""):
            continue
        value = replace(value, via=scene.via)
        claims[rule.id] = replace(value, source="suggested", confirmed=False) if rule.confirm else value
    return claims


def goes_with(position: FieldValue | None, catalogue: Catalogue) -> dict[str, FieldValue]:
    """Return what goes with a position, its resource class above all, under the fields derived so."""
    if position is None:
        return {}
    known = next((one for one in catalogue.positions.classes if one.position == position.value), None)
    return {
        rule.id: replace(position, value=word, source="suggested", confirmed=False, note=known.position)
        for rule in catalogue.fields.values()
        if known and rule.derived in AFTER_POSITION and (word := getattr(known, AFTER_POSITION[rule.derived]))
    }


def reads(evidence: Evidence, value: str | bool) -> bool:
    """Say whether this was measured, whatever is told beside it: how it was read is no part of it."""
    return isinstance(evidence.reading, Measured) and evidence.reading.value == value


def site_fields(site: Site, catalogue: Catalogue, at: datetime) -> Mapping[str, FieldValue]:
    """Return what the school typed about itself in camcensus.toml; `at` is when the file was read."""
    return {
        name: FieldValue(said, "person", f"{FILE}: {name}", at, True)
        for name, said in site.profile.items()
        if name in catalogue.fields
    }


def _of_rule(rule: Field, scene: Scene, behind_recorder: bool) -> FieldValue | None:
    if rule.metric is not None:
        of_device = scene.catalogue.metrics[rule.metric].subject == "device"
        return None if of_device and behind_recorder else _measured(scene, rule.metric)
    if rule.derived is None or (behind_recorder and rule.derived in _OF_THE_DEVICE):
        return None
    return _DERIVATIONS.get(rule.derived, _after_merge)(rule, scene)


def _listed(rule: Field, scene: Scene) -> FieldValue | None:
    by, at, told_by = _list_of(scene)
    for channel in scene.channels:
        camera = channel.channel.camera
        if camera is None or channel.channel.kind == "analogue" or names_a_recorder(camera.model):
            continue
        if said := listed_value(rule, camera, scene.catalogue.brands, by, at):
            return replace(said, note=_both(said.note, told_by))
    return None


def _gb_code(rule: Field, scene: Scene) -> FieldValue | None:
    code = channel_code(scene.report, [one.channel.number for one in scene.channels])
    return code if code or scene.via else device_code(scene.report)


def _measured(scene: Scene, metric: str) -> FieldValue | None:
    for evidence in _all_evidence(scene):
        match evidence:
            case Evidence(metric=name, reading=Measured(value=value)) if name == metric:
                if isinstance(value, str):
                    value = printable(value)
                if isinstance(value, str | int | float):
                    return FieldValue(value, "measured", evidence.probe, evidence.at, True)
    return None


def _all_evidence(scene: Scene) -> Iterator[Evidence]:
    for channel in scene.channels:
        yield from channel.evidence
    yield from scene.report.evidence


def _address(rule: Field, scene: Scene) -> FieldValue | None:
    return FieldValue(scene.report.target.address, "measured", _found_by(scene.report.target), scene.at, True)


def _brand(rule: Field, scene: Scene) -> FieldValue | None:
    return brand_of(scene.report, scene.catalogue.brands, scene.at)


def _model(rule: Field, scene: Scene) -> FieldValue | None:
    return model_of(scene.report, scene.catalogue.brands, scene.at)


def _serial(rule: Field, scene: Scene) -> FieldValue | None:
    brands = scene.catalogue.brands
    said = word_of(scene.report, "serial", brands)
    if said is None or not trusted_serial(said[0], scene.report.target.address, brands):
        return None
    return FieldValue(said[0], "measured", said[1].probe, said[1].at, True)


def _size(scene: Scene) -> tuple[int, int, Evidence] | None:
    """Return width and height of the first channel whose picture was decoded."""
    for channel in scene.channels:
        width, height = (value_of(channel.evidence, metric) for metric in ("width", "height"))
        if isinstance(width, int) and isinstance(height, int):
            return width, height, next(one for one in channel.evidence if one.metric == "width")
    return None


def _resolution(rule: Field, scene: Scene) -> FieldValue | None:
    if (size := _size(scene)) is None:
        return None
    width, height, evidence = size
    return FieldValue(f"{width}×{height}", "measured", evidence.probe, evidence.at, True)


def _hd(rule: Field, scene: Scene) -> FieldValue | None:
    if (size := _size(scene)) is None:
        return None
    width, height, evidence = size
    least = scene.catalogue.settings.hd
    is_hd = width >= least.width and height >= least.height
    said: Scalar = is_hd if rule.type == "boolean" else rule.allowed[0 if is_hd else 1]
    note = f"{width}×{height} / {least.width}×{least.height}"
    shown = next(one for one in scene.channels if evidence in one.evidence)
    match value_of(shown.evidence, "enlarged_from"):
        case [int(wide), int(high)] if is_hd and (wide < least.width or high < least.height):
            # What is sent is large enough, what the lens gives is not: a person says what is written.
            said = False if rule.type == "boolean" else rule.allowed[1]
            grown = scene.catalogue.sheet_words.values["enlarged"].format(size=f"{wide}×{high}")
            guess = FieldValue(said, "suggested", evidence.probe, evidence.at, False, f"{note}{grown}")
            return replace(guess, doubt="raised")
        case None if is_hd:
            doubt: Doubt = ""
        case _:
            doubt = "settled"
    return FieldValue(said, "derived", evidence.probe, evidence.at, True, note, doubt=doubt)


def _built(rule: Field, scene: Scene) -> FieldValue | None:
    return FieldValue(rule.allowed[0], "derived", _found_by(scene.report.target), scene.at, True)


def _access_network(rule: Field, scene: Scene) -> FieldValue | None:
    """Suggest the school's own network, the second of the form's words, for a private address."""
    said = scene.report.target.address
    try:
        address = ipaddress.ip_address(said.split("%")[0])
    except ValueError:
        return None
    if not any(address in network for network in _OWN_NETWORKS if network.version == address.version):
        return None
    return FieldValue(rule.allowed[1], "suggested", _found_by(scene.report.target), scene.at, False, said)


def _channel_name(rule: Field, scene: Scene) -> FieldValue | None:
    return next(_names(scene), None)


def _position(rule: Field, scene: Scene) -> FieldValue | None:
    for name in (*_names(scene), *_scopes(scene)):
        for hint in scene.catalogue.positions.hints:
            said = str(name.value)
            if not re.search(hint.pattern, said, re.IGNORECASE):
                continue
            if hint.unless is None or not re.search(hint.unless, said, re.IGNORECASE):
                return FieldValue(hint.position, "suggested", name.by, name.at, False, _both(said, name.note))
    return None


def _coding(rule: Field, scene: Scene) -> FieldValue | None:
    if (codec := _measured(scene, "codec")) is None:
        return None
    return replace(codec, value=_CODINGS.get(str(codec.value), str(codec.value)), source="derived")


def _osd_text(rule: Field, scene: Scene) -> FieldValue | None:
    """Return the texts on the picture but the clock, and whether there is a clock, as far as it is known."""
    words = scene.catalogue.sheet_words.values
    texts = list(_texts(scene))
    clock = _measured_flag(scene, "osd_clock")
    if not texts and clock is None:
        return None
    said = " ".join(dict.fromkeys(str(one.value) for one in texts))
    told = "" if clock is None else words["osd-clock" if reads(clock, True) else "osd-no-clock"]
    by, at = (
        (texts[0].by, texts[0].at) if texts else (clock.probe, clock.at) if clock else ("sheet", scene.at)
    )
    return FieldValue(f"{said}{told}", "measured", by, at, True)


def _signal(rule: Field, scene: Scene) -> FieldValue | None:
    kinds = {channel.channel.kind for channel in scene.channels}
    by, at, told_by = _list_of(scene)
    if "analogue" in kinds:
        return FieldValue(rule.allowed[1], "derived", by, at, True, told_by)
    is_own = kinds <= {""} and value_of(scene.report.evidence, "onvif") == "supported"
    if kinds == {"network"} or (is_own and decide(scene.report) == "camera"):
        return FieldValue(rule.allowed[0], "derived", by, at, True, told_by)
    return None


def _standard_support(rule: Field, scene: Scene) -> FieldValue | None:
    for evidence in scene.report.evidence:
        if evidence.metric == "onvif" and reads(evidence, "supported"):
            return FieldValue(rule.allowed[0], "derived", evidence.probe, evidence.at, True, "ONVIF")
    return None  # that neither is spoken is known only where both were asked, and GB28181 was not


def _camera_type(rule: Field, scene: Scene) -> FieldValue | None:
    if (turns := _measured_flag(scene, "ptz")) is None or not reads(turns, True):
        return None
    return FieldValue(rule.allowed[0], "suggested", turns.probe, turns.at, False, "PTZ")


def _ip(version: int) -> Callable[[Field, Scene], FieldValue | None]:
    def address(rule: Field, scene: Scene) -> FieldValue | None:
        said = scene.report.target.address
        try:
            is_meant = ipaddress.ip_address(said.split("%")[0]).version == version
        except ValueError:
            return None
        return _address(rule, scene) if is_meant else None

    return address


def _measured_flag(scene: Scene, metric: str) -> Evidence | None:
    for evidence in _all_evidence(scene):
        match evidence:
            case Evidence(metric=name, reading=Measured(value=bool())) if name == metric:
                return evidence
    return None


def _after_merge(rule: Field, scene: Scene) -> FieldValue | None:
    # The class follows the position a person typed, and the days are those of every recorder together: both
    # are worked out when the record is shown.
    return None


def _names(scene: Scene) -> Iterator[FieldValue]:
    """Yield the channel's own names, then the texts on its picture."""
    by, at, told_by = _list_of(scene)
    for channel in scene.channels:
        if name := printable(channel.channel.name):
            yield FieldValue(name, "measured", by, at, True, told_by)
    yield from _texts(scene)


def _scopes(scene: Scene) -> Iterator[FieldValue]:
    """Yield where a device says that it is, and what it calls itself; of cameras a recorder says nothing."""
    if decide(scene.report) == "recorder":
        return
    for kind in ("location", "name"):
        for word, by in scope_words(scene.report, kind):
            yield FieldValue(word, "measured", by, scene.at, True)


def _texts(scene: Scene) -> Iterator[FieldValue]:
    for channel in scene.channels:
        for evidence in channel.evidence:
            match evidence:
                case Evidence(metric="osd", reading=Measured(value=list(texts))):
                    for text in texts:
                        if (said := printable(str(text))) and not _CLOCK.fullmatch(said):
                            yield FieldValue(said, "measured", evidence.probe, evidence.at, True)
                case _:
                    continue


def _list_of(scene: Scene) -> tuple[str, datetime, str]:
    """Return which probe read the list of channels, when, and whose list it is, in words."""
    listed = evidence_of(scene.report.evidence, "channels")
    if listed is None:
        return _found_by(scene.report.target), scene.at, ""
    told = listed.reading.detail.partition(";")[0] if isinstance(listed.reading, Measured) else ""
    words = scene.catalogue.sheet_words.values
    return (
        listed.probe,
        listed.at,
        "、".join(words[key] for sign, key in _LISTS.items() if re.search(sign, told)),
    )


def _both(one: str, other: str) -> str:
    return "；".join(part for part in (one, other) if part)


def _found_by(target: Target) -> str:
    return heard_by(target.sightings[0]) if target.sightings else "discover.tcp"


_OWN_NETWORKS = tuple(
    ipaddress.ip_network(network)
    # RFC 1918, RFC 4193; loopback is where the virtual campus stands.
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128")
)
_DERIVATIONS: Mapping[Derivation, Callable[[Field, Scene], FieldValue | None]] = {
    "address": _address,
    "channel-name": _channel_name,
    "brand": _brand,
    "model": _model,
    "serial": _serial,
    "resolution": _resolution,
    "hd": _hd,
    "built": _built,
    "position": _position,
    "resource-class": _after_merge,
    "access-network": _access_network,
    "coding": _coding,
    "osd-text": _osd_text,
    "signal": _signal,
    "standard-support": _standard_support,
    "camera-type": _camera_type,
    "ipv4": _ip(4),
    "ipv6": _ip(6),
    "gb-code": _gb_code,
    "retention": _after_merge,
}
# What follows the position, and the key of positions.toml that it is read from.
AFTER_POSITION: Mapping[Derivation | None, str] = {
    "resource-class": "resource_class",
    "coverage": "coverage",
    "faces-public": "faces_public",
    "place-type": "place_type",
}
# What the probe says of a list of channels, and the key of our word for it.
_LISTS: Mapping[str, str] = {
    r"^ONVIF\b": "list-onvif",
    r"^(by|ONVIF and) hikvision": "list-hikvision",
    r"^(by|ONVIF and) dahua": "list-dahua",
    r"^(by|ONVIF and) uniview": "list-uniview",
    r"^by its RTSP path": "list-path",
}
_CODINGS = {"H264": "H.264", "H265": "H.265", "MPEG4": "MPEG-4", "JPEG": "MJPEG"}
