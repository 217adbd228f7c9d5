"""Chuzhou: a line of sums for each unit, and the rates of a school or a county."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from config.form import Form
from config.plans import Rate, load_rates
from config.schema import Catalogue
from config.site import Site
from config.words import say
from inventory.condition import condition_of
from inventory.ledger import Ledger, absent_spots
from inventory.record import FieldValue
from reports.forms.desk import Choices, Desk, words_of
from reports.forms.figures import find
from reports.forms.found import Found
from reports.forms.rules import RULES
from reports.forms.subject import Item, Subject, subject_of, systems_of
from reports.rollup.built import Built, Given, Total, no_reply
from reports.rollup.handed import Handed
from reports.rollup.kept import kept_of
from reports.rollup.pages import labelled_numbers, list_rows
from reports.rollup.paper import Heading, list_paper
from reports.rollup.rates import CAMERA_COLUMNS, OUT_OF_USE, PLANNED, Share, percent, shares, verdict
from reports.rollup.submission import OPEN, Extracted, Submission, Trouble, open_in
from reports.sheet import Missing

SURVEY = "chuzhou-2019-survey"
SUMMARY = "chuzhou-2019-summary"
RATES = "chuzhou-2019-rates"

# As the survey's second page calls them, where people correct them.
LABELS = {
    "cameras": "摄像头数量",
    "platforms": "平台数量",
    "recorders": "DVR/NVR数量",
    "public": "涉及公共区域摄像头数量",
}
_VERDICTS = {
    "met": "verdict_met",
    "not-met": "verdict_not_met",
    "unknown": "verdict_unknown",
    "n/a": "verdict_none",
}
_NUMBERS = ("met", "total", "unknown", "outside")


def read_survey(handed: Handed) -> pd.DataFrame:
    """Read the four numbers of a network off the page that has them."""
    return labelled_numbers(handed, LABELS)


def extract_numbers(form: Form, ledger: Ledger, site: Site, catalogue: Catalogue) -> Mapping[str, Extracted]:
    """Return the four numbers of each network that stands alone, as the survey counts them."""
    del site
    measured = ledger.view.run.finished if ledger.view.run else None
    desk = Desk(form, catalogue, Choices(), ledger.made, measured)
    subjects = systems_of(subject_of(ledger, catalogue))
    return {one.about.removeprefix("system:"): _numbers(desk, one) for one in subjects}


def build_summary(given: Given) -> Built:
    """Return a line for each unit, the sum of its networks; who has not replied has no numbers."""
    lines: list[dict[str, object]] = []
    missing: dict[int, Missing] = {}
    partial: dict[int, Missing] = {}
    for place, (name, many) in enumerate(given.lines):
        frame = pd.concat([one.rows for one in many]) if many else pd.DataFrame(columns=list(LABELS))
        guessed = frozenset().union(*(open_in(row) for row in frame.to_dict("records")))
        # A network that does not know its number leaves the unit's sum unknown.
        sums = {
            column: None if frame[column].isna().any() or frame.empty else int(frame[column].sum())
            for column in LABELS
        }
        if not many:
            missing[place] = no_reply(given, name)
        elif None in sums.values():
            partial[place] = Missing(
                given.word("partial_name"), given.word("partial_why"), given.word("partial_mend"), needed=True
            )
        lines.append({"unit": name, **sums, OPEN: " ".join(sorted(guessed))})
    rows = pd.DataFrame(lines, columns=["unit", *LABELS, OPEN], dtype=object)
    for column in LABELS:
        rows[column] = pd.array(rows[column].tolist(), dtype="Int64")
    paper = list_paper(
        given.form,
        given.catalogue,
        rows,
        given.made,
        Heading(given.district, given.remarks),
        missing | partial,
    )
    totals: dict[str, Total] = {
        label: int(rows[column].sum()) if rows[column].notna().any() else None
        for column, label in LABELS.items()
    }
    return Built(paper, totals, tuple(_unknown(rows[~rows.index.isin(missing)])))


def extract_rates(form: Form, ledger: Ledger, site: Site, catalogue: Catalogue) -> Mapping[str, Extracted]:
    """Return a school's shares, a row for each rate."""
    del site
    campaign = catalogue.campaigns[form.campaign]
    absent = absent_spots(ledger.unit)
    wanted = {area.name: area.positions for area in catalogue.must_cover if area.name not in absent}
    rates = load_rates(form.campaign).rates
    cameras = _cameras(ledger, catalogue)
    found = shares(cameras, rates, campaign.thresholds, wanted)
    rows = [{"rate": rate.name, **_as_numbers(found[rate.id])} for rate in rates]
    stateless = int(cameras["build_state"].isna().sum())
    told = (say("rollup.stateless", cameras=stateless), say("rollup.mend_stateless"))
    return {"": Extracted(pd.DataFrame(rows), odd=(told,) if stateless else ())}


def read_rates(handed: Handed) -> pd.DataFrame:
    """Read a school's sheet of rates; what does not add up is told."""
    rows = list_rows(handed)
    names = [rate.name for rate in load_rates(handed.form.campaign).rates]
    # The sums of all units are worked out anew.
    own = ~rows["unit"].astype(str).str.startswith("合计")
    rows = rows[own & rows["rate"].isin(names)].drop_duplicates(["unit", "rate"], keep="last")
    for row in rows.to_dict("records"):
        numbers = [row[name] for name in _NUMBERS]
        if not any(pd.isna(one) for one in numbers) and not Share(*map(int, numbers)).sound:
            handed.tell("error", "", say("rollup.rate_sum", rate=row["rate"]), say("rollup.mend_sum"))
    return rows[["unit", "rate", *_NUMBERS]].reset_index(drop=True)


def build_rates(given: Given) -> Built:
    """Return every rate of all units together, then of each; sums of whole numbers, never means of rates."""
    rates = load_rates(given.form.campaign).rates
    everyone = [one for _, many in given.lines for one in many]
    words = given.catalogue.sheet_words.rollup
    whole = given.word("everyone", units=len(everyone))
    lines = list(_rate_lines(whole, _summed(everyone), rates, words, quoted=True))
    totals: dict[str, Total] = {rate.name: None for rate in rates}
    totals |= {str(line["rate"]): str(line["percent"]) for line in lines if "percent" in line}
    missing = {}
    for name, many in given.lines:
        if many:
            lines += _rate_lines(name, _summed(list(many)), rates, words, quoted=len(everyone) == 1)
        else:
            missing[len(lines)] = no_reply(given, name)
            lines.append({"unit": name, "rate": given.short_why(name)})
    rows = pd.DataFrame(lines, dtype=object)
    heading = Heading(given.district, (*given.remarks, *(rate.note for rate in rates if rate.note)))
    paper = list_paper(given.form, given.catalogue, rows, given.made, heading, missing)
    return Built(paper, totals)


def _numbers(desk: Desk, system: Subject) -> Extracted:
    standing = tuple(item for item in system.items if _stands(item))
    subject = replace(system, items=standing)
    found = {name: find(desk, name, subject, RULES) for name in LABELS}
    said = {name: _whole(one) for name, one in found.items()}
    # Of those without a state it is not known whether they stand.
    stateless = [item for item in standing if _word(item.fields.get("build_state")) is None]
    if stateless:
        said["cameras"] = None
    if any(_word(item.fields.get("faces_public")) != "否" for item in stateless):
        said["public"] = None
    guessed = [
        name
        for name, one in found.items()
        if said[name] is not None and not all(origin.confirmed for origin in one.origins)
    ]
    rows = pd.DataFrame({name: pd.array([number], dtype="Int64") for name, number in said.items()})
    told = (say("rollup.stateless", cameras=len(stateless)), say("rollup.mend_stateless"))
    rows = rows.assign(**{OPEN: " ".join(guessed) or None})
    return Extracted(rows, scope="in-scope", odd=(told,) if stateless else ())


def _stands(item: Item) -> bool:
    """Say whether a camera stands and is in use, as far as anybody has said otherwise."""
    state, life = (_word(item.fields.get(name)) for name in ("build_state", "life_state"))
    return state not in PLANNED and life not in OUT_OF_USE


def _whole(found: Found) -> int | None:
    """Return a number that is known of all; where something is missing it is only a part."""
    whole = found.value if not found.missing else None
    return whole if isinstance(whole, int) and not isinstance(whole, bool) else None


def _unknown(rows: pd.DataFrame) -> Iterator[Trouble]:
    for column, label in LABELS.items():
        names = rows["unit"][rows[column].isna()]
        if len(names):
            what = say("rollup.unknown_number", label=label, units="、".join(names))
            yield Trouble("warn", "", "", "", what, say("rollup.mend_unknown"))


def _cameras(ledger: Ledger, catalogue: Catalogue) -> pd.DataFrame:
    rows = []
    for camera in ledger.cameras:
        # What is only suggested is not known: it counts for nothing until a person has confirmed it.
        known = {name: said for name, said in camera.fields.items() if said.confirmed}
        row: dict[str, object] = {name: _word(known.get(name)) for name in CAMERA_COLUMNS}
        kept = kept_of(camera, ledger)
        row |= {"days": kept.least, "days_at_most": kept.most, "age": kept.age}
        row["channels"] = max(1, len(camera.channels))
        condition = condition_of(camera, ledger.watched.results, catalogue.watch)
        row |= {"intact": condition.intact, "works": condition.works}
        rows.append(row)
    return pd.DataFrame(rows, columns=list(CAMERA_COLUMNS), dtype=object)


def _as_numbers(share: Share) -> dict[str, int]:
    return {"met": share.met, "total": share.total, "unknown": share.unknown, "outside": share.outside}


def _summed(submissions: list[Submission]) -> Mapping[str, Share]:
    """Return the shares of all of them together, by the rate's name."""
    frames = [one.rows for one in submissions if len(one.rows)]
    if not frames:
        return {}
    summed = pd.concat(frames).groupby("rate")[list(_NUMBERS)].sum()
    return {str(name): Share(*(int(row[one]) for one in _NUMBERS)) for name, row in summed.iterrows()}


def _rate_lines(
    unit: str, found: Mapping[str, Share], rates: tuple[Rate, ...], words: Mapping[str, str], *, quoted: bool
) -> Iterator[dict[str, object]]:
    for rate in rates:
        share = found.get(rate.name)
        line: dict[str, object] = {
            "unit": unit,
            "rate": rate.name,
            "quote": rate.quote if quoted else None,
            "formula": rate.formula,
            "limit": f"{rate.limit_pct}%",
        }
        if share is not None:
            line |= _as_numbers(share)
            line["percent"] = percent(share.met, share.total)
            line["verdict"] = words[_VERDICTS[verdict(share, rate.limit_pct, rate.among)]]
        yield line


def _word(said: FieldValue | None) -> str | None:
    return (words_of(said) or None) if said is not None else None
