"""The looks at television lines as Markdown tables."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from tests.bench.accuracy.lines_looks import FILTERS, FORMATS, REAL_SHARES, LinesLook

SAID = ("PASS", "FAIL", "UNDETERMINED")


def real_table(looks: Sequence[LinesLook]) -> str:
    """Percent of verdicts by true / needed."""
    real = [one for one in looks if one.kind == "real"]
    by_share = [[one for one in real if one.share == share] for share in REAL_SHARES]
    heads = ["not blurred" if share is None else f"{share:g}" for share in REAL_SHARES]
    rows = ["| true/needed | " + " | ".join(heads) + " |", "|---|" + "---|" * len(heads)]
    for said in SAID:
        cells = (_percent(sum(one.said == said for one in cell), len(cell)) for cell in by_share)
        rows.append(f"| {said} % | " + " | ".join(cells) + " |")
    rows.append("| looks | " + " | ".join(str(len(cell)) for cell in by_share) + " |")
    return "\n".join(rows) + "\n\n" + _wrong_line(real)


def real_clip_table(looks: Sequence[LinesLook]) -> str:
    """Verdicts on the frames as they are, by clip."""
    plain = [one for one in looks if one.kind == "real" and one.share is None]
    rows = ["| clip, not blurred | looks | PASS | FAIL | UNDETERMINED |", "|---|---|---|---|---|"]
    for scene in _values(plain, lambda one: one.scene):
        cell = [one for one in plain if one.scene == scene]
        counts = " | ".join(str(sum(one.said == said for one in cell)) for said in SAID)
        rows.append(f"| {scene} | {len(cell)} | {counts} |")
    return "\n".join(rows)


def still_table(looks: Sequence[LinesLook]) -> str:
    """False verdicts and alarms of enlargement, by format and by true / needed."""
    still = [one for one in looks if one.kind == "still"]
    rows = [
        "| format | photos | looks | false PASS below .9 | false PASS .9-1 | false FAIL 1-1.2 "
        "| false FAIL above | PASS above 1.2 | taken for enlarged |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in FORMATS:
        cell = [one for one in still if one.cell == name]
        high = _between(cell, 1.2, 99)
        rows.append(
            f"| {name} | {len(_values(cell, lambda one: one.scene))} | {len(cell)} "
            f"| {_of(_between(cell, 0, 0.9), 'PASS')} | {_of(_between(cell, 0.9, 1), 'PASS')} "
            f"| {_of(_between(cell, 1, 1.2), 'FAIL')} | {_of(high, 'FAIL')} | {_of(high, 'PASS')} "
            f"| {sum(one.says_enlarged for one in cell)} |"
        )
    wrong = [one for one in still if _is_wrong(one)]
    return "\n".join(rows) + "\n\nWrong verdicts came from: " + (_scenes(wrong) or "none") + "."


def enlarged_table(looks: Sequence[LinesLook]) -> str:
    """How often enlargement to 1080p was found, by source, coding and filter; and verdicts that are wrong."""
    rows: list[str] = []
    for kind, title in (("listed", "enlarged from"), ("unlisted", "lines of the source / needed")):
        these = [one for one in looks if one.kind == kind]
        codings = _values(these, lambda one: one.coding)
        heads = [f"{coding}: found, {'/'.join(FILTERS)}" for coding in codings]
        rows += ["", f"| {title} | looks | " + " | ".join(heads) + " | PASS though below | FAIL |"]
        rows.append("|---|---|" + "---|" * (len(heads) + 2))
        for name, cell in _enlarged_rows(these):
            found = (
                "/".join(_share([o for o in cell if o.coding == coding and o.how == how]) for how in FILTERS)
                for coding in codings
            )
            below = [one for one in cell if one.share is not None and one.share < 1]
            rows.append(
                f"| {name} | {len(cell)} | "
                + " | ".join(found)
                + f" | {_of(below, 'PASS')} | {_of(cell, 'FAIL')} |"
            )
    return "\n".join(rows).strip()


def wrong_lines(looks: Sequence[LinesLook]) -> str:
    """A line for every wrong verdict."""
    wrong = [one for one in looks if _is_wrong(one)]
    return "\n".join(
        f"✗ {one.kind} {one.scene} {one.cell} {one.coding} {one.how} {one.share}: {one.said} by {one.by}"
        for one in wrong
    )


def _enlarged_rows(looks: Sequence[LinesLook]) -> list[tuple[str, list[LinesLook]]]:
    if any(one.kind == "unlisted" for one in looks):
        near = {one.cell: min((0.75, 0.6), key=lambda n: abs(n - float(one.cell))) for one in looks}
        return [(f"{n:g} (±2 %)", [one for one in looks if near[one.cell] == n]) for n in (0.75, 0.6)]
    return [(name, [o for o in looks if o.cell == name]) for name in _values(looks, lambda one: one.cell)]


def _is_wrong(look: LinesLook) -> bool:
    if look.share is None:
        return look.kind in ("real", "still") and look.said == "FAIL"
    return (look.said == "PASS" and look.share < 1) or (look.said == "FAIL" and look.share >= 1)


def _wrong_line(looks: Sequence[LinesLook]) -> str:
    below = [one for one in looks if one.share is not None and one.share < 1]
    above = [one for one in looks if one.share is None or one.share >= 1]
    sets = len(_values(looks, lambda one: one.scene))
    return (
        f"False PASS {sum(one.said == 'PASS' for one in below)} of {len(below)} looks below the need; "
        f"false FAIL {sum(one.said == 'FAIL' for one in above)} of {len(above)} at or above it; "
        f"frames of {sets} clips."
    )


def _between(looks: Sequence[LinesLook], least: float, most: float) -> list[LinesLook]:
    """A look that was not blurred has all the lines that its format carries."""
    return [one for one in looks if least <= (1.3 if one.share is None else one.share) < most]


def _of(looks: Sequence[LinesLook], said: str) -> str:
    return f"{sum(one.said == said for one in looks)}/{len(looks)}"


def _share(looks: Sequence[LinesLook]) -> str:
    return f"{sum(one.says_enlarged for one in looks) / len(looks):.2f}" if looks else "-"


def _scenes(looks: Sequence[LinesLook]) -> str:
    names = _values(looks, lambda one: one.scene)
    return ", ".join(f"{name} {sum(one.scene == name for one in looks)}" for name in names)


def _values(looks: Sequence[LinesLook], key: Callable[[LinesLook], Hashable]) -> list[str]:
    return [str(one) for one in dict.fromkeys(key(look) for look in looks)]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}" if whole else "-"
