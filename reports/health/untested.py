"""What was not measured, grouped by why, with the mend. 未测"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from config.schema import Catalogue
from config.words import language, say
from probe.model import Gap
from reports.health.dossier import Dossier, Place
from reports.health.parts import Untested
from reports.health.shown import Shown
from reports.lines import gap_words
from reports.picture_words import fault_words
from reports.recorded import METRICS

_NO_RECORDER = "no-recorder"  # why nothing is known of a camera's recordings, where nobody could be asked
_NAMED = 12  # places that are named of one row


def untested(dossier: Dossier, places: Mapping[Place, Shown]) -> list[Untested]:
    """Return each reason with the items that it leaves open, the reason that concerns most places first."""
    catalogue = dossier.catalogue
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for shown in places.values():
        for gap, item in _open_items(shown, catalogue):
            found[gap][item].append(_place(shown))
    made = [
        Untested(
            why=say("recorder.none_found") if gap == _NO_RECORDER else gap_words(catalogue, gap),
            mend=_mend(gap, catalogue),
            rows=tuple(_rows(items)),
        )
        for gap, items in sorted(found.items(), key=lambda one: -max(map(len, one[1].values())))
    ]
    return made + list(_silent(dossier))


def _open_items(shown: Shown, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield what matters and is not known of a place: its picture, its faults, what clauses ask, its clock.

    A picture that is not there hides everything about it: then that alone is told.
    """
    gaps = shown.channel.gaps if shown.channel else {}
    on_device = shown.device.gaps
    alive = shown.channel.picture.get("alive") if shown.channel else None
    if alive is None:
        gap = next((g for g in (gaps.get("alive"), *map(on_device.get, ("channels", "onvif"))) if g), None)
        yield gap or "not-asked", say("health.whole_picture")
    else:
        for fault in catalogue.faults:
            if fault in gaps:
                yield gaps[fault], fault_words(catalogue, fault)
        for metric in sorted((_judged(shown) & gaps.keys()) - _of_faults(catalogue)):
            yield _gap_of(metric, gaps[metric], shown), _metric_words(metric, catalogue)
    is_first = shown.channel is None or shown.channel is shown.device.channels[0]
    if "clock_offset_s" in on_device and is_first:
        yield on_device["clock_offset_s"], _metric_words("clock_offset_s", catalogue)


def _gap_of(metric: str, gap: str, shown: Shown) -> str:
    """A camera holds no recordings: what is not known of them is that no recorder was found to ask."""
    is_of_recordings = metric in METRICS or metric.startswith("tvl_playback")
    is_alone = shown.device.kind != "recorder" and gap == Gap.NOT_ASKED
    return _NO_RECORDER if is_of_recordings and is_alone else gap


def _mend(gap: str, catalogue: Catalogue) -> str:
    if gap == _NO_RECORDER:
        return say("recorder.none_found_mend")
    return catalogue.gaps[gap].mend if gap in catalogue.gaps and language() == "zh" else ""


def _judged(shown: Shown) -> set[str]:
    """Return the metrics of clauses that are unknown here for want of them."""
    findings = shown.channel.findings if shown.channel else ()
    return {
        metric
        for finding in findings
        if finding.verdict == "unknown" and finding.binding
        for metric in finding.metric.split(",")
        if not metric.endswith("_at_most")
    }


def _of_faults(catalogue: Catalogue) -> set[str]:
    """Return the metrics that faults are judged by: they are told under the fault's name."""
    rules = catalogue.faults.values()
    return {condition.metric for rule in rules for way in rule.ways for condition in way}


def _rows(items: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Join items that the same places lack: one row for all that a missing baseline leaves open."""
    by_places: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for item, places in items.items():
        by_places[tuple(dict.fromkeys(places))].append(item)
    for where, names in by_places.items():
        shown = say("reading.comma").join(where[:_NAMED])
        if len(where) > _NAMED:
            shown = say("health.and_more", places=shown, count=len(where))
        yield say("reading.comma").join(names), shown


def _place(shown: Shown) -> str:
    address = shown.device.address
    if shown.channel and len(shown.device.channels) > 1:
        address = say("recorder.place", address=address, number=shown.channel.number)
    return f"{shown.line.name} {address}".strip()


def _metric_words(metric: str, catalogue: Catalogue) -> str:
    return catalogue.metrics[metric].name if language() == "zh" else metric


def _silent(dossier: Dossier) -> Iterator[Untested]:
    """What gave no answer at all: it may be a camera, and nobody knows."""
    if silent := dossier.document.silent:
        places = say("reading.comma").join(one.address for one in silent[:_NAMED])
        if len(silent) > _NAMED:
            places = say("health.and_more", places=places, count=len(silent))
        row = (say("health.silent_item"), places)
        yield Untested(say("health.silent"), say("health.silent_mend"), (row,))
