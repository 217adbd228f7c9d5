"""The shape of watch.toml: what is a fault, how sure the watch must be of it, what counts as a change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from config.settings import Section

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Count = Annotated[int, Field(ge=1, le=1000)]
Days = Annotated[int, Field(ge=0, le=3650)]
Percent = Annotated[int, Field(ge=1, le=100)]


class Kind(Section):
    """A kind of fault. `looks` bad looks in a row open it, `good` good ones close it.

    Looks less than `apart_min` after the last one that counted do not count. `intact`: a camera that has it
    is not intact; `needed`: nor is it called so where this could not be judged. `explains` are the kinds that
    follow from it, on the same place, on the channels of its device, or on another channel of its camera.
    """

    id: str
    name: Words
    on: Literal["device", "recorder", "channel", "shared"]
    urgency: Literal["urgent", "morning", "weekly"]
    looks: Count
    apart_min: Annotated[float, Field(ge=0, le=10_080)]
    good: Count
    reopen_days: Days
    why: Words
    intact: bool = False
    needed: bool = False
    explains: tuple[str, ...] = ()


class KeySpot(Section):
    """The cameras whose recordings are kept longer: those of which `field` says `value`."""

    field: str
    value: Words


class Limits(Section):
    clock_s: Annotated[float, Field(gt=0, le=86_400)]
    clock_step_s: Annotated[float, Field(gt=0, le=86_400)]
    retention_days: Days
    retention_key_days: Days
    retention_drop_days: Count
    retention_over_nights: Count
    view_step_pct: Annotated[float, Field(gt=0, le=100)]
    key_spot: KeySpot


class Together(Section):
    """When devices that fall silent in the same look have one cause."""

    devices: Count
    subnet_bits: Annotated[int, Field(ge=8, le=32)]
    everything_pct: Percent
    everything_devices: Count


class Coverage(Section):
    campaign: Words  # whose list of areas it is


class Pause(Section):
    """Days on which devices may be off on purpose, both counted: holidays, works on the mains."""

    name: Words
    first: date
    last: date

    @model_validator(mode="after")
    def _is_in_order(self) -> Pause:
        if self.last < self.first:
            raise ValueError("last（最后一天）早于 first（第一天）")
        return self

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


class Watching(Section):
    """`pauses` are the school's own, from camcensus.toml."""

    kinds: Mapping[str, Kind]
    limits: Limits
    together: Together
    coverage: Coverage
    pauses: tuple[Pause, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _name_kinds(cls, raw: Any) -> Any:  # noqa: ANN401  TOML
        if not isinstance(raw, dict) or not isinstance(raw.get("kinds"), dict):
            return raw
        kinds = {
            name: {**kind, "id": name} if isinstance(kind, dict) else kind
            for name, kind in raw["kinds"].items()
        }
        return {**raw, "kinds": kinds}

    def rank(self, kind: str) -> int:
        """Return a kind's place in the order of urgency."""
        return list(self.kinds).index(kind)
