"""Whether watch.toml fits the rest of the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from config.errors import Mistake
from config.watching import Watching

FILE = "watch.toml"


def mistakes_of_watch(
    watching: Watching | None, faults: Collection[str], fields: Collection[str], campaigns: Collection[str]
) -> Iterator[Mistake]:
    """Yield what does not fit; None where the file itself is broken, which is told elsewhere."""
    if watching is None:
        return
    for fault in faults:
        if fault not in watching.kinds:
            yield Mistake(FILE, f"kinds.{fault}", "缺少这一项：faults.toml 里有这个故障")
    for kind in watching.kinds.values():
        for other in kind.explains:
            if other not in watching.kinds:
                yield Mistake(FILE, f"kinds.{kind.id}.explains", f"没有声明这个故障：{other}")
    field = watching.limits.key_spot.field
    if field not in fields:
        yield Mistake(FILE, "limits.key_spot.field", f"没有声明这个字段：{field}")
    if watching.coverage.campaign not in campaigns:
        yield Mistake(FILE, "coverage.campaign", f"没有声明这个活动：{watching.coverage.campaign}")
