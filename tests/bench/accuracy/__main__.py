"""How truly pictures are judged: makes the benchmark's clips, looks at them, and writes docs/accuracy.md.

Run: poe accuracy         (needs the packages that sources.py names; it says how to get those missing)
To tune on the development bases, nothing is written:
    python -m tests.bench.accuracy --split dev --only frozen --verbose
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.bench.accuracy import page
from tests.bench.accuracy.card_looks import CARD_FORMATS, card_looks
from tests.bench.accuracy.clips import default_folder
from tests.bench.accuracy.lines_looks import (
    ENLARGED_SCENES,
    LinesLook,
    enlarged_looks,
    real_looks,
    still_looks,
)
from tests.bench.accuracy.lines_tables import wrong_lines
from tests.bench.accuracy.score import KNOWN, Outcome, Task, look_at_all
from tests.bench.accuracy.sources import BASES, CLIPS, STILLS, Base, Split, how_to_get, missing
from tests.bench.accuracy.tables import class_table, healthy_table, variant_table, wrong_ones
from tests.bench.accuracy.variants import CLASSES, VARIANTS, Variant


def main() -> int:
    asked = _options().parse_args()
    asked.sources = asked.sources or asked.clips / "sources"
    if asked.split or asked.only or asked.quick:
        return _try_out(asked)
    absent = missing({*BASES, *STILLS, *CLIPS}, asked.sources)
    if absent:
        sys.stderr.write(how_to_get(absent, asked.sources) + "\n")
        return 1
    for part in asked.part or PARTS:
        page.write_sections(PAGE, _sections(part, asked))
    return 0


PAGE = Path(__file__).resolve().parents[3] / "docs" / "accuracy.md"
PARTS = ("faults", "lines", "cards", "sources")


def _sections(part: str, asked: argparse.Namespace) -> dict[str, str]:
    """Measure one part and return its sections by heading."""
    match part:
        case "faults":
            test, dev = (_looked(BASES, split, [], asked) for split in ("test", "dev"))
            return page.fault_sections(test, dev)
        case "lines":
            return page.lines_sections(_lines("test", asked), _lines("dev", asked, real_only=True))
        case "cards":
            with ProcessPoolExecutor(asked.jobs) as pool:
                looks = [one for done in pool.map(card_looks, CARD_FORMATS) for one in done]
            return page.card_sections(looks)
        case _:
            return page.source_sections()


def _try_out(asked: argparse.Namespace) -> int:
    """Measure what was asked for and print it; nothing is written."""
    split: Split = asked.split or "dev"
    bases = [one for one in BASES if one.split == split and _is_meant(one.name, asked.only, _NAMES)]
    if asked.quick:
        bases = bases[:1] + bases[2:10:3]
    absent = missing(bases, asked.sources)
    if absent:
        sys.stderr.write(how_to_get(absent, asked.sources) + "\n")
        return 1
    if asked.part == ["lines"]:
        looks = _lines(split, asked)
        sys.stdout.write("\n\n".join(page.lines_sections(looks, []).values()) + "\n")
        sys.stdout.write(wrong_lines(looks) + "\n" if asked.verbose else "")
        return 0
    looked = _looked(bases, split, asked.only, asked)
    sys.stdout.write("\n\n".join(_shown(looked, asked.verbose, asked.numbers)) + "\n")
    return 0


def _looked(bases: Sequence[Base], split: Split, only: list[str], asked: argparse.Namespace) -> list[Outcome]:
    variants = tuple(one.id for one in VARIANTS if _is_wanted(one, only))
    known = tuple(asked.known or KNOWN)
    tasks = [Task(one, variants, asked.clips, asked.sources, known) for one in bases if one.split == split]
    looked: list[Outcome] = []
    for outcome in look_at_all(tasks, asked.jobs):
        if not looked or looked[-1].base != outcome.base:
            _tell(outcome.base)
        looked.append(outcome)
    return looked


def _lines(split: Split, asked: argparse.Namespace, *, real_only: bool = False) -> list[LinesLook]:
    stills = [one for one in STILLS if one.split == split and not real_only]
    enlarged = stills[-ENLARGED_SCENES:]
    work = [(real_looks, one) for one in CLIPS if one.split == split]
    work += [(enlarged_looks, one) for one in enlarged] + [(still_looks, one) for one in stills]
    looks: list[LinesLook] = []
    with ProcessPoolExecutor(asked.jobs) as pool:
        begun = [(one, pool.submit(look, one, asked.sources)) for look, one in work]
        for base, done in begun:
            looks += done.result()
            _tell(base.name)
    return looks


def _tell(name: str) -> None:
    sys.stderr.write(f"{name} ")
    sys.stderr.flush()


def _shown(looked: list[Outcome], verbose: bool, numbers: list[str]) -> list[str]:
    parts = [class_table(looked), healthy_table(looked), variant_table(looked)]
    return [*parts, wrong_ones(looked, numbers)] if verbose else parts


_NAMES = frozenset(one.name for one in BASES)


def _is_meant(name: str, only: list[str], names: frozenset[str]) -> bool:
    named = [one for one in only if one in names]
    return not named or name in named


def _is_wanted(variant: Variant, only: list[str]) -> bool:
    """Any of the words may name a class, `ok`, or a variant; words that name bases choose no variant."""
    words = [one for one in only if one not in _NAMES]
    return not words or any(
        word in variant.faults or word == variant.id or (word == "ok" and not variant.faults)
        for word in words
    )


def _options() -> argparse.ArgumentParser:
    words = argparse.ArgumentParser(prog="poe accuracy", description=__doc__)
    words.add_argument("--split", choices=("dev", "test"), help="print this one, write nothing")
    words.add_argument(
        "--part", action="append", choices=PARTS, help="measure this part anew; all unless told"
    )
    words.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="WORD",
        help=f"a base, a variant, ok, {' '.join(CLASSES)}",
    )
    words.add_argument(
        "--known", action="append", choices=KNOWN, help="what is remembered; all three unless told"
    )
    words.add_argument("--quick", action="store_true", help="four bases")
    words.add_argument("--jobs", type=int, default=2)
    words.add_argument("--verbose", action="store_true", help="list every miss and every false alarm")
    words.add_argument("--numbers", nargs="*", default=[], metavar="METRIC", help="show these with --verbose")
    words.add_argument("--clips", type=Path, default=default_folder(), help="where coded clips are kept")
    words.add_argument("--sources", type=Path, help="wheels and unpacked packages; CLIPS/sources unless told")
    return words


if __name__ == "__main__":
    sys.exit(main())
