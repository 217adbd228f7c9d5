"""The counts as Markdown tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tests.bench.accuracy.score import KNOWN, Count, Known, Outcome, counts
from tests.bench.accuracy.sources import BASES
from tests.bench.accuracy.variants import CLASSES, VARIANTS

# Precision and recall to be reached, with a baseline and without any.
AIMS: dict[str, tuple[str, str]] = {
    "black": (".95/1.0", ".95/1.0"),
    "no-signal": ("1.0/.96", "1.0/.96"),
    "frozen": (".99/.95", ".99/.95"),
    "covered": (".95/.93", ".86/.69"),
    "defocus": (".97/.87", ".80/.11"),
    "noise": ("1.0/1.0", "1.0/1.0"),
    "cast": (".99/1.0", ".91/.55"),
    "over": ("1.0/.95", "1.0/.95"),
    "under": ("1.0/.89", "1.0/.89"),
    "stripes": ("1.0/.86", "1.0/.82"),
    "moved": (".98/.94", "-"),
}


def class_table(looked: Sequence[Outcome]) -> str:
    """Precision and recall by class, bold below the aim; in brackets found, false, missed, not judged."""
    present = _present(looked)
    rows = [
        "| fault | "
        + " | ".join(f"{_WORDS[one]}: P/R (found, false, missed, not judged) | aim" for one in present)
    ]
    rows[0] += " |"
    rows.append("|---|" + "---|---|" * len(present))
    by_known = {one: counts([o for o in looked if o.known == one], CLASSES) for one in present}
    there = {one for outcome in looked for one in (*outcome.truth, *outcome.found)}
    for fault in (one for one in CLASSES if one in there):
        cells = []
        for known in present:
            aim = AIMS[fault][1 if known == "none" else 0]
            count = by_known[known][fault]
            cells.append(f"{_scored(count, is_bold=falls_short(count, aim))} | {aim}")
        rows.append(f"| {fault} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def falls_short(count: Count, aim: str) -> bool:
    """Say whether precision or recall, to two figures, is below the aim; "-" asks for nothing."""
    if aim == "-":
        return False
    reached = (count.precision, count.recall)
    return any(
        one is not None and round(one, 2) < float(least)
        for one, least in zip(reached, aim.split("/"), strict=True)
    )


def false_alarms(looked: Sequence[Outcome]) -> str:
    """The clips on which a fault was found that is not there, by fault, base and what was remembered."""
    known: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one in looked:
        for fault in sorted(set(one.found) - one.truth):
            known[fault, one.base, one.variant].append(_WORDS[one.known])
    clips: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for (fault, base, variant), words in known.items():
        clips[fault, base, "; ".join(words)].append(variant)
    lines = [
        f"- {fault} on {base} ({words}): {', '.join(variants)}"
        for (fault, base, words), variants in clips.items()
    ]
    return "Found and not there:\n\n" + "\n".join(lines) if lines else "Nothing was found that is not there."


def healthy_table(looked: Sequence[Outcome]) -> str:
    """Healthy clips with any false fault, and on how many the view could not be compared."""
    rows = [
        "| | healthy clips | with a false fault | view undetermined: healthy | view undetermined: moved |"
    ]
    rows.append("|---|---|---|---|---|")
    for known in _present(looked):
        of_it = [one for one in looked if one.known == known]
        healthy = [one for one in of_it if not one.truth]
        moved = [one for one in of_it if "moved" in one.truth]
        wrong = sum(bool(one.found) for one in healthy)
        share = f" ({100 * wrong / len(healthy):.1f} %)" if healthy else ""
        rows.append(
            f"| {_WORDS[known]} | {len(healthy)} | {wrong}{share} "
            f"| {_undetermined(healthy)} | {_undetermined(moved)} |"
        )
    return "\n".join(rows) + "\n\nAim: a false fault on at most 0.5 % of the healthy clips."


def variant_table(looked: Sequence[Outcome]) -> str:
    """By variant: of a fault how often it was found, of a healthy one how often nothing was."""
    present = _present(looked)
    right: dict[tuple[str, Known], list[bool]] = defaultdict(list)
    for one in looked:
        is_right = one.truth <= set(one.found) if one.truth else not one.found
        right[one.variant, one.known].append(is_right)
    rows = [
        "| variant | " + " | ".join(_WORDS[one] for one in present) + " |",
        "|---|" + "---|" * len(present),
    ]
    for variant in VARIANTS:
        cells = [right.get((variant.id, known), []) for known in present]
        if any(cells):
            rows.append(f"| {variant.id} | " + " | ".join(f"{sum(one)}/{len(one)}" for one in cells) + " |")
    return "\n".join(rows)


def low_texture_table(looked: Sequence[Outcome]) -> str:
    """The recall on bases with little texture against the rest, with the day's baseline."""
    known = [one for one in looked if one.known == "day"]
    flat = {one.name for one in BASES if one.low_texture}
    rows = [
        "| baseline by day | bases | faults found | not judged | healthy with a false fault |",
        "|---|---|---|---|---|",
    ]
    for title, names in (("little texture", flat), ("others", {one.base for one in known} - flat)):
        here = [one for one in known if one.base in names]
        ill = [one for one in here if one.truth]
        healthy = [one for one in here if not one.truth]
        found = sum(one.truth <= set(one.found) for one in ill)
        unjudged = sum(bool(one.truth - set(one.found)) and bool(one.truth & set(one.gaps)) for one in ill)
        wrong = sum(bool(one.found) for one in healthy)
        bases = len({one.base for one in here})
        rows.append(f"| {title} | {bases} | {found}/{len(ill)} | {unjudged} | {wrong}/{len(healthy)} |")
    return "\n".join(rows)


def wrong_ones(looked: Iterable[Outcome], metrics: Sequence[str]) -> str:
    """A line for every miss and false alarm; with `metrics` a line for every clip, and what they read."""
    lines = []
    for one in looked:
        if one.is_right and not metrics:
            continue
        missed = ", ".join(f"{f} ({one.gaps.get(f, 'missed')})" for f in sorted(one.truth - set(one.found)))
        false = ", ".join(sorted(set(one.found) - one.truth))
        read = " ".join(f"{m}={one.numbers.get(m)}" for m in metrics)
        what = f"missed: {missed or '-'} false: {false or '-'} {read}"
        lines.append(f"{'  ' if one.is_right else '✗ '}{one.base} {one.variant} [{one.known}] {what}")
    return "\n".join(lines)


_WORDS: dict[Known, str] = {
    "none": "no baseline",
    "day": "baseline by day",
    "day+night": "baselines by day and night",
}


def _present(looked: Sequence[Outcome]) -> list[Known]:
    there = {one.known for one in looked}
    return [one for one in KNOWN if one in there]


def _undetermined(looked: Sequence[Outcome]) -> str:
    return f"{sum('moved' in one.gaps for one in looked)}/{len(looked)}"


def _scored(count: Count, *, is_bold: bool) -> str:
    score = f"{_short(count.precision)}/{_short(count.recall)}"
    counted = f"({count.found}, {count.false}, {count.missed}, {count.not_judged})"
    return f"{f'**{score}**' if is_bold else score} {counted}"


def _short(share: float | None) -> str:
    return "-" if share is None else f"{share:.2f}".lstrip("0") if share < 1 else "1.0"
