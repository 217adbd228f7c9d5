"""The tables of the night watch: a short row for each place and run, changes, cases, what is forgotten."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table

from inventory.tables import METADATA, Instant, Json

KIND_SET = Table(  # few sets of kinds are ever met, so that a row of a night names two by number
    "kind_set",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kinds", Json, nullable=False, unique=True),
)
# What a run found at one channel; channel 0 is the device itself. Its time is that of the run.
NIGHT_RESULT = Table(
    "night_result",
    METADATA,
    Column("device_id", ForeignKey("device.id"), primary_key=True),
    Column("channel", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), primary_key=True, index=True),
    Column("camera", String, nullable=False),
    Column("address", String, nullable=False),
    Column("state", String, nullable=False),
    Column("faults", ForeignKey("kind_set.id"), nullable=False),
    Column("fine", ForeignKey("kind_set.id"), nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("sharpness_ratio", Float),
    Column("view_shift_pct", Float),
    Column("clock_offset_s", Float),
    Column("days_at_least", Integer),
    Column("days_at_most", Integer),
    Column("recording_now", Boolean),
    Column("oldest", String),
    sqlite_with_rowid=False,
)
CHANGE = Table(
    "change",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False, index=True),
    Column("day", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    Column("channel", Integer, nullable=False),
    Column("before", Json, nullable=False),
    Column("after", Json, nullable=False),
)
# `device_id` is empty for a cause that several devices share; `run_id` for a light look, and for a person.
CASE_EVENT = Table(
    "case_event",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("deed", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String, nullable=False),
    Column("device_id", ForeignKey("device.id")),
    Column("shared", String, nullable=False),
    Column("channel", Integer, nullable=False),
    Column("camera", String, nullable=False),
    Column("case_id", Integer),
    Column("since", Instant),
    Column("run_id", ForeignKey("run.id")),
    Column("other", Integer),
    Column("who", Json, nullable=False),
    Column("text", Json, nullable=False),
    Index("ix_case_event_case", "case_id"),
)
FORGOTTEN = Table(  # the visits whose evidence may go; only what is listed here can be deleted at all
    "forgotten",
    METADATA,
    Column("visit_id", ForeignKey("visit.id"), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("why", String, nullable=False),
)
