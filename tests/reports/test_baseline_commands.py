"""camcensus baseline and card, with looks that a test makes up: what is kept, refused, and said."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from errno import ENOSPC
from pathlib import Path
from typing import Literal
from uuid import NAMESPACE_DNS, uuid5

import pytest
from typer.testing import CliRunner, Result

from config.errors import UsageError
from config.load import load_catalogue
from config.words import say
from inventory.store import open_store
from probe.discover.targets import Asked
from probe.memory import ChartCard, Kept, Memory
from probe.model import (
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    Reading,
    ScanReport,
    Sighting,
    StreamOffer,
    Target,
    Value,
)
from probe.run import Means
from reports import fresh_look
from reports.cli import build

CATALOGUE = load_catalogue()
MONDAY = datetime(2026, 9, 7, 14, tzinfo=UTC)
FIT = Kept("day", record=b"fresh")
CARD = ChartCard(7, ((100.0, 50.0), (160.0, 50.0), (160.0, 110.0), (100.0, 110.0)), 1920, 1080)
HANGING: dict[str, Value] = {"tvl_live_by": "card", "tvl_live_at_least": 450, "tvl_live_at_most": 550}

Run = Callable[..., Result]
Seen = list[tuple[Asked, Means]]


def camera(
    address: str = "127.0.0.9",
    kept: Kept | None = FIT,
    at: datetime = MONDAY,
    serial: str = "SER-AAA-0001",
    reads: Mapping[str, Value | Reading] | None = None,
) -> DeviceReport:
    said: dict[str, Value | Reading] = {"keyframes": 2, "luma_p97": 200.0, **(reads or {})}
    read = tuple(
        Evidence(metric, one if isinstance(one, Measured | NotMeasured) else Measured(one), "picture", at)
        for metric, one in said.items()
    )
    known = {"onvif": "supported", "serial": serial}
    evidence = tuple(Evidence(metric, Measured(value), "onvif", at) for metric, value in known.items())
    stream = StreamOffer("main", f"rtsp://{address}/1")
    channel = ChannelReport(Channel(1, "正门", streams=(stream,)), read, b"jpeg", kept=kept)
    return DeviceReport(Target(address, (80, 554)), evidence, (channel,))


def run_of(
    *devices: DeviceReport, at: datetime = MONDAY, kind: Literal["scan", "check"] = "check"
) -> ScanReport:
    return ScanReport(kind, at, at + timedelta(minutes=3), (), 1, len(devices), devices)


def black() -> DeviceReport:
    dark: dict[str, Value | Reading] = {
        condition.metric: 0.0 for condition in CATALOGUE.faults["black"].ways[0]
    }
    return camera(kept=Kept("night"), reads=dark)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("known")
    keep(made, camera(kept=Kept("day", record=b"first")))
    return made / "camcensus.db"


@pytest.fixture
def folder(known: Path, tmp_path: Path) -> Path:
    """A workspace that knows one camera, d1.1, with a candidate."""
    shutil.copy(known, tmp_path)
    return tmp_path


@pytest.fixture
def asked() -> Seen:
    return []


@pytest.fixture
def run(folder: Path, asked: Seen, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command; `sees` is what a look finds now, `given` what is typed."""

    def command(*words: str, sees: DeviceReport | None = None, given: str = "") -> Result:
        async def scan(targets: Asked, means: Means, *, kind: Literal["scan", "check"]) -> ScanReport:
            asked.append((targets, means))
            return run_of(*([sees] if sees else []), at=MONDAY + timedelta(hours=1), kind=kind)

        monkeypatch.setattr(fresh_look, "scan", scan)
        return CliRunner().invoke(build(), [*words, "-w", str(folder)], input=given)

    return command


def keep(folder: Path, *devices: DeviceReport, at: datetime = MONDAY) -> None:
    store = open_store(folder / "camcensus.db", CATALOGUE)
    store.record(run_of(*devices, at=at))
    store.close()


def remembered(folder: Path) -> Memory:
    store = open_store(folder / "camcensus.db", CATALOGUE)
    memory = store.recall()(camera()).get(1, Memory())
    store.close()
    return memory


def baselines(folder: Path) -> list[tuple[str, bytes]]:
    return [(one.by, one.record) for one in remembered(folder).baselines]


def test_set_keeps_a_fresh_look_on_a_persons_word(run: Run, folder: Path) -> None:
    ran = run("baseline", "set", "d1.1", sees=camera())
    assert (ran.exit_code, baselines(folder)) == (0, [("person", b"fresh")]), ran.output


def test_a_device_is_named_by_its_address_too(run: Run, folder: Path) -> None:
    run("baseline", "set", "127.0.0.9", sees=camera())
    assert baselines(folder) == [("person", b"fresh")]


def test_set_asks_the_named_device_alone(run: Run, asked: Seen) -> None:
    run("baseline", "set", "d1.1", sees=camera())
    ((targets, _),) = asked
    assert (targets.words, targets.alone) == (("127.0.0.9",), True)


def test_another_known_camera_that_answers_the_multicast_is_left_alone(
    run: Run, folder: Path, asked: Seen
) -> None:
    keep(folder, heard("127.0.0.9", "SER-AAA-0001"), heard("127.0.0.10", "SER-BBB-0002"))
    run("baseline", "set", "d1.1", sees=camera())
    ((_, means),) = asked
    known = [means.is_known(heard("127.0.0.77", serial).target.sightings[0]) for serial in SERIALS]
    assert known == [True, False]


SERIALS = ("SER-AAA-0001", "SER-BBB-0002")


def heard(address: str, serial: str) -> DeviceReport:
    """Return a camera that answered the multicast; its endpoint reference is its own."""
    report = camera(address, serial=serial)
    sighting = Sighting(address, "ws-discovery", epr=f"urn:uuid:{uuid5(NAMESPACE_DNS, serial)}")
    return replace(report, target=replace(report.target, sightings=(sighting,)))


def test_set_looks_without_the_old_baseline_so_that_a_camera_moved_on_purpose_has_no_fault(
    run: Run, asked: Seen
) -> None:
    run("baseline", "set", "d1.1", sees=camera())
    ((_, means),) = asked
    assert means.recall(camera())[1].baselines == ()


def test_set_refuses_a_faulty_picture_and_names_the_fault(run: Run, folder: Path) -> None:
    ran = run("baseline", "set", "d1.1", sees=black())
    assert (ran.exit_code, baselines(folder)) == (3, [("candidate", b"first")])
    assert CATALOGUE.faults["black"].name in ran.output


@pytest.mark.parametrize(
    ("sees", "why"),
    [
        (camera(kept=Kept("day")), say("baseline.unfit")),
        (camera(reads={"preset": NotMeasured(Gap.OFF_PRESET)}), CATALOGUE.gaps[Gap.OFF_PRESET].name),
        (camera(reads={"keyframes": NotMeasured(Gap.AUTH_REFUSED)}), CATALOGUE.gaps[Gap.AUTH_REFUSED].name),
        (camera(serial="SER-BBB-0002"), CATALOGUE.gaps[Gap.UNREACHABLE].name),
        (None, CATALOGUE.gaps[Gap.UNREACHABLE].name),
    ],
    ids=["too little to see", "off its preset", "no picture", "another camera stands there", "no answer"],
)
def test_set_refuses_what_cannot_be_a_baseline_and_says_why(
    run: Run, folder: Path, sees: DeviceReport | None, why: str
) -> None:
    ran = run("baseline", "set", "d1.1", sees=sees)
    assert (ran.exit_code, why in ran.output) == (3, True), ran.output
    assert baselines(folder) == [("candidate", b"first")]


def test_set_leaves_the_picture_to_look_at(run: Run, folder: Path) -> None:
    run("baseline", "set", "d1.1", sees=camera())
    assert (folder / "snapshots" / "d1-1.jpg").read_bytes() == b"jpeg"


def test_set_is_no_run_of_the_inventory(run: Run, folder: Path) -> None:
    run("baseline", "set", "d1.1", sees=camera())
    store = open_store(folder / "camcensus.db", CATALOGUE)
    last = store.last_run()
    store.close()
    assert last is not None
    assert last.id == 1


@pytest.mark.parametrize("words", [["d9.1"], ["10.9.9.9"], ["正门"]])
def test_a_stranger_is_refused_before_anything_is_asked(run: Run, asked: Seen, words: list[str]) -> None:
    ran = run("baseline", "set", *words)
    assert isinstance(ran.exception, UsageError)
    assert asked == []


@pytest.mark.parametrize("words", [[], ["--all", "d1.1"]], ids=["none", "both"])
@pytest.mark.parametrize("command", ["set", "accept", "drop"])
def test_either_cameras_are_named_or_all_are_meant(run: Run, command: str, words: list[str]) -> None:
    assert isinstance(run("baseline", command, *words).exception, UsageError)


def test_accept_makes_a_persons_baseline_of_the_candidate(run: Run, folder: Path) -> None:
    run("baseline", "accept", "--all", "--who", "李老师")
    assert baselines(folder) == [("person", b"first")]


def test_list_names_the_person(run: Run) -> None:
    run("baseline", "accept", "d1.1", "--who", "李老师")
    assert "李老师" in run("baseline", "list").output


def test_list_counts_the_nights_of_a_candidate(run: Run) -> None:
    assert "1/3" in run("baseline", "list").output


def test_list_writes_the_pictures_of_the_baselines(run: Run, tmp_path: Path) -> None:
    run("baseline", "list", "--out", str(tmp_path / "shown"))
    assert [path.read_bytes() for path in (tmp_path / "shown").iterdir()] == [b"jpeg"]


def test_drop_takes_everything_back(run: Run, folder: Path) -> None:
    run("baseline", "accept", "d1.1")
    run("baseline", "drop", "d1.1")
    assert baselines(folder) == []


@pytest.mark.parametrize(
    ("device", "why"),
    [(black(), CATALOGUE.faults["black"].name), (camera(kept=Kept("day")), say("baseline.no_look"))],
    ids=["faulty", "no look yet"],
)
def test_list_says_why_a_channel_has_none(run: Run, folder: Path, device: DeviceReport, why: str) -> None:
    run("baseline", "drop", "d1.1")
    keep(folder, device, at=MONDAY + timedelta(days=1))
    assert why in run("baseline", "list").output


def read_with(card: ChartCard | None, **bounds: Value) -> DeviceReport:
    told = {"chart_card": [7, *map(list, CARD.corners)]} if card else {}
    return camera(kept=Kept("day", card=card), reads={**told, **bounds})


def test_a_card_that_is_read_is_told_with_its_error_and_place(run: Run) -> None:
    ran = run("card", "read", "d1.1", sees=read_with(CARD, **HANGING))
    assert ran.exit_code == 0
    assert all(word in ran.output for word in ("500±50", "(100,50)")), ran.output


@pytest.mark.parametrize(
    ("bounds", "outcome"), [((450, 550), "enough"), ((300, 370), "too_few"), ((360, 440), "open")]
)
def test_a_reading_is_set_against_the_lines_that_are_needed(
    run: Run, bounds: tuple[int, int], outcome: str
) -> None:
    told = {**HANGING, "tvl_live_at_least": bounds[0], "tvl_live_at_most": bounds[1]}
    ran = run("card", "read", "d1.1", sees=read_with(CARD, **told))
    assert say(f"card_reading.{outcome}", need=380) in ran.output


def test_a_card_that_shows_all_that_the_format_carries_is_told_without_an_error(run: Run) -> None:
    told = {**HANGING, "tvl_live_at_least": 720, "tvl_live_at_most": 720}
    ran = run("card", "read", "d1.1", sees=read_with(CARD, **told))
    assert ("720" in ran.output, "±" in ran.output) == (True, False)


def test_a_reading_is_said_even_where_the_inventory_cannot_take_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise UsageError("busy")

    monkeypatch.setattr("reports.commands.card.keep", busy)
    ran = run("card", "read", "d1.1", sees=read_with(CARD, **HANGING))
    assert ("500±50" in ran.output, str(ran.exception)) == (True, "busy")


def test_a_card_that_hangs_is_remembered(run: Run, folder: Path) -> None:
    run("card", "read", "d1.1", sees=read_with(CARD, **HANGING))
    assert remembered(folder).card == CARD


def test_a_look_for_a_card_searches_the_whole_picture(run: Run, asked: Seen) -> None:
    run("card", "read", "d1.1", sees=read_with(CARD, **HANGING))
    assert [means.find_card for _, means in asked] == [True]


@pytest.mark.parametrize(
    ("sees", "why"),
    [
        (read_with(None, tvl_live_by="none"), "not_seen"),
        (read_with(CARD, tvl_live_by="edges"), "too_small"),
        (read_with(None, tvl_live_by="format"), "format"),
    ],
)
def test_no_reading_says_why_and_ends_with_3(run: Run, sees: DeviceReport, why: str) -> None:
    ran = run("card", "read", "d1.1", sees=sees)
    assert (ran.exit_code, say(f"card_reading.{why}") in ran.output) == (3, True), ran.output


@pytest.mark.parametrize(("given", "looks"), [("\n\nq\n", 2), ("q\n", 0), ("", 0), ("\n", 1), (" Q \n\n", 0)])
def test_a_card_in_the_hand_is_read_for_every_enter_until_q_or_the_end(
    run: Run, asked: Seen, given: str, looks: int
) -> None:
    ran = run("card", "read", "d1.1", "--hold", sees=read_with(CARD, **HANGING), given=given)
    assert (len(asked), ran.output.count("500±50")) == (looks, looks)
    assert ran.exit_code == (0 if looks else 3)


def test_a_card_in_the_hand_that_is_never_seen_ends_with_3(run: Run) -> None:
    assert run("card", "read", "d1.1", "--hold", sees=camera(), given="\n\nq\n").exit_code == 3


def test_whoever_holds_a_card_in_front_of_the_lens_does_not_speak_against_its_candidate(
    run: Run, folder: Path
) -> None:
    held = camera(kept=Kept("day", record=b"a hand"), reads=HANGING)
    run("card", "read", "d1.1", "--hold", sees=held, given="\nq\n")
    assert baselines(folder) == [("candidate", b"first")]


@pytest.mark.parametrize("words", [("card", "read", "d1.1"), ("baseline", "set", "d1.1")])
def test_a_look_at_one_camera_is_not_the_days_check(run: Run, folder: Path, words: tuple[str, ...]) -> None:
    run(*words, sees=read_with(CARD, **HANGING))
    store = open_store(folder / "camcensus.db", CATALOGUE)
    last = store.last_run("check")
    store.close()
    assert last is not None
    assert last.id == 1


def test_a_card_in_the_hand_is_not_taken_to_hang_there(run: Run, folder: Path) -> None:
    run("card", "read", "d1.1", "--hold", sees=read_with(CARD, **HANGING), given="\nq\n")
    assert remembered(folder).card is None


def test_what_a_card_in_the_hand_proved_is_kept(run: Run, folder: Path) -> None:
    run("card", "read", "d1.1", "--hold", sees=read_with(CARD, **HANGING), given="\nq\n")
    assert remembered(folder).last["tvl_live_at_least"].value == 450


def test_a_card_that_hangs_elsewhere_is_not_read_in_place_of_the_one_in_the_hand(
    run: Run, folder: Path, asked: Seen
) -> None:
    keep(folder, read_with(CARD, **HANGING), at=MONDAY + timedelta(minutes=20))
    run("card", "read", "d1.1", "--hold", sees=read_with(CARD, **HANGING), given="\nq\n")
    ((_, means),) = asked
    assert means.recall(camera())[1].card is None


def test_the_card_is_printed(tmp_path: Path) -> None:
    ran = CliRunner().invoke(build(), ["card", "--out", str(tmp_path / "new" / "card.pdf")])
    assert (ran.exit_code, (tmp_path / "new" / "card.pdf").read_bytes()[:5]) == (0, b"%PDF-")


def test_card_alone_says_what_it_wants() -> None:
    assert isinstance(CliRunner().invoke(build(), ["card", "--paper", "A3"]).exception, UsageError)


def test_a_run_is_kept_even_where_its_pictures_cannot_be(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr("reports.workspace.keep_pictures", full)
    ran = run("card", "read", "d1.1", sees=read_with(CARD, **HANGING))
    assert (say("system.full") in ran.stderr, remembered(folder).card) == (True, CARD)
