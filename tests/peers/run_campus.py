"""Serve healthy cameras, the first with PTZ, and recorders until SIGTERM.

run_campus.py BIND DEVICES SEED TRUTH STATS [RECORDERS]
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

from probe.sim.plan import plan_school
from probe.sim.serve import serve
from probe.sim.truth import truth


async def run(
    bind: str, devices: int, seed: int, truth_path: Path, stats_path: Path, recorders: int = 0
) -> None:
    faults = {1: ("ptz",)} if devices else {}
    campus = plan_school(seed, devices, bind, faults, recorders=recorders)

    def ready() -> None:
        half = truth_path.with_suffix(".part")
        half.write_text(json.dumps(truth(campus)), "utf-8")
        half.rename(truth_path)

    serving = asyncio.create_task(serve(campus, ready, stats_path=stats_path))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    await asyncio.wait({serving})
    if not serving.cancelled():
        serving.result()


if __name__ == "__main__":
    bind, devices, seed, truth_at, stats_at, *more = sys.argv[1:]
    asyncio.run(run(bind, int(devices), int(seed), Path(truth_at), Path(stats_at), *map(int, more)))
