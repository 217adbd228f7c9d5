"""From what a device says, or its MAC prefix, to the maker's name. A filler word is no evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from config.schema import Brands, known_brand
from inventory.identity import printable, trusted_mac
from inventory.record import Doubt, FieldValue
from probe.model import DeviceReport, Evidence, Measured, Sighting
from probe.wire.charset import unquoted


def brand_of(report: DeviceReport, brands: Brands, at: datetime) -> FieldValue | None:
    """Return the maker by the strongest evidence: its own word, then its scopes, then its MAC prefix."""
    prefix = _by_prefix(report, brands, at)
    if own := word_of(report, "manufacturer", brands):
        word, evidence = own
        model = word_of(report, "model", brands)
        known = known_brand(word, brands)
        note = f"Manufacturer: {word}" + (f", Model: {model[0]}" if model else "")
        name = known.name if known else word
        if prefix and prefix.value != name:
            # A relabelled device: the form asks what is printed on the case, so a person has to look.
            note = f"{note}; {prefix.note}"
            return FieldValue(name, "suggested", evidence.probe, evidence.at, False, note, doubt="raised")
        settled: Doubt = "settled" if prefix else ""
        return FieldValue(name, "derived", evidence.probe, evidence.at, True, note, doubt=settled)
    return _by_scope(report, brands, at) or prefix


def model_of(report: DeviceReport, brands: Brands, at: datetime) -> FieldValue | None:
    """Return the model: the device's own word, else the hardware it announces."""
    if own := word_of(report, "model", brands):
        word, evidence = own
        return FieldValue(word, "derived", evidence.probe, evidence.at, True)
    for word, by in scope_words(report, "hardware"):
        if not is_placeholder(word, brands):
            return FieldValue(word, "suggested", by, at, False, f"scope hardware/{word}")
    return None


def brand_of_prefix(mac: str, brands: Brands, by: str, at: datetime) -> FieldValue | None:
    """Return the maker to whom the first half of a MAC (AA:BB:CC:DD:EE:FF) was given."""
    for brand in brands.brands:
        if mac[:8] in brand.oui:
            note = f"MAC prefix {mac[:8]}: {brand.name}; {brands.oui_source}"
            return FieldValue(brand.name, "suggested", by, at, False, note)
    return None


def is_placeholder(word: str, brands: Brands) -> bool:
    return not word or any(re.fullmatch(filler, word, re.IGNORECASE) for filler in brands.placeholders)


def word_of(report: DeviceReport, metric: str, brands: Brands) -> tuple[str, Evidence] | None:
    """Return a text the device measured of itself, with its evidence, unless it is a filler."""
    for evidence in report.evidence:
        match evidence:
            case Evidence(metric=name, reading=Measured(value=str(said))) if name == metric:
                if not is_placeholder(word := printable(said), brands):
                    return word, evidence
            case _:
                continue
    return None


def _by_scope(report: DeviceReport, brands: Brands, at: datetime) -> FieldValue | None:
    for kind in ("name", "hardware", "mfr", "manufacturer"):
        for word, by in scope_words(report, kind):
            if not is_placeholder(word, brands) and (brand := known_brand(word, brands)):
                return FieldValue(brand.name, "suggested", by, at, False, f"scope {kind}/{word}")
    return None


def _by_prefix(report: DeviceReport, brands: Brands, at: datetime) -> FieldValue | None:
    found = (brand_of_prefix(mac, brands, by, at) for mac, by in _macs(report))
    return next((one for one in found if one is not None), None)


def _macs(report: DeviceReport) -> Iterator[tuple[str, str]]:
    if mac := trusted_mac(report.target.mac):
        yield mac, "discover.neighbours"
    for evidence in report.evidence:
        match evidence:
            case Evidence(metric="mac", reading=Measured(value=str(said)), probe=by):
                if mac := trusted_mac(said):
                    yield mac, by
            case _:
                continue


def scope_words(report: DeviceReport, kind: str) -> Iterator[tuple[str, str]]:
    """Yield what the device announces under `onvif://www.onvif.org/<kind>/`, and who heard it."""
    for scope, by in _scopes(report):
        parts = scope.split(f"/{kind}/", 1)
        if len(parts) == 2:
            yield printable(unquoted(parts[1])), by


def _scopes(report: DeviceReport) -> Iterator[tuple[str, str]]:
    for sighting in report.target.sightings:
        for scope in sighting.scopes:
            yield scope, heard_by(sighting)
    for evidence in report.evidence:
        match evidence:
            case Evidence(metric="scopes", reading=Measured(value=list(scopes)), probe=by):
                yield from ((str(scope), by) for scope in scopes)
            case _:
                continue


def heard_by(sighting: Sighting) -> str:
    return f"discover.{sighting.seen_by}"
