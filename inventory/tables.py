"""The tables of the inventory. Rows are only ever added: what was once read or said stays as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
)


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept as ISO 8601 text in UTC, so that text order is time order."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """A JSON value as text. SQLite's own JSON columns turn 25.0 into 25 and long numbers into rough ones."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ANN401
        return json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401
        return None if value is None else json.loads(value)


METADATA = MetaData()

# Text from outside is kept as JSON, which is plain ASCII: device text may hold halves of characters.
RUN = Table(
    "run",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("started", Instant, nullable=False),
    Column("finished", Instant, nullable=False),
    Column("targets", Json, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
)
SILENT = Table(
    "silent",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False, index=True),
    Column("address", Json, nullable=False),
    Column("why", Json, nullable=False),
)

# Who is who. A device row is only its number; what ties sightings to it stands in device_key.
DEVICE = Table(
    "device",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
)
DEVICE_KEY = Table(
    "device_key",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("device_id", ForeignKey("device.id"), nullable=False, index=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("key", String, nullable=False),
    Column("value", Json, nullable=False),
)
SHARED_KEY = Table(  # seen at two devices in one run: ties nothing any more
    "shared_key",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("key", String, nullable=False),
    Column("value", Json, nullable=False),
)
DEVICE_JOIN = Table(  # two records that turned out to be one device
    "device_join",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False, unique=True),
    Column("into_id", ForeignKey("device.id"), nullable=False),
)
IDENTITY_CONFLICT = Table(
    "identity_conflict",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    Column("key", String, nullable=False),
    Column("seen", Json, nullable=False),
    Column("known", Json, nullable=False),
    Column("at", Instant, nullable=False),
)
CAMERA = Table(  # `role`: the whole device is the camera, or one channel of a recorder is
    "camera",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False, index=True),
    Column("channel", Integer, nullable=False),
    Column("role", String, nullable=False),
)

# Which camera is seen where. A camera is named by the place where it was first seen, as in CAMERA; the newest
# row of a place counts. It is empty for a place that shows some camera of another recorder, not known which.
SHOWN = Table(
    "shown",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    Column("channel", Integer, nullable=False),
    Column("role", String, nullable=False),
    Column("of_device", ForeignKey("device.id")),
    Column("of_channel", Integer),
)
TIE = Table(  # why a recorder's channel shows what another place shows; the newest row counts
    "tie",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    Column("channel", Integer, nullable=False),
    Column("other_device", ForeignKey("device.id"), nullable=False),
    Column("other_channel", Integer, nullable=False),
    Column("why", Json, nullable=False),
    Column("at", Instant, nullable=False),
)
CAMERA_JOIN = Table(  # two records that turned out to be one camera
    "camera_join",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    Column("channel", Integer, nullable=False),
    Column("into_device", ForeignKey("device.id"), nullable=False),
    Column("into_channel", Integer, nullable=False),
)
CAMERA_KEY = Table(  # what recorders know a camera by; the newest of each kind counts
    "camera_key",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    Column("channel", Integer, nullable=False),
    Column("key", String, nullable=False),
    Column("value", Json, nullable=False),
)
SUGGESTION = Table(  # a camera on the network and a recorder's channel whose pictures are alike
    "suggestion",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    Column("channel", Integer, nullable=False),
    Column("recorder_id", ForeignKey("device.id"), nullable=False),
    Column("recorder_channel", Integer, nullable=False),
    Column("score", Json, nullable=False),
    Column("scene", Json, nullable=False),
    Column("names", Json, nullable=False),
    Column("named", Json, nullable=False),
    Column("at", Instant, nullable=False),
)
# A person's word on two cameras: "same", "different", or "open" again. The newest of a pair counts. `run_id`
# is the last run before it was said.
SAME_WORD = Table(
    "same_word",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    Column("channel", Integer, nullable=False),
    Column("other_device", ForeignKey("device.id"), nullable=False),
    Column("other_channel", Integer, nullable=False),
    Column("says", String, nullable=False),
    Column("who", Json, nullable=False),
    Column("at", Instant, nullable=False),
)

# What was read. A visit is one device in one run.
VISIT = Table(
    "visit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False, index=True),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("kind", String, nullable=False),
    Column("address", String, nullable=False),
    Column("pinned", Integer),
    Column("ports", Json, nullable=False),
    Column("mac", String, nullable=False),
    Column("model", String, nullable=False),
    Column("channels", Integer, nullable=False),
    Column("seconds", Json, nullable=False),
    Column("refused", Json, nullable=False),
    Index("ix_visit_device", "device_id", "id"),
)
SIGHTING = Table(
    "sighting",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("visit_id", ForeignKey("visit.id"), nullable=False, index=True),
    Column("address", String, nullable=False),
    Column("seen_by", String, nullable=False),
    Column("said", Json, nullable=False),
)
CHANNEL = Table(
    "channel",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("visit_id", ForeignKey("visit.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("said", Json, nullable=False),
)
EVIDENCE = Table(  # `channel_id` is empty for what concerns the whole device
    "evidence",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("visit_id", ForeignKey("visit.id"), nullable=False, index=True),
    Column("channel_id", ForeignKey("channel.id"), index=True),
    Column("metric", String, nullable=False),
    Column("gap", String),
    Column("value", Json, nullable=False),
    Column("detail", Json, nullable=False),
    Column("probe", String, nullable=False),
    Column("at", Instant, nullable=False),
)

# What is claimed. `run_id` is the run that claimed it, or the last one before a person did.
CLAIM = Table(
    "claim",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False, index=True),
    Column("channel", Integer, nullable=False),
    Column("field", String, nullable=False),
    Column("value", Json, nullable=False),
    Column("source", String, nullable=False),
    Column("by", Json, nullable=False),  # [by, via, doubt] where there is a recorder or a doubt
    Column("at", Instant, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("note", Json, nullable=False),
)

# Which credential versions were refused. Kept at the moment it happens, where a run may still be broken off:
# at a place and with the keys seen there. The end of the run adds a row with the device that it proved to be.
REFUSAL = Table(
    "refusal",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("device_id", ForeignKey("device.id")),
    Column("at", Instant, nullable=False),
    Column("address", String, nullable=False),
    Column("pinned", Integer),
    Column("ports", Json, nullable=False),
    Column("keys", Json, nullable=False),
    Column("credential", String, nullable=False),
    Column("gap", String, nullable=False),
)

# How a channel looks when all is well. `by`: set by a person, or a candidate that later nights may confirm.
# `run_id` is the run that made it, or the last one before a person did.
BASELINE = Table(
    "baseline",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False, index=True),
    Column("channel", Integer, nullable=False),
    Column("mode", String, nullable=False),
    Column("preset", Json, nullable=False),
    Column("by", String, nullable=False),
    Column("who", Json, nullable=False),
    Column("made", Instant, nullable=False),
    Column("record", LargeBinary, nullable=False),  # only probe/picture knows what it means
    Column("shown", LargeBinary, nullable=False),  # a small JPEG for people
)
AGREEMENT = Table(  # a night that showed a candidate's view again, or the first one that did not
    "agreement",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("baseline_id", ForeignKey("baseline.id"), nullable=False, index=True),
    Column("agrees", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
)
CONFIRMATION = Table(  # what made a baseline of a candidate: "nights", or a "person"
    "confirmation",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, nullable=False),
    Column("baseline_id", ForeignKey("baseline.id"), nullable=False, index=True),
    Column("by", String, nullable=False),
    Column("who", Json, nullable=False),
    Column("at", Instant, nullable=False),
)
WITHDRAWAL = Table(  # a person takes a baseline back
    "withdrawal",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, nullable=False),
    Column("baseline_id", ForeignKey("baseline.id"), nullable=False, index=True),
    Column("who", Json, nullable=False),
    Column("at", Instant, nullable=False),
)
SAMPLE = Table(  # a little texture of each look: a picture that is stuck from visit to visit shows it again
    "sample",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    Column("channel", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("sample", LargeBinary, nullable=False),
    Index("ix_sample_place", "device_id", "channel", "id"),
)
CHART_CARD = Table(  # where a chart card hangs in the picture; the newest row counts
    "chart_card",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False, index=True),
    Column("channel", Integer, nullable=False),
    Column("marker", Integer, nullable=False),
    Column("corners", Json, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("at", Instant, nullable=False),
)

# What people say in the sheets they send back. `run_id` is the last run before they did.
WORKSPACE = Table(  # one row: a random id that tells our sheets from those of another school
    "workspace",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("code", String, nullable=False),
)
SHEET_IMPORT = (
    Table(  # `export` names the sheet as it was written, `file` and `digest` the file that came back
        "sheet_import",
        METADATA,
        Column("id", Integer, primary_key=True),
        Column("run_id", Integer, nullable=False),
        Column("export", Json, nullable=False, index=True),
        Column("file", Json, nullable=False),
        Column("digest", String, nullable=False),
        Column("who", Json, nullable=False),
        Column("at", Instant, nullable=False),
    )
)
SAYING = Table(  # `subject`: unit, system:s1, camera:h1; words on a camera that was met stand in `claim`
    "saying",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("field", String, nullable=False),
    Column("value", Json, nullable=False),
    Column("source", String, nullable=False),
    Column("by", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("note", Json, nullable=False),
)
HAND_CAMERA = (
    Table(  # a camera that no scan can see, from the `place`-th of the cameras that a row stands for
        "hand_camera",
        METADATA,
        Column("id", Integer, primary_key=True),
        Column("run_id", Integer, nullable=False),
        Column("import_id", ForeignKey("sheet_import.id"), nullable=False),
        Column("row", Json, nullable=False),  # what the row said, by field
        Column("place", Integer, nullable=False),
    )
)
