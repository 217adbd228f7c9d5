"""The bundle for a bug report: what was said, what was made of it, on what; without passwords."""

from __future__ import annotations

import platform
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

from config.errors import UsageError
from config.plain import system_words
from config.words import say
from probe.trace import Trace
from reports import scan_json
from reports.document import to_json

_PARTS = ("camcensus", "aiohttp", "av", "lxml", "numpy", "opencv-python-headless", "sqlalchemy")


def write_bundle(path: Path, trace: Trace, document: scan_json.Document) -> None:
    """Write transcript.txt, scan.json and versions.txt as one zip. Raise UsageError if that fails."""
    about = [f"python {sys.version}", platform.platform(), *(f"{part} {version(part)}" for part in _PARTS)]
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr("transcript.txt", trace.text())
            bundle.writestr("scan.json", to_json(document))
            bundle.writestr("versions.txt", "\n".join(about) + "\n")
    except OSError as error:
        raise UsageError(say("error.json", path=path, why=system_words(error))) from error
