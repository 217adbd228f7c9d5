"""Where the command `camcensus` begins: it looks whether it is whole before it loads the rest of itself."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

EXIT_STOPPED = 130  # Ctrl+C, as every shell counts it
BESIDE = ("config", "probe", "inventory")


def main() -> None:
    """Run the command line, or say in one sentence that what is installed is not all of camcensus."""
    if strangers := missing(BESIDE, Path(__file__).resolve().parents[1]):
        names = ", ".join(strangers)
        sys.exit(
            f"camcensus 没有装完整，或被同名的包挡住（{names}），请重新安装。\n"
            f"camcensus is not whole, or other packages hide its own ({names}): install it again."
        )
    try:
        from reports.cli import main as run

        run()
    except KeyboardInterrupt:  # while the command was being loaded, or once more on its way out
        sys.exit(EXIT_STOPPED)


def missing(packages: Sequence[str], folder: Path) -> tuple[str, ...]:
    """Return the packages that do not lie in the folder: `config` is a name that others use too."""
    return tuple(name for name in packages if _place(name) != folder)


def _place(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).resolve().parents[1] if spec and spec.origin else None
