"""What a run found in short: measured faults, measured health, and nothing where nothing was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.load import load_catalogue
from inventory.changes import changes
from inventory.nights import light_look, look_of
from inventory.rates import rates
from inventory.record import CameraRecord, DeviceRecord, FieldValue, Kind, RunInfo, Sight, View
from inventory.watch import Change, Look, Rate, Result, Subject
from probe.model import (
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    Reading,
    Target,
    Value,
)

CATALOGUE = load_catalogue()
ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 9, 6, 17, 40, tzinfo=UTC)  # 01:40 on Monday in Shanghai
GOOD: Mapping[str, Value] = {
    "alive": True, "width": 1920, "height": 1080, "codec": "H264", "luma_p97": 200.0, "luma_p3": 20.0,
    "luma_mean": 110.0, "luma_spread": 60.0, "luma_structure": 6.0, "chroma_mean": 15.0, "flat_share": 0.1,
    "dominant_share": 0.1, "unchanged_share": 0.1, "clipped_share": 0.02, "identical_textured_share": 0.0,
    "same_as_before_share": 0.0,
}  # fmt: skip
RECORDED: Mapping[str, Value] = {
    "recording_now": True, "continuous_days": 31, "continuous_days_at_most": 31, "recording_age_days": 400,
}  # fmt: skip


def read(**values: Value | Reading) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(name, one if isinstance(one, Measured | NotMeasured) else Measured(one), "test", MONDAY)
        for name, one in values.items()
    )


def camera(number: int = 1, *, answered: bool = True, **values: Value | Reading) -> DeviceRecord:
    shown = ChannelReport(Channel(1, "正门"), read(**{**GOOD, **values}))
    return device(f"d{number}", "camera", (shown,), answered=answered)


def device(
    name: str,
    kind: Kind,
    channels: tuple[ChannelReport, ...] = (),
    *,
    answered: bool = True,
    address: str = "",
    **values: Value | Reading,
) -> DeviceRecord:
    evidence = read(**{"clock_offset_s": 0.5, **values})
    if not answered:
        evidence = read(clock_offset_s=NotMeasured(Gap.UNREACHABLE))
        channels = tuple(ChannelReport(one.channel) for one in channels)
    where = address or f"10.0.2.{name[1:]}"
    report = DeviceReport(Target(where), evidence, channels)
    return DeviceRecord(name, kind, where, report, MONDAY - timedelta(days=90), MONDAY, answered)


def recorder(*shown: Mapping[str, Value], online: bool = True, answered: bool = True) -> DeviceRecord:
    channels = tuple(
        ChannelReport(Channel(n, f"通道{n}", online=online), read(**one)) for n, one in enumerate(shown, 1)
    )
    disks: Value = [{"id": "1", "is_good": True}]
    return device("d9", "recorder", channels, answered=answered, disks=disks)


def view(*devices: DeviceRecord, day: int = 0, cameras: tuple[CameraRecord, ...] = ()) -> View:
    at = MONDAY + timedelta(days=day)
    return View(RunInfo(day + 1, "check", at, at, (), 1, 1), devices, cameras)


def found(seen: View) -> dict[Subject, Result]:
    look = look_of(seen, CATALOGUE, ZONE)
    assert look is not None
    return {one.subject: one for one in look.results}


def place(name: str, channel: int = 0) -> Subject:
    return Subject(name, channel)


def test_a_camera_that_answers_and_shows_a_good_picture_is_ok() -> None:
    assert found(view(camera()))[place("d1", 1)].state == "ok"


def test_a_picture_that_was_not_judged_is_unknown() -> None:
    short = found(view(camera(identical_textured_share=NotMeasured(Gap.TOO_SHORT))))[place("d1", 1)]
    assert (short.state, short.faults, "frozen" in short.fine) == ("unknown", (), False)


def test_a_black_picture_is_a_fault() -> None:
    dark = camera(luma_p97=10.0, luma_spread=1.0, chroma_mean=1.0, luma_structure=0.1, luma_mean=3.0)
    assert found(view(dark))[place("d1", 1)].faults == ("black",)


def test_a_silent_camera_is_off_line_and_its_picture_is_not_known() -> None:
    results = found(view(camera(answered=False)))
    assert (results[place("d1")].faults, results[place("d1", 1)].state) == (("offline",), "unknown")


def test_a_device_that_we_could_not_ask_is_not_called_silent() -> None:
    ours = replace(camera(), answered=False)
    failed = read(clock_offset_s=NotMeasured(Gap.OUR_BUG))
    ours = replace(ours, report=replace(ours.report, evidence=failed, channels=()))
    assert found(view(ours))[place("d1")].faults == ()


def test_a_device_that_the_run_did_not_ask_is_not_told_of() -> None:
    assert found(view(replace(camera(), asked=False))) == {}


def test_the_day_is_that_of_the_school() -> None:
    assert found(view(camera()))[place("d1")].day.isoformat() == "2026-09-07"


def test_a_recorder_that_is_silent_says_nothing_of_its_channels() -> None:
    results = found(view(recorder(RECORDED, answered=False)))
    assert (results[place("d9")].faults, results[place("d9", 1)].faults) == (("recorder-down",), ())


def test_a_channel_that_records_is_fine() -> None:
    assert "not-recording" in found(view(recorder(RECORDED)))[place("d9", 1)].fine


def test_a_channel_that_does_not_record_is_a_fault() -> None:
    stopped = {**RECORDED, "recording_now": False}
    assert "not-recording" in found(view(recorder(stopped)))[place("d9", 1)].faults


def test_a_channel_that_waits_for_movement_is_not_called_stopped() -> None:
    waiting = {**RECORDED, "recording_now": False, "recording_mode": "motion"}
    assert "not-recording" in found(view(recorder(waiting)))[place("d9", 1)].fine


def test_a_channel_that_tells_nothing_is_neither() -> None:
    result = found(view(recorder({})))[place("d9", 1)]
    assert "not-recording" not in (*result.faults, *result.fine)


def test_29_days_are_too_few_where_the_recorder_is_old() -> None:
    few = {**RECORDED, "continuous_days": 29, "continuous_days_at_most": 29}
    assert "retention" in found(view(recorder(few)))[place("d9", 1)].faults


def test_days_whose_bounds_leave_it_open_are_no_fault() -> None:
    open_still = {**RECORDED, "continuous_days": 20, "continuous_days_at_most": 40}
    result = found(view(recorder(open_still)))[place("d9", 1)]
    assert "retention" not in (*result.faults, *result.fine)


def test_a_device_whose_place_another_one_has_taken_has_no_faults() -> None:
    old = replace(device("d1", "camera", answered=False), last_seen=MONDAY - timedelta(days=3))
    new = replace(device("d2", "camera", address="10.0.2.1"), first_seen=MONDAY)
    assert found(view(old, new))[place("d1")].faults == ()


def test_a_camera_out_of_use_is_not_told_of() -> None:
    stopped = {"life_state": FieldValue("停用", "person", "李老师", MONDAY, confirmed=True)}
    record = CameraRecord("d1.1", "d1", 1, (), stopped, answered=False, channels=(1,))
    assert found(view(camera(answered=False), cameras=(record,))) == {}


def test_a_light_look_judges_only_who_answers() -> None:
    last = list(found(view(camera(1), camera(2))).values())
    look = light_look(last, {"d1": True, "d2": False}, MONDAY, ZONE)
    assert [(one.faults, one.fine) for one in look.results] == [((), ("offline",)), (("offline",), ())]


def test_a_light_look_that_could_not_ask_says_nothing() -> None:
    last = list(found(view(camera())).values())
    assert light_look(last, {"d1": None}, MONDAY, ZONE).results == ()


# Changes


def changed(before: View, after: View, *past: Look) -> list[Change]:
    look = look_of(after, CATALOGUE, ZONE)
    assert look is not None
    earlier = [one for night in past for one in night.results]
    return changes(before, after, look, earlier, CATALOGUE, MONDAY.date())


def nights(*days: Mapping[str, Value]) -> tuple[View, ...]:
    return tuple(view(recorder(one), day=n) for n, one in enumerate(days))


def look(seen: View) -> Look:
    made = look_of(seen, CATALOGUE, ZONE)
    assert made is not None
    return made


def kinds(some: list[Change]) -> list[str]:
    return [one.kind for one in some]


def test_the_same_night_twice_has_no_changes() -> None:
    assert changed(view(camera()), view(camera(), day=1)) == []


def test_before_the_first_run_nothing_changed() -> None:
    assert changed(View(None), view(camera())) == []


def test_a_device_that_was_not_there_is_new() -> None:
    assert kinds(changed(view(camera()), view(camera(), camera(2), day=1))) == ["new"]


def test_a_device_that_is_silent_now_is_gone_and_nothing_else() -> None:
    assert kinds(changed(view(camera()), view(camera(answered=False), day=1))) == ["gone"]


def test_another_device_at_the_same_address_has_replaced_it() -> None:
    old = device("d1", "camera", answered=False)
    new = device("d2", "camera", address="10.0.2.1")
    found_now = changed(view(replace(old, answered=True)), view(old, new, day=1))
    assert "replaced" in kinds(found_now)


def test_a_new_resolution_is_told_with_both() -> None:
    (one,) = changed(view(camera()), view(camera(width=2560, height=1440), day=1))
    assert (one.kind, one.before, one.after) == ("resolution", "1920x1080", "2560x1440")


def test_what_was_not_read_has_not_changed() -> None:
    unread = camera(width=NotMeasured(Gap.TOO_SHORT))
    assert changed(view(camera()), view(unread, day=1)) == []


def test_a_view_that_moved_is_told() -> None:
    before, after = view(camera(view_shift_pct=0.4)), view(camera(view_shift_pct=7.0), day=1)
    assert kinds(changed(before, after, look(before))) == ["view"]


def test_a_clock_that_drifts_a_little_is_no_change() -> None:
    before, after = view(camera()), view(device("d1", "camera", clock_offset_s=9.0), day=1)
    assert "clock" not in kinds(changed(before, after, look(before)))


def test_days_that_shrink_are_told_once() -> None:
    days = [{**RECORDED, "continuous_days": n, "continuous_days_at_most": n} for n in (31, 30, 28, 27)]
    seen = nights(*days)
    told = [
        "retention" in kinds(changed(seen[n - 1], seen[n], *(look(one) for one in seen[:n])))
        for n in range(1, 4)
    ]
    assert told == [False, True, False]


# Rates


def counted(name: str, seen: View, **rest: Any) -> Rate:  # noqa: ANN401
    results = list(found(seen).values())
    return next(
        one for one in rates(seen, results, CATALOGUE, **rest) if (one.name, one.group) == (name, "school")
    )


def school(*devices: DeviceRecord, **fields: str) -> View:
    """Cameras d1.., each also on a channel of the recorder d9, where there is one."""
    own = [one for one in devices if one.kind == "camera"]
    said = {k: FieldValue(v, "person", "李老师", MONDAY, confirmed=True) for k, v in fields.items()}
    shown = any(one.kind == "recorder" for one in devices)
    cameras = []
    for n, one in enumerate(own, 1):
        sights = (Sight(one.id, 1), *((Sight("d9", n),) if shown else ()))
        cameras.append(
            CameraRecord(f"{one.id}.1", one.id, 1, (), said, one.answered, (1,), sights, sights[1:])
        )
    return view(*devices, cameras=tuple(cameras))


def test_a_silent_camera_stays_in_the_denominator() -> None:
    rate = counted("online", school(camera(1), camera(2, answered=False)))
    assert (rate.numerator, rate.denominator, rate.unknown) == (1, 2, 0)


def test_a_camera_is_intact_when_everything_was_judged_good() -> None:
    rate = counted("intact", school(camera(1), recorder(RECORDED)))
    assert (rate.numerator, rate.denominator, rate.unknown) == (1, 1, 0)


def test_a_camera_whose_recording_nobody_knows_is_not_called_intact() -> None:
    rate = counted("intact", school(camera(1)))
    assert (rate.numerator, rate.unknown) == (0, 1)


def test_a_camera_out_of_use_is_not_counted_and_that_is_told() -> None:
    rate = counted("online", school(camera(1), life_state="拆除"))
    assert (rate.denominator, rate.excluded) == (0, {"removed": 1})


def test_a_group_without_public_cameras_has_no_networked_rate_where_the_school_has_one() -> None:
    said = {"d1": {"faces_public": "是", "brand": "海康威视"}, "d2": {"brand": "大华"}}
    seen = school(camera(1), camera(2))
    cameras = [
        replace(
            one, fields={k: FieldValue(v, "person", "李老师", MONDAY, confirmed=True) for k, v in of.items()}
        )
        for one, of in zip(seen.cameras, said.values(), strict=True)
    ]
    found = rates(replace(seen, cameras=tuple(cameras)), (), CATALOGUE)
    of = {one.member: one for one in found if one.name == "networked"}
    assert [of[name].denominator for name in ("", "海康威视", "大华")] == [1, 1, 0]
    assert len({one.formula for one in of.values()}) == 1


def test_where_there_is_nothing_to_count_there_is_no_rate() -> None:
    rate = counted("online", view())
    assert (rate.tenths, rate.reaches(98)) == (None, None)


def test_a_rate_is_cut_and_never_rounded_up() -> None:
    assert Rate("online", "school", "", 4898, 5000, 0, "").tenths == 979


def test_a_rate_is_compared_as_integers() -> None:
    rates_at = [Rate("online", "school", "", n, 50, 0, "").reaches(98) for n in (48, 49)]
    assert rates_at == [False, True]


def test_a_spot_without_a_camera_is_not_covered() -> None:
    rate = counted("covered", school(camera(1), position="正门"))
    assert (rate.numerator, rate.denominator, rate.unknown) == (1, len(CATALOGUE.must_cover), 0)


def test_a_spot_is_not_covered_by_a_suggestion() -> None:
    seen = school(camera(1), position="正门")
    guessed = replace(
        seen.cameras[0], fields={"position": replace(seen.cameras[0].fields["position"], confirmed=False)}
    )
    rate = counted("covered", replace(seen, cameras=(guessed,)))
    assert (rate.numerator, rate.unknown) == (0, 1)


def test_a_camera_is_not_counted_as_hd_by_a_suggestion() -> None:
    seen = school(camera(1), hd="是")
    guessed = replace(seen.cameras[0], fields={"hd": replace(seen.cameras[0].fields["hd"], confirmed=False)})
    rates_of = [counted("hd", one) for one in (seen, replace(seen, cameras=(guessed,)))]
    assert [(one.numerator, one.unknown) for one in rates_of] == [(1, 0), (0, 1)]


def test_a_spot_that_the_school_has_not_is_left_out() -> None:
    rate = counted("covered", school(camera(1)), absent=("实验室",))
    assert rate.denominator == len(CATALOGUE.must_cover) - 1
