"""A blip is no fault, a fault is one case from first bad look to first good one, a cause is told once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import UsageError
from config.load import load_catalogue
from config.watching import Pause, Watching
from inventory import case_words
from inventory.case_book import Book, Event, book_of
from inventory.case_points import fault_points_of_cases
from inventory.cases import fold, look_again
from inventory.causes import cameras_under
from inventory.record import CameraRecord, Sight
from inventory.repairs import repairs
from inventory.watch import Case, Look, Result, Standing, Subject

WATCHING = load_catalogue().watch
MONDAY = datetime(2026, 9, 7, 1, 30, tzinfo=UTC)
TEN = timedelta(minutes=10)
NIGHT = timedelta(days=1)
CAMERA = Subject("d1")
Shown = Mapping[Subject, str]  # what is bad or, after a minus, fine; words apart


def result(subject: Subject, said: str, at: datetime, camera: str = "", address: str = "") -> Result:
    words = said.split()
    bad = tuple(word for word in words if not word.startswith("-"))
    fine = tuple(word[1:] for word in words if word.startswith("-"))
    state: Standing = "fault" if bad else "ok"
    where = address or f"10.0.2.{int(subject.device_id[1:]) % 250}"
    return Result(subject, camera, at.date(), at, state, bad, fine, run_id=int(at.timestamp()), address=where)


def look(at: datetime, shown: Shown | str) -> Look:
    said = {CAMERA: shown} if isinstance(shown, str) else shown
    return Look(at, int(at.timestamp()), tuple(result(place, words, at) for place, words in said.items()))


def looks(*shown: Shown | str, start: datetime = MONDAY, apart: timedelta = TEN) -> list[Look]:
    return [look(start + n * apart, said) for n, said in enumerate(shown)]


def fold_all(some: Iterable[Look], watching: Watching, before: Sequence[Event] = ()) -> list[Event]:
    """Return all events of looks in their order, those from `before` included."""
    events = list(before)
    book = book_of(events)
    for one in some:
        for event in fold(book, one, watching):
            book.add(event)
            events.append(event)
    return events


def folded(some: Iterable[Look], watching: Watching = WATCHING, before: Sequence[Event] = ()) -> Book:
    return book_of(fold_all(some, watching, before))


def only(book: Book) -> Case:
    (case,) = book.cases.values()
    return case


BAD, GOOD = "offline", "-offline"


def test_three_bad_looks_minutes_apart_are_a_fault() -> None:
    assert only(folded(looks(BAD, BAD, BAD))).is_open


def test_a_blip_is_no_fault() -> None:
    assert folded(looks(BAD, BAD, GOOD, BAD, BAD, GOOD)).cases == {}


def test_looks_within_one_moment_count_as_one() -> None:
    assert folded(looks(BAD, BAD, BAD, BAD, apart=timedelta(minutes=1))).cases == {}


def test_a_fault_begins_with_its_first_bad_look() -> None:
    case = only(folded(looks(GOOD, BAD, BAD, BAD)))
    assert (case.opened, case.confirmed) == (MONDAY + TEN, MONDAY + 3 * TEN)


def test_the_proof_is_the_first_look_and_the_one_that_made_it_sure() -> None:
    case = only(folded(looks({Subject("d1", 2): "frozen"}, {Subject("d1", 2): "frozen"})))
    assert [(one.at, one.file) for one in case.evidence] == [
        (MONDAY, "d1-2.frozen.jpg"),
        (MONDAY + TEN, "d1-2.frozen.jpg"),
    ]


def test_good_looks_close_it_and_the_first_of_them_is_the_repair() -> None:
    case = only(folded(looks(BAD, BAD, BAD, GOOD, GOOD)))
    assert (case.repaired, case.closed) == (MONDAY + 3 * TEN, MONDAY + 4 * TEN)


def test_one_good_look_is_not_enough_where_two_are_wanted() -> None:
    assert only(folded(looks(BAD, BAD, BAD, GOOD, BAD, GOOD))).is_open


def test_a_fault_that_is_back_within_days_is_the_same_case() -> None:
    first = looks(BAD, BAD, BAD, GOOD, GOOD)
    again = looks(BAD, BAD, BAD, start=MONDAY + 3 * NIGHT)
    case = only(folded([*first, *again]))
    assert (case.reopened, case.since, case.is_open) == (1, MONDAY + 3 * NIGHT, True)


def test_a_fault_that_is_back_after_weeks_is_another_case() -> None:
    first = looks(BAD, BAD, BAD, GOOD, GOOD)
    again = looks(BAD, BAD, BAD, start=MONDAY + 30 * NIGHT)
    assert sorted(folded([*first, *again]).cases) == [1, 2]


def test_what_is_not_known_does_not_close_a_case() -> None:
    assert only(folded(looks(BAD, BAD, BAD, "", "", "", ""))).is_open


def test_what_is_not_known_does_not_interrupt_a_suspicion() -> None:
    assert only(folded(looks(BAD, "", BAD, "", BAD))).is_open


def test_the_steps_of_two_records_that_became_one_can_be_read_again() -> None:
    first, second = Subject("d1"), Subject("d2")
    shown = [{first: BAD}, *({first: BAD, second: BAD},) * 4]
    as_one = [replace(event, subject=first) for event in fold_all(looks(*shown), WATCHING)]
    assert [case.kind for case in book_of(as_one).open_cases()] == ["offline", "offline"]


def test_nothing_opens_while_the_school_pauses() -> None:
    pause = Pause(name="寒假", first=date(2026, 9, 1), last=date(2026, 9, 30))
    paused = WATCHING.model_copy(update={"pauses": (pause,)})
    assert folded(looks(BAD, BAD, BAD, BAD), paused).cases == {}


def test_what_is_mended_while_the_school_pauses_still_closes() -> None:
    before = fold_all(looks(BAD, BAD, BAD), WATCHING)
    pause = Pause(name="寒假", first=date(2026, 9, 8), last=date(2026, 9, 30))
    paused = WATCHING.model_copy(update={"pauses": (pause,)})
    assert not only(folded(looks(GOOD, GOOD, start=MONDAY + NIGHT), paused, before)).is_open


def test_what_waits_to_be_sure_is_looked_at_again() -> None:
    book = folded(looks({Subject("d1", 2): "frozen"}))
    assert list(look_again(book, WATCHING)) == [("d1", MONDAY + timedelta(minutes=5))]


def test_a_kind_that_is_no_longer_declared_is_passed_over() -> None:
    assert folded(looks("ghost", "ghost", "ghost")).cases == {}


# Causes


def many(word: str, count: int = 16) -> dict[Subject, str]:
    return {Subject(f"d{n}"): word for n in range(1, count + 1)}


def others(word: str = GOOD) -> dict[Subject, str]:
    """More devices on the same subnet that stay as they are."""
    return {Subject(f"d{n}"): word for n in range(17, 60)}


def down(*shown: str) -> list[Look]:
    return looks(*({**many(word), **others()} for word in shown))


def causes(book: Book) -> list[Case]:
    return [case for case in book.cases.values() if case.caused_by is None]


def test_a_switch_that_takes_16_cameras_down_is_one_cause() -> None:
    (cause,) = causes(folded(down(BAD, BAD, BAD)))
    assert (cause.kind, len(cause.explains), cause.opened) == ("together-down", 16, MONDAY)


def test_a_switch_that_is_back_closes_its_case_and_theirs() -> None:
    book = folded(down(BAD, BAD, BAD, GOOD, GOOD))
    assert book.open_cases() == []


def test_a_camera_that_stays_away_after_its_switch_is_back_stands_for_itself() -> None:
    back = {**many(GOOD), **others(), Subject("d3"): BAD}
    some = [*down(BAD, BAD, BAD), *looks(back, back, back, start=MONDAY + 3 * TEN)]
    (left,) = folded(some).open_cases()
    assert (left.subject, left.caused_by, left.opened) == (Subject("d3"), None, MONDAY)


def test_cameras_that_fail_on_different_days_have_no_common_cause() -> None:
    some: list[Look] = []
    for n in range(1, 7):
        bad = {Subject(f"d{m}"): BAD if m <= n else GOOD for m in range(1, 7)}
        some += looks({**bad, **others()}, {**bad, **others()}, {**bad, **others()}, start=MONDAY + n * NIGHT)
    assert {case.kind for case in folded(some).cases.values()} == {"offline"}


def test_three_cameras_at_once_may_be_chance() -> None:
    shown = {**many(BAD, 3), **others()}
    assert len(causes(folded(looks(shown, shown, shown)))) == 3


def test_everything_silent_at_once_is_told_apart() -> None:
    shown = many(BAD)
    (cause,) = causes(folded(looks(shown, shown, shown)))
    assert cause.kind == "everything-down"


def test_a_camera_that_is_met_a_moment_later_joins_the_cause() -> None:
    first = {**many(BAD), **others(), Subject("d3"): GOOD}
    then = {**many(BAD), **others()}
    (cause,) = causes(folded(looks(first, then, then, then)))
    assert len(cause.explains) == 16


def test_what_a_recorder_says_of_a_camera_that_is_away_is_no_fault_of_its_own() -> None:
    own, seen = Subject("d5"), Subject("d1", 3)

    def shown(at: datetime) -> Look:
        found = (result(own, BAD, at, "d5.1"), result(seen, "offline not-recording", at, "d5.1"))
        return Look(at, 1, found)

    (cause,) = causes(folded(shown(MONDAY + n * TEN) for n in range(3)))
    assert cause.subject == own


def seen_twice(own: str, seen: str, times: int, start: datetime = MONDAY) -> list[Look]:
    """Looks at a camera that stands for itself and is recorded as well."""
    found = []
    for at in (start + n * TEN for n in range(times)):
        both = (result(Subject("d5"), own, at, "d5.1"), result(Subject("d1", 3), seen, at, "d5.1"))
        found.append(Look(at, 1, both))
    return found


def shown_by_two(fault: str, times: int = 3) -> Book:
    """Nights of a fault of one camera, seen on a channel of its own and on a recorder's."""
    places = (Subject("d1", 3), Subject("d5", 1))
    nights = (MONDAY + n * NIGHT for n in range(times))
    return folded(Look(at, 1, tuple(result(one, fault, at, "d5.1") for one in places)) for at in nights)


def test_a_picture_fault_that_two_channels_of_one_camera_show_is_one_repair() -> None:
    (cause,) = causes(shown_by_two("frozen"))
    assert (cause.kind, len(cause.explains)) == ("frozen", 1)


def test_each_recorder_that_does_not_record_a_camera_is_a_case_of_its_own() -> None:
    assert len(causes(shown_by_two("not-recording"))) == 2


def test_a_camera_that_may_be_away_is_not_yet_called_unrecorded() -> None:
    assert folded(seen_twice(BAD, "not-recording", 2)).cases == {}


def test_a_fault_that_nothing_explains_any_more_is_sure_at_the_next_look() -> None:
    again = seen_twice(GOOD, "not-recording", 1, MONDAY + 2 * TEN)
    assert only(folded([*seen_twice(BAD, "not-recording", 2), *again])).kind == "not-recording"


def test_a_fault_is_not_kept_back_by_a_cause_that_this_look_says_nothing_of() -> None:
    again = seen_twice("", "not-recording", 1, MONDAY + 2 * TEN)
    assert only(folded([*seen_twice(BAD, "not-recording", 2), *again])).kind == "not-recording"


def test_whose_a_fault_is_and_its_notes_are_read_at_its_cause() -> None:
    cameras = many("", 3)
    before = folded(
        looks({**cameras, Subject("d1", 1): "not-recording"}, {Subject("d1", 1): "not-recording"})
    )
    said(
        before,
        lambda book: case_words.own(book, 1, "张老师", MONDAY),
        lambda book: case_words.note(book, 1, "已报修", "李老师", MONDAY),
    )
    for one in looks("disk", start=MONDAY + 2 * TEN):
        for event in fold(before, one, WATCHING):
            before.add(event)
    (cause,) = causes(before)
    assert (cause.kind, cause.owner, [note.text for note in cause.notes]) == ("disk", "张老师", ["已报修"])


def test_channels_that_are_not_recorded_follow_from_a_bad_disk() -> None:
    shown = {Subject("d1"): "disk", Subject("d1", 1): "not-recording", Subject("d1", 2): "not-recording"}
    (cause,) = causes(folded(looks(shown, shown)))
    assert (cause.kind, len(cause.explains)) == ("disk", 2)


def test_a_recorder_that_is_down_takes_the_cameras_that_only_it_shows() -> None:
    book = folded(looks("recorder-down", "recorder-down", "recorder-down"))
    behind = CameraRecord("d1.4", "d1", 4, (), {}, answered=False, sights=(Sight("d1", 4),))
    seen_too = CameraRecord("d9.1", "d9", 1, (), {}, answered=True, sights=(Sight("d9", 1), Sight("d1", 5)))
    assert cameras_under(only(book), book.cases, [behind, seen_too]) == ["d1.4"]


# People


def said(book: Book, *words: Callable[[Book], Event]) -> Book:
    for word in words:
        book.add(word(book))
    return book


def closed_by_hand() -> list[Event]:
    events = fold_all(looks(BAD, BAD, BAD), WATCHING)
    return [*events, case_words.dismiss(book_of(events), 1, "拆了", "李老师", MONDAY + NIGHT)]


def test_a_case_closed_by_hand_needs_a_reason() -> None:
    book = folded(looks(BAD, BAD, BAD))
    with pytest.raises(UsageError):
        case_words.dismiss(book, 1, "  ", "李老师", MONDAY)


def test_a_case_closed_by_hand_opens_again_with_the_next_bad_look() -> None:
    case = only(folded(looks(BAD, start=MONDAY + 2 * NIGHT), before=closed_by_hand()))
    assert (case.is_open, case.reopened) == (True, 1)


def test_a_case_closed_by_hand_was_not_repaired() -> None:
    counted = repairs(book_of(closed_by_hand()).cases.values(), MONDAY + 2 * NIGHT)
    assert (counted.repaired, counted.dismissed, counted.median) == (0, 1, None)


def test_a_note_and_an_owner_stay_with_their_case() -> None:
    book = said(
        folded(looks(BAD, BAD, BAD)),
        lambda book: case_words.own(book, 1, "张老师", MONDAY),
        lambda book: case_words.note(book, 1, "已报修", "李老师", MONDAY),
    )
    assert (only(book).owner, only(book).notes[0].text) == ("张老师", "已报修")


def test_a_number_that_is_no_case_is_told_with_the_mend() -> None:
    with pytest.raises(UsageError, match="camcensus case list"):
        case_words.own(Book(), 7, "张老师", MONDAY)


def test_a_repair_took_from_the_first_bad_look_to_the_first_good_one() -> None:
    counted = repairs(folded(looks(BAD, BAD, BAD, GOOD, GOOD)).cases.values(), MONDAY + NIGHT)
    assert (counted.median, counted.longest, counted.open) == (3 * TEN, 3 * TEN, 0)


def test_the_fault_points_of_a_form_tell_a_cause_once() -> None:
    book = folded(down(BAD, BAD, BAD))
    told = fault_points_of_cases(book.cases.values(), lambda case: str(case.subject), WATCHING)
    assert told == "同一时刻多台设备断开（可能是交换机或供电），涉及16路。"


def test_the_fault_points_of_a_form_name_each_spot() -> None:
    book = folded(looks({Subject("d1", 2): "frozen"}, {Subject("d1", 2): "frozen"}))
    told = fault_points_of_cases(book.cases.values(), lambda _: "正门", WATCHING, unmeasured=["操场"])
    assert told == "画面冻结1路：正门；未能检测1路：操场。"


# Properties

KINDS = ("offline", "frozen", "clock", "not-recording")
PLACES = (Subject("d1"), Subject("d2"), Subject("d3"), Subject("d4"), Subject("d1", 1), Subject("d2", 1))
WORDS = st.lists(st.sampled_from([*KINDS, *(f"-{kind}" for kind in KINDS)]), max_size=3).map(
    lambda words: " ".join(dict.fromkeys(words))
)
NIGHTS = st.lists(
    st.tuples(
        st.integers(min_value=1, max_value=3000),
        st.dictionaries(st.sampled_from(PLACES), WORDS, max_size=6),
    ),
    max_size=25,
)


def made(nights: Sequence[tuple[int, Shown]]) -> list[Look]:
    at, some = MONDAY, []
    for minutes, shown in nights:
        at += timedelta(minutes=minutes)
        some.append(look(at, shown))
    return some


@given(NIGHTS, st.integers(min_value=0, max_value=25))
def test_folding_in_one_go_or_night_by_night_gives_the_same_cases(
    nights: list[tuple[int, Shown]], cut: int
) -> None:
    some = made(nights)
    before = fold_all(some[:cut], WATCHING)
    assert fold_all(some[cut:], WATCHING, before) == fold_all(some, WATCHING)


@given(NIGHTS)
def test_the_events_alone_give_back_the_book(nights: list[tuple[int, Shown]]) -> None:
    book = Book()
    events: list[Event] = []
    for one in made(nights):
        for event in fold(book, one, WATCHING):
            book.add(event)
            events.append(event)
    assert vars(book_of(events)) == vars(book)


@given(NIGHTS, st.integers(min_value=1, max_value=30))
def test_what_is_not_known_never_opens_or_closes_anything(
    nights: list[tuple[int, Shown]], silent: int
) -> None:
    some = made(nights)
    last = some[-1].at if some else MONDAY
    gaps = looks(*([dict.fromkeys(PLACES, "")] * silent), start=last + NIGHT)
    known = {number: case.is_open for number, case in folded(some).cases.items()}
    after = folded([*some, *gaps])
    assert {number: case.is_open for number, case in after.cases.items() if not case.subject.is_shared} == {
        number: state for number, state in known.items() if not after.cases[number].subject.is_shared
    }


@given(NIGHTS)
def test_a_case_keeps_its_number_kind_and_place(nights: list[tuple[int, Shown]]) -> None:
    book = Book()
    seen: dict[int, tuple[str, Subject, datetime]] = {}
    for one in made(nights):
        for event in fold(book, one, WATCHING):
            book.add(event)
        for case in book.cases.values():
            now = (case.kind, case.subject, case.opened)
            assert seen.setdefault(case.id, now) == now


@given(NIGHTS)
def test_a_case_never_explains_itself_in_a_circle(nights: list[tuple[int, Shown]]) -> None:
    cases = folded(made(nights)).cases
    for case in cases.values():
        above, steps = case.caused_by, 0
        while above is not None:
            above, steps = cases[above].caused_by, steps + 1
            assert steps <= len(cases)
