"""What is said of two places that may be one camera: the evidence, the suggestions, a person's word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select

from inventory.behind import Place
from inventory.known import NOW, Same
from inventory.record import Agreement, Answer, CameraRecord, Sight, Suggestion, Tie
from inventory.sights import Says, Sights, Word
from inventory.tables import SAME_WORD, SUGGESTION


def ties_of(sights: Sights, cameras: Sequence[CameraRecord]) -> Iterator[Tie]:
    """Yield why recorders' channels are no cameras of their own, in the order of the cameras."""
    for camera in cameras:
        told: set[Sight] = set()
        for sight in camera.recorders:
            found = sights.tie_of(_place(sight))
            if found is not None:
                told.add(sight)
                yield Tie(camera.id, sight, _sight(found.other), found.why, found.at)
        yield from _by_word(sights, camera, told)


def open_suggestions(
    connection: Connection, same: Same, sights: Sights, cameras: Sequence[CameraRecord], up_to: int
) -> Iterator[Suggestion]:
    """Yield what a person has not answered yet, the likeliest first."""
    settled = {sight for camera in cameras if _is_whole(camera) for sight in camera.sights}
    known = sorted(load_suggestions(connection, same, up_to), key=lambda one: (-one.score, one.id))
    for one in known:
        if one.camera not in settled and one.channel not in settled and _word(sights, one) is None:
            yield one


def answers(connection: Connection, same: Same, sights: Sights) -> Iterator[Answer]:
    """Yield every suggestion that a person has answered, with the answer that stands."""
    for one in load_suggestions(connection, same):
        word = _word(sights, one)
        if word is not None and word.says != "open":
            yield Answer(one, word.says, word.who, word.at)


def load_suggestions(connection: Connection, same: Same, up_to: int = NOW) -> Iterator[Suggestion]:
    for row in connection.execute(
        select(SUGGESTION).where(SUGGESTION.c.run_id <= up_to).order_by(SUGGESTION.c.id)
    ):
        yield Suggestion(
            row.id,
            _sight((same[row.device_id], row.channel)),
            _sight((same[row.recorder_id], row.recorder_channel)),
            row.score,
            row.scene,
            row.names,
            (row.named[0], row.named[1]),
            row.at,
        )


def pair_of(sights: Sights, suggestion: Suggestion) -> tuple[Place, Place]:
    """Return the two cameras that a suggestion is about, by their names before anybody made them one."""
    camera, channel = (int(suggestion.camera.device_id[1:]), 1), _place(suggestion.channel)
    return sights.raw.get(camera, camera), sights.raw.get(channel, channel)


def write_word(
    connection: Connection, run_id: int, pair: tuple[Place, Place], says: Says, who: str, at: datetime
) -> None:
    (device, channel), (other_device, other_channel) = pair
    row = {
        "run_id": run_id,
        "device_id": device,
        "channel": channel,
        "other_device": other_device,
        "other_channel": other_channel,
        "says": says,
        "who": who,
        "at": at,
    }
    connection.execute(insert(SAME_WORD), row)


def _word(sights: Sights, suggestion: Suggestion) -> Word | None:
    """Return the word that stands on these two; None before any, or after one was taken back."""
    pair = set(pair_of(sights, suggestion))
    return next((one for one in sights.words if set(one.pair) == pair and one.says != "open"), None)


def _is_whole(camera: CameraRecord) -> bool:
    """Say whether a camera is known both by itself and through a recorder: nothing is to be guessed."""
    return bool(camera.recorders) and len(camera.recorders) < len(camera.sights)


def _by_word(sights: Sights, camera: CameraRecord, told: set[Sight]) -> Iterator[Tie]:
    for word in sights.words:
        if word.says != "same":
            continue
        for sight in camera.recorders:
            if sight in told or sights.raw.get(_place(sight)) not in word.pair:
                continue
            other = next(
                (
                    one
                    for one in camera.sights
                    if one not in camera.recorders and sights.raw.get(_place(one)) in word.pair
                ),
                None,
            )
            if other is not None:
                yield Tie(camera.id, sight, other, (Agreement("person", "", word.who),), word.at)


def _place(sight: Sight) -> Place:
    return int(sight.device_id[1:]), sight.channel


def _sight(place: Place) -> Sight:
    return Sight(f"d{place[0]}", place[1])
