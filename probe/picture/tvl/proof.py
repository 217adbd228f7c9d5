"""The resolution in TV lines, as bounds that somebody can check. 电视线

What settles it first is believed: the format, a card, an enlargement, the scene's edges, the lack of any.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from probe.memory import ChartCard
from probe.model import Gap, Measured, NotMeasured, Reading, Readings
from probe.picture.card.find import find_card
from probe.picture.card.read import read_card, square_side, still_hangs
from probe.picture.card.sheet import least_side
from probe.picture.check import Look, Proof
from probe.picture.sight import Sight
from probe.picture.tvl.bounds import Bounds, measure
from probe.picture.tvl.evidence import told_edges
from probe.picture.tvl.lines import lines_of, samples_per_height
from probe.picture.tvl.past import carried_over, held_on_another_night, local_date


def read(look: Look, readings: Readings, found: frozenset[str]) -> Readings:
    """Return the bounds of the live picture; those of an earlier night while they are sure to hold."""
    if look.job.grab.main_gap is not None:
        return dict.fromkeys(_METRICS, look.job.grab.main_gap)
    need = float(look.outfit.tvl.live_lines)
    carried = carried_over(look, readings, found, round_up(samples_of(look)))
    if carried is not None:
        return {**dict.fromkeys(_METRICS, NotMeasured(Gap.NOT_ASKED, "not due")), **carried}
    fresh = dict(bounds_of(look, need, "tvl_live", found))
    fresh["tvl_live_on"] = Measured(local_date(look, look.job.at).isoformat())
    return _with_other_nights(look, fresh, need)


def bounds_of(look: Look, need: float, prefix: str, found: frozenset[str]) -> Readings:
    """Return `<prefix>_at_least`, `_at_most` and `_by`, and what they rest on, of this look alone.

    `need` in TV lines is what the filters are laid out for; `found` are the picture's faults.
    """
    samples = samples_of(look)
    words: dict[str, Reading] = {
        "tvl_format": Measured(round_up(samples), _size_told(look)),
        "tvl_structure_at_most": NotMeasured(Gap.NOT_ASKED, "settled otherwise"),
        "enlarged_from": NotMeasured(Gap.NOT_ASKED, "settled otherwise"),
        "chart_card": NotMeasured(Gap.NOT_ASKED, "no card is registered here"),
        f"{prefix}_at_most": Measured(round_up(samples), _size_told(look)),
        f"{prefix}_by": Measured("none"),
    }
    blinded = sorted(found & _BLINDING)
    if samples < need:
        words |= {
            f"{prefix}_at_least": NotMeasured(Gap.UNCLEAR, "the format is too small"),
            f"{prefix}_by": Measured("format", _size_told(look)),
        }
        return words
    if blinded:
        return words | {f"{prefix}_at_least": NotMeasured(Gap.HIDDEN, f"the picture is {', '.join(blinded)}")}
    card = _card(look)
    if card is not None or look.job.find_card or look.job.memory.card is not None:
        words["chart_card"] = _card_told(card)
    by_card = None if card is None else _by_card(look, card, samples)
    if by_card is not None:
        least, most, told = by_card
        words[f"{prefix}_at_least"] = Measured(math.floor(min(least, samples)), told)
        words[f"{prefix}_at_most"] = Measured(round_up(min(most, samples)), told)
        words[f"{prefix}_by"] = Measured("card", told)
        return words
    pictures = [(sight.luma, sight.scene) for sight in _of_one_size(look)]
    return {**words, **_of_scene(measure(pictures, samples, need), look, prefix)}


def samples_of(look: Look) -> float:
    """Return the stored samples along a width that is shown as long as the picture is high."""
    frame = look.last.frame
    return samples_per_height(frame.width, frame.height, frame.sar, look.outfit.picture.shown_as)


def card_of(look: Look, readings: Readings) -> ChartCard | None:
    """Return the card that was seen in this look, to be remembered."""
    match readings.get("chart_card"):
        case Measured(value=[int(marker), *corners]) if len(corners) == 4:
            a, b, c, d = ((float(x), float(y)) for x, y in corners)
            return ChartCard(marker, (a, b, c, d), look.last.frame.width, look.last.frame.height)
        case _:
            return None


def round_up(lines: float) -> int:
    """Return the least whole number of lines that is not under this bound."""
    return math.ceil(lines - 1e-6)


_METRICS = (
    "tvl_format",
    "tvl_live_at_least",
    "tvl_live_at_most",
    "tvl_live_by",
    "tvl_live_on",
    "tvl_structure_at_most",
    "enlarged_from",
    "chart_card",
)

# A picture with one of these faults shows nothing of the lens; the fault itself is what is reported.
_BLINDING = frozenset({"black", "no-signal", "covered", "under", "over", "noise"})
# 95 % of the card's readings lay within this share of the truth, by codec; unknown ones as the worst.
_CARD_ERROR: Mapping[str, float] = {"H264": 0.10}
_CARD_ERROR_ELSE = 0.17


def _size_told(look: Look) -> str:
    frame = look.last.frame
    shown = "" if frame.sar is None else f", pixels {frame.sar:.3g}:1"
    return f"{frame.width}x{frame.height}{shown}"


def _of_one_size(look: Look) -> tuple[Sight, ...]:
    return look.sights if look.pair is not None else (look.last,)


def _card(look: Look) -> ChartCard | None:
    known = look.job.memory.card
    if known is not None and still_hangs(look.last.luma, known):
        return known
    return find_card(look.last.luma) if look.job.find_card else None


def _card_told(card: ChartCard | None) -> Reading:
    if card is None:
        return NotMeasured(Gap.UNCLEAR, "no card was seen")
    return Measured([card.marker, *(list(corner) for corner in card.corners)])


def _by_card(look: Look, card: ChartCard, samples: float) -> tuple[float, float, str] | None:
    """Return the least and the most lines the card shows and how; None where it shows too little."""
    if square_side(card) < least_side(samples):
        return None
    sides = [f10 for sight in _of_one_size(look) for f10 in read_card(sight.luma, card)]
    if len(sides) < 2:
        return None
    middle = sorted(sides)[len(sides) // 2] if len(sides) % 2 else _mean_of_middle(sides)
    lines, error = lines_of(middle, samples), _CARD_ERROR.get(look.job.grab.codec, _CARD_ERROR_ELSE)
    x, y = card.corners[0]
    told = f"card {card.marker} at {x:.0f},{y:.0f}: {lines:.0f} +-{error:.0%} from {len(sides)} sides"
    return lines * (1.0 - error), lines * (1.0 + error), told


def _mean_of_middle(sides: list[float]) -> float:
    low, high = sorted(sides)[len(sides) // 2 - 1 : len(sides) // 2 + 1]
    return 0.5 * (low + high)


def _of_scene(bounds: Bounds, look: Look, prefix: str) -> Readings:
    told = told_edges(bounds, len(_of_one_size(look)))
    words: dict[str, Reading] = {
        "enlarged_from": Measured([]),
        "tvl_structure_at_most": NotMeasured(
            Gap.UNCLEAR, "the edges show more, or there is too little to say"
        ),
        f"{prefix}_at_least": NotMeasured(Gap.UNCLEAR, told),
    }
    if bounds.enlarged_from is not None:
        wide, high = bounds.enlarged_from
        words["enlarged_from"] = Measured([wide, high])
        words[f"{prefix}_at_most"] = Measured(round_up(bounds.at_most), f"enlarged from {wide}x{high}")
        words[f"{prefix}_at_least"] = NotMeasured(Gap.UNCLEAR, f"edges of an enlarged picture: {told}")
    elif bounds.is_resampled:
        words["enlarged_from"] = NotMeasured(Gap.UNCLEAR, "resampled, from what size does not show")
    if bounds.at_least is not None:
        words[f"{prefix}_at_least"] = Measured(math.floor(bounds.at_least), told)
    if bounds.structure_at_most is not None:
        words["tvl_structure_at_most"] = Measured(round_up(bounds.structure_at_most))
    words[f"{prefix}_by"] = Measured(bounds.by, told)
    return words


def _with_other_nights(look: Look, fresh: dict[str, Reading], need: float) -> Readings:
    """Believe that nothing is sharp only when another night said so too: fog and rain pass."""
    match fresh["tvl_structure_at_most"], fresh["tvl_live_at_most"]:
        case Measured(value=int(tonight)), Measured(value=int(most)) if tonight < min(need, most):
            earlier = held_on_another_night(look, need)
            if earlier is not None:
                told = f"no sharp structure on {earlier[1].isoformat()} and tonight"
                fresh["tvl_live_at_most"] = Measured(max(tonight, earlier[0]), told)
                fresh["tvl_live_by"] = Measured("structure", told)
    return fresh


PROOF = Proof(id="picture.tvl", metrics=_METRICS, read=read)
