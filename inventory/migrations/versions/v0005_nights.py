"""The night watch: what each night found in short, changes, steps of cases; what may be forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = ("kind_set", "night_result", "change", "case_event", "forgotten")
# Whose rows may go, and which visit each is of.
FORGETTABLE = ("evidence", "sighting", "channel")


def upgrade() -> None:
    op.create_table(
        "kind_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kinds", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kinds"),
    )
    op.create_table(
        "night_result",
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("camera", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("fine", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("sharpness_ratio", sa.Float(), nullable=True),
        sa.Column("view_shift_pct", sa.Float(), nullable=True),
        sa.Column("clock_offset_s", sa.Float(), nullable=True),
        sa.Column("days_at_least", sa.Integer(), nullable=True),
        sa.Column("days_at_most", sa.Integer(), nullable=True),
        sa.Column("recording_now", sa.Boolean(), nullable=True),
        sa.Column("oldest", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"]),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"]),
        sa.ForeignKeyConstraint(["faults"], ["kind_set.id"]),
        sa.ForeignKeyConstraint(["fine"], ["kind_set.id"]),
        sa.PrimaryKeyConstraint("device_id", "channel", "run_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_night_result_run_id", "night_result", ["run_id"], unique=False)
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"]),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_change_run_id", "change", ["run_id"], unique=False)
    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("shared", sa.String(), nullable=False),
        sa.Column("channel", sa.Integer(), nullable=False),
        sa.Column("camera", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.String(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("other", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"]),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_case_event_case", "case_event", ["case_id"], unique=False)
    op.create_table(
        "forgotten",
        sa.Column("visit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"]),
        sa.PrimaryKeyConstraint("visit_id"),
    )
    # SQLite looks at every row that points to a channel before one may go.
    op.create_index("ix_evidence_channel_id", "evidence", ["channel_id"], unique=False)

    for table in TABLES:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    for table in FORGETTABLE:
        _only_where(table, "NOT EXISTS (SELECT 1 FROM forgotten WHERE visit_id = OLD.visit_id)")
    # A sample is set against the look that comes next, and no later one.
    _only_where(
        "sample",
        "NOT EXISTS (SELECT 1 FROM sample AS newer WHERE newer.device_id = OLD.device_id "
        "AND newer.channel = OLD.channel AND newer.id > OLD.id)",
    )


def _only_where(table: str, kept: str) -> None:
    """Let rows be deleted, save those that the condition keeps."""
    op.execute(f"DROP TRIGGER {table}_no_delete")
    op.execute(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN {kept} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
