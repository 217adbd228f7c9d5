"""demo, sim, score: the virtual school, alone or scanned, and how well a scan did."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Annotated

import typer

from config.words import say
from probe.sim.fault_file import read_faults
from reports.console import plain, stderr, stdout, will_write
from reports.demo import run_demo
from reports.school import School, running
from reports.score import SCAN, TRUTH, load
from reports.score import score as compare
from reports.score_table import show_score

EXIT_WRONG = 3
BIND = "127.77.0.0/24"
DEMO_RECORDERS = 2
_DEMO_CHANNELS = 2  # of a recorder: each takes some seconds, for its days and its playback
# Where the demonstration goes when another school holds the first.
SPARE = tuple(f"127.{number}.0.0/24" for number in range(78, 88))


def demo(
    cameras: Annotated[int, typer.Option("--cameras", min=1, max=250, help=say("help.cameras"))] = 24,
    recorders: Annotated[
        int, typer.Option("--recorders", min=0, max=20, help=say("help.recorders"))
    ] = DEMO_RECORDERS,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help=say("help.demo_out"))] = None,
    seed: Annotated[int, typer.Option("--seed", help=say("help.seed"))] = 1,
) -> None:
    school = School(
        devices=cameras, seed=seed, bind=BIND, spare=SPARE, recorders=recorders, most_used=_DEMO_CHANNELS
    )
    run_demo(school, out)


def sim(
    devices: Annotated[int, typer.Option("--devices", min=1, max=1000, help=say("help.devices"))] = 24,
    recorders: Annotated[int, typer.Option("--recorders", min=0, max=100, help=say("help.recorders"))] = 0,
    bind: Annotated[str, typer.Option("--bind", metavar="CIDR", help=say("help.bind"))] = BIND,
    seed: Annotated[int, typer.Option("--seed", help=say("help.seed"))] = 1,
    faults: Annotated[Path | None, typer.Option("--faults", metavar="FILE", help=say("help.faults"))] = None,
    truth: Annotated[Path | None, typer.Option("--truth", metavar="FILE", help=say("help.truth"))] = None,
    stats: Annotated[Path | None, typer.Option("--stats", metavar="FILE", help=say("help.stats"))] = None,
) -> None:
    chosen = read_faults(faults, devices + recorders) if faults else None
    for path in (truth, stats):
        will_write(path)
    school = School(
        devices=devices,
        seed=seed,
        bind=bind,
        faults=chosen,
        recorders=recorders,
        truth=truth,
        stats=stats,
    )
    # A shell starts what stands before `&` deaf to Ctrl+C; a service manager says SIGTERM: both end it.
    for word in (signal.SIGINT, signal.SIGTERM):
        signal.signal(word, signal.default_int_handler)
    with running(school) as campus:
        networks = "、".join(campus.truth["targets"])
        stderr().print(plain(say("sim.ready", count=len(campus.truth["devices"]), network=networks)))
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:  # how it is meant to end
            return


def score(
    scan: Annotated[Path, typer.Argument(metavar="SCAN.json", help=say("help.score_scan"))],
    truth: Annotated[Path, typer.Argument(metavar="TRUTH.json", help=say("help.score_truth"))],
) -> None:
    result = compare(load(scan, SCAN), load(truth, TRUTH))
    show_score(stdout(), result)
    if result.mistakes:
        raise typer.Exit(EXIT_WRONG)
