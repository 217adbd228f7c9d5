"""Makes the README's pictures from a real run of `camcensus demo`.

Run: poe pictures         (needs LibreOffice, poppler, Chromium and a Chinese font on this computer)
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from config.load import load_catalogue
from reports import scan_json
from reports.results import show

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
COLUMNS, ROWS = 4, 3
TILE = (400, 225)
WIDE = 120  # columns: with fewer the table has no room for make, model and remark
# A number stays with its unit, and no line begins with a comma.
_UNBROKEN = re.compile(r"(?:[\x21-\x7e]+(?: [\u4e00-\u9fff])?|.)[，。；：、！？）”》]*")
_MAIN = "from reports.cli import main; main()"


class _Screen(Console):
    """A terminal of fixed width, whose long sentences are folded as Chinese is."""

    def print(self, *objects: object, **rest: Any) -> None:  # noqa: ANN401
        super().print(*(_folded(one) if isinstance(one, Text) else one for one in objects), **rest)


def _folded(sentence: Text) -> Text:
    lines = [""]
    for part in _UNBROKEN.findall(sentence.plain):
        if cell_len(lines[-1] + part) > WIDE:
            lines.append("")
        lines[-1] += part
    return Text("\n".join(lines), style=sentence.style)


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        workspace = folder / "camcensus-demo"
        subprocess.run([sys.executable, "-c", _MAIN, "demo", "--out", str(workspace)], check=True)
        _result(workspace / "out" / "scan.json", folder)
        _form(workspace / "out" / "ruian-2018-list.xlsx", folder)
        _cameras(workspace / "snapshots")
        _health(workspace, folder)


def _result(scan: Path, folder: Path) -> None:
    """The table as the command prints it, photographed by Chromium."""
    unused = (folder / "unused.txt").open("w", encoding="utf-8")
    console = _Screen(record=True, width=WIDE, file=unused, markup=False, highlight=False)
    document = scan_json.Document.model_validate(json.loads(scan.read_text("utf-8")))
    show(console, document, load_catalogue())
    drawn = console.export_svg(title="camcensus scan")
    # The drawing names fonts to be fetched; this computer's own are good enough.
    drawn = re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.DOTALL)
    # rich counts letters where it means columns, and a Chinese letter takes two.
    drawn = re.sub(r'textLength="([\d.]+)"([^>]*)>([^<]*)<', _in_columns, drawn)
    width, height = (round(float(n)) for n in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawn)[0])
    page = folder / "result.html"
    page.write_text(f'<!doctype html><meta charset="utf-8"><body style="margin:0">{drawn}', "utf-8")
    _photograph(page, "result.png", (width, height), folder)


def _health(workspace: Path, folder: Path) -> None:
    """The top of the health report as a browser shows it."""
    _run(sys.executable, "-c", _MAIN, "report", "--out", str(folder / "report"), "-w", str(workspace))
    _photograph(folder / "report" / "health.html", "health.png", (1100, 1250), folder)


def _photograph(page: Path, name: str, size: tuple[int, int], folder: Path) -> None:
    _run(
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        f"--user-data-dir={folder / 'profile'}",
        "--hide-scrollbars",
        f"--window-size={size[0]},{size[1]}",
        f"--screenshot={PICTURES / name}",
        page.as_uri(),
    )


def _in_columns(found: re.Match[str]) -> str:
    text = html.unescape(found[3])
    wide = float(found[1]) / max(len(text), 1) * cell_len(text)
    return f'textLength="{wide:.1f}"{found[2]}>{found[3]}<'


def _form(sheet: Path, folder: Path) -> None:
    """The first page as it comes out of the printer."""
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    _run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(sheet))
    pdf = folder / f"{sheet.stem}.pdf"
    _run("pdftoppm", "-r", "90", "-png", "-singlefile", str(pdf), str(PICTURES / "form"))


def _cameras(snapshots: Path) -> None:
    """A contact sheet of the first pictures."""
    newest = (path for path in snapshots.glob("*.jpg") if "." not in path.stem)  # the others are evidence
    paths = sorted(newest, key=lambda path: int(path.stem[1:].partition("-")[0]))
    shots = [cv2.resize(_read(path), TILE) for path in paths[: COLUMNS * ROWS]]
    rows = [np.hstack(shots[n : n + COLUMNS]) for n in range(0, COLUMNS * ROWS, COLUMNS)]
    cv2.imwrite(str(PICTURES / "cameras.jpg"), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 80])


def _read(path: Path) -> NDArray[np.uint8]:
    picture = cv2.imread(str(path))
    assert picture is not None, path
    return picture.astype(np.uint8)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
