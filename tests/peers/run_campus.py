"""Serve healthy cameras, the first with PTZ, until SIGTERM: run_campus.py BIND DEVICES SEED TRUTH STATS."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

from probe.sim.plan import plan_school
from probe.sim.serve import serve
from probe.sim.truth import truth


async def run(bind: str, devices: int, seed: int, truth_path: Path, stats_path: Path) -> None:
    campus = plan_school(seed, devices, bind, {1: ("ptz",)})

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
    asyncio.run(run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]), Path(sys.argv[5])))
