"""The demonstration: a virtual school on this computer, scanned for real, its form filled in."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import count
from pathlib import Path

from rich.console import Console

from config.errors import UsageError
from config.site import FILE, template
from config.words import say
from probe.transport.vault import Vault
from reports.commands.paperwork import find_form, write_form
from reports.commands.scanning import asked_for, look
from reports.console import make_folder, plain, stderr, stdout
from reports.document import scan_document, to_json
from reports.results import show
from reports.school import Running, School, running
from reports.score import Score, score
from reports.workspace import open_workspace

_FORM = "ruian-2018-list"
_FOLDER = "camcensus-demo"
_STREAMS = 6


def run_demo(school: School, out: Path | None) -> None:
    """Leave a workspace with inventory, pictures, JSON and form in `out`, and say what to open."""
    folder = _free(out)
    progress, result = stderr(), stdout()
    progress.print(plain(say("progress.campus")))
    with running(school) as campus:
        truth = campus.truth
        progress.print(
            plain(say("demo.school", count=len(truth["devices"]), network="、".join(truth["targets"])))
        )
        make_folder(folder)
        _prepare(folder, campus)
        # The passwords are play money: they stay in the folder, out of the computer's keyring.
        place = replace(open_workspace(folder), vault=Vault.open(folder, None))
        for one in truth["credentials"]:
            place.vault.set(one["name"], one["user"], one["password"], one["rule"])
        # The school keeps a list of its cameras: one that is off-line is asked for by name.
        off = [device["address"] for device in truth["devices"] if not device["answers"]]
        asked = asked_for([*truth["targets"], *off], place)
        with place.store() as store:
            view = look(place, store, asked, "scan")

    progress.print(plain(say("progress.writing")))
    document = scan_document(view, place.catalogue)
    place.out.mkdir(exist_ok=True)
    json_path = place.out / "scan.json"
    json_path.write_text(to_json(document), "utf-8")
    form_path = write_form(place, find_form(place, _FORM), None)

    show(result, document, place.catalogue)
    _compare(result, score(document.model_dump(by_alias=True), truth))
    result.print(plain(say("demo.open"), "bold"))
    for key, path in (
        ("form", form_path),
        ("snapshots", place.snapshots),
        ("json", json_path),
        ("inventory", place.database),
    ):
        result.print(plain(f"  {say(f'demo.{key}')}：{path}"))
    result.print(plain(say("demo.real")))


def _free(out: Path | None) -> Path:
    """Return a folder that is empty or not there yet. One that holds anything is never written over."""
    if out is None:
        names = (_FOLDER if n == 1 else f"{_FOLDER}-{n}" for n in count(1))
        out = next(path for name in names if not (path := Path(name)).exists())
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(say("demo.taken", path=out))
    return out


def _prepare(folder: Path, campus: Running) -> None:
    """Write the settings that a school's IT teacher would have written."""
    filled = {
        "school": campus.name,
        "town": say("demo.town"),
        "address": say("demo.address"),
        "networks": campus.truth["targets"],
    }
    text = template()
    for key, value in filled.items():
        text = _set(text, key, value)
    # School and scan share this computer's cores: fewer streams at once, so that none of them stalls.
    text = re.sub(r"(?m)^# streams_at_once = .*$", f"streams_at_once = {_STREAMS}", text, count=1)
    (folder / FILE).write_text(text, "utf-8")


def _set(text: str, key: str, value: str | list[str]) -> str:
    """Return the settings with one of them filled in. JSON's strings and lists are TOML's too."""
    line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    return re.sub(rf"(?m)^{key} = .*$", lambda _: line, text, count=1)


def _compare(console: Console, result: Score) -> None:
    rows = [
        result.devices,
        *result.facts,
        *result.pictures,
        result.retention,
        result.playback,
        result.cameras,
    ]
    right = sum(row.right for row in rows) + sum(row.found for row in result.faults)
    unknown = sum(row.unknown for row in rows) + sum(row.unjudged for row in result.faults)
    console.print(plain(say("demo.truth", right=right, unknown=unknown, wrong=len(result.mistakes)), "bold"))
    for mistake in result.mistakes:
        console.print(plain(f"  {mistake}", "red"))
