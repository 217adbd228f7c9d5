"""Chuzhou: a line of sums for each unit, and the rates of a school or a county."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from config.form import Form
from config.plans import Rate, load_rates
from config.schema import Catalogue
from config.site import Site
from config.words import say
from inventory.condition import condition_of
from inventory.ledger import Ledger, SystemRecord, absent_spots
from inventory.record import CameraRecord, FieldValue
from inventory.sheets import SheetPage
from reports.forms.desk import words_of
from reports.rollup.built import Built, Given, Total, no_reply
from reports.rollup.pages import Place, labelled_numbers, list_rows
from reports.rollup.paper import Heading, list_paper
from reports.rollup.rates import CAMERA_COLUMNS, Share, percent, shares, verdict
from reports.rollup.submission import Fact, Submission, Trouble

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


def read_survey(page: SheetPage, form: Form, place: Place, troubles: list[Trouble]) -> pd.DataFrame:
    """Read the four numbers of a network off the page that has them."""
    del form
    return labelled_numbers(page, LABELS, place, troubles)


def extract_numbers(
    form: Form, ledger: Ledger, site: Site, catalogue: Catalogue
) -> Mapping[str, tuple[pd.DataFrame, Mapping[str, Fact]]]:
    """Return the four numbers of each network that stands alone."""
    del form, site, catalogue
    cameras = {camera.id: camera for camera in ledger.cameras}
    return {system.id: (_numbers(system, cameras, ledger), {}) for system in ledger.systems}


def build_summary(given: Given) -> Built:
    """Return a line for each unit, the sum of its networks; who has not replied has no numbers."""
    lines: list[dict[str, object]] = []
    missing = {}
    for place, (name, many) in enumerate(given.lines):
        frame = (
            pd.concat([one.rows[list(LABELS)] for one in many])
            if many
            else pd.DataFrame(columns=list(LABELS))
        )
        # A network that does not know its number leaves the unit's sum unknown.
        sums = {
            column: None if frame[column].isna().any() or frame.empty else int(frame[column].sum())
            for column in LABELS
        }
        if not many:
            missing[place] = no_reply(given, name)
        lines.append({"unit": name, **sums})
    rows = pd.DataFrame(lines, columns=["unit", *LABELS], dtype=object)
    for column in LABELS:
        rows[column] = pd.array(rows[column].tolist(), dtype="Int64")
    paper = list_paper(
        given.form, given.catalogue, rows, given.made, Heading(given.district, given.remarks), missing
    )
    totals: dict[str, Total] = {
        label: int(rows[column].sum()) if rows[column].notna().any() else None
        for column, label in LABELS.items()
    }
    return Built(paper, totals, tuple(_unknown(rows)))


def extract_rates(
    form: Form, ledger: Ledger, site: Site, catalogue: Catalogue
) -> Mapping[str, tuple[pd.DataFrame, Mapping[str, Fact]]]:
    """Return a school's shares, a row for each rate."""
    del site
    campaign = catalogue.campaigns[form.campaign]
    absent = absent_spots(ledger.unit)
    wanted = {area.name: area.positions for area in catalogue.must_cover if area.name not in absent}
    rates = load_rates(form.campaign).rates
    found = shares(_cameras(ledger, catalogue), rates, campaign.thresholds, wanted)
    rows = [{"rate": rate.name, **_as_numbers(found[rate.id])} for rate in rates]
    return {"": (pd.DataFrame(rows), {})}


def read_rates(page: SheetPage, form: Form, place: Place, troubles: list[Trouble]) -> pd.DataFrame:
    """Read a school's sheet of rates; what does not add up is told."""
    rows = list_rows(page, form, place, troubles)
    names = [rate.name for rate in load_rates(form.campaign).rates]
    # The sums of all units are worked out anew.
    own = ~rows["unit"].astype(str).str.startswith("合计")
    rows = rows[own & rows["rate"].isin(names)].drop_duplicates(["unit", "rate"], keep="last")
    for row in rows.to_dict("records"):
        numbers = [row[name] for name in _NUMBERS]
        if not any(pd.isna(one) for one in numbers) and not Share(*map(int, numbers)).sound:
            what = say("rollup.rate_sum", rate=row["rate"])
            troubles.append(place.trouble("error", "", what, say("rollup.mend_sum")))
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


def _numbers(system: SystemRecord, cameras: Mapping[str, CameraRecord], ledger: Ledger) -> pd.DataFrame:
    own = [cameras[one].fields for one in system.cameras if one in cameras]
    own = [fields for fields in own if _word(fields.get("build_state")) in (None, "已建")]
    public = [_word(fields.get("faces_public")) for fields in own]
    platform = _word(system.fields.get("has_platform"))
    recorders = [one for one in system.devices if ledger.devices[one].kind == "recorder"]
    said = {
        "cameras": len(own),
        "platforms": None if platform is None else int(platform == "有平台"),
        "recorders": len(recorders),
        "public": None if None in public else public.count("是"),
    }
    return pd.DataFrame({name: pd.array([number], dtype="Int64") for name, number in said.items()})


def _unknown(rows: pd.DataFrame) -> Iterator[Trouble]:
    for column, label in LABELS.items():
        # Those without a reply are listed as such.
        names = rows["unit"][rows[column].isna() & rows["cameras"].notna()]
        if len(names):
            what = say("rollup.unknown_number", label=label, units="、".join(names))
            yield Trouble("warn", "", "", "", what, say("rollup.mend_unknown"))


def _cameras(ledger: Ledger, catalogue: Catalogue) -> pd.DataFrame:
    rows = []
    for camera in ledger.cameras:
        # What is only suggested is not known: it counts for nothing until a person has confirmed it.
        known = {name: said for name, said in camera.fields.items() if said.confirmed}
        row: dict[str, object] = {name: _word(known.get(name)) for name in CAMERA_COLUMNS}
        days = known.get("retention_days")
        row["days"] = int(days.value) if days is not None and isinstance(days.value, int | float) else None
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
            line["verdict"] = words[_VERDICTS[verdict(share, rate.limit_pct)]]
        yield line


def _word(said: FieldValue | None) -> str | None:
    return (words_of(said) or None) if said is not None else None
