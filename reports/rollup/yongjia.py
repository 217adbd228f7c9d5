"""Yongjia: what every town reports against its quota."""

from __future__ import annotations

import pandas as pd

from config.plans import load_quota
from config.words import say
from reports.rollup.built import Built, Given, Total, joined, no_reply
from reports.rollup.handed import Handed
from reports.rollup.pages import list_rows
from reports.rollup.paper import Heading, list_paper
from reports.rollup.quota import TYPED, done, out_of_order, place_named, track
from reports.rollup.submission import Trouble

FORM = "yongjia-2010-quota"


def read_report(handed: Handed) -> pd.DataFrame:
    """Return the lines of those towns that have typed something."""
    rows = list_rows(handed)
    return rows[rows[list(TYPED)].notna().any(axis="columns")].reset_index(drop=True)


def build(given: Given) -> Built:
    """Return the tracker: every place of the document, those without a report with empty numbers."""
    quota = load_quota(given.form.campaign)
    troubles: list[Trouble] = []
    typed: dict[str, dict[str, int | None]] = {}
    rows = joined(given)
    for row in rows.to_dict("records"):
        name = place_named(quota, str(row["unit"] or ""))
        source = str(row["_source"])
        said = {state: None if pd.isna(row[state]) else int(row[state]) for state in TYPED}
        if name is None:
            what = say("rollup.no_quota", name=row["unit"])
            troubles.append(Trouble("warn", source, "", "", what, say("rollup.mend_no_quota")))
        elif all(number is None for number in said.values()):
            continue
        elif name in typed and typed[name] != said:
            what = say("rollup.town_twice", name=name)
            troubles.append(Trouble("error", source, "", "", what, say("rollup.mend_town_twice")))
            typed[name] = dict.fromkeys(TYPED)
        else:
            typed[name] = said
    frame = track(quota, typed)
    remarks = _remarks(frame, given)
    for one in out_of_order(frame):
        what = say(
            "rollup.out_of_order",
            name=one.name,
            earlier=say(f"rollup.{one.earlier}"),
            later=say(f"rollup.{one.later}"),
            fewer=one.numbers[0],
            more=one.numbers[1],
        )
        troubles.append(Trouble("warn", "", "", "", what, say("rollup.mend_order")))
    frame = frame.rename(columns={"name": "unit"})
    frame["remark"] = remarks
    missing = {
        place: no_reply(given, str(name))
        for place, name in enumerate(frame["unit"])
        if pd.isna(frame["built"].iloc[place])
    }
    everyone = frame["built"].notna().all()
    rate = done(frame) if everyone else given.word("at_least", rate=done(frame))
    texts = {"done": rate} | ({"short": str(int(frame["short"].sum()))} if everyone else {})
    heading = Heading(given.district, given.remarks, texts)
    paper = list_paper(given.form, given.catalogue, frame, given.made, heading, missing)
    totals: dict[str, Total] = {
        "任务数": int(frame["quota"].sum()),
        "已建": _sum(frame["built"]),
        "计入完成": _sum(frame["counted"]),
        "超建": _sum(frame["over"]),
        "完成率": rate,
    }
    return Built(paper, totals, tuple(troubles))


def _sum(numbers: pd.Series[int]) -> int | None:
    return int(numbers.sum()) if numbers.notna().any() else None


def _remarks(frame: pd.DataFrame, given: Given) -> list[str | None]:
    words = {one.name: given.word("order_remark") for one in out_of_order(frame)}
    said: list[str | None] = []
    for name, kind, built in zip(frame["name"], frame["kind"], frame["built"], strict=True):
        parts = [
            given.short_why(str(name)) if pd.isna(built) else "",
            given.word("kind_remark") if kind == "type" else "",
            words.get(str(name), ""),
        ]
        said.append("；".join(part for part in parts if part) or None)
    return said
