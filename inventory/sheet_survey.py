"""How far the cells of a worksheet lie apart, and which formulas have no value."""

from __future__ import annotations

from string import ascii_letters
from xml.parsers import expat

At = tuple[int, int]  # line and place, from 0


class TooFar(Exception):
    """A cell with something in it lies outside of what a table may be."""

    def __init__(self, at: At) -> None:
        super().__init__(f"cell at {at}")
        self.at = at


class Survey:
    """Reads one worksheet part. Raise TooFar, or ExpatError for what is no XML or declares entities."""

    def __init__(self, most_lines: int, most_cells: int) -> None:
        self.broken: dict[At, str] = {}
        self._most = (most_lines, most_cells)
        self._tall = self._wide = 0
        self._line = self._cell_line = self._place = -1
        self._kind = ""
        self._formula = False
        self._value: list[str] | None = None
        self._filled = False
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse

    def read(self, part: bytes) -> dict[At, str]:
        """Return the formulas that have no value: an error's name, or `=` for one never worked out."""
        self._parser.Parse(part, True)
        return self.broken

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "c":
                reference = attributes.get("r", "")
                self._place = column_of(reference, self._place + 1)
                # A cell may say another line than the row that it stands in.
                self._cell_line = _number(reference.lstrip(ascii_letters), self._line)
                self._kind = attributes.get("t", "")
                self._formula = self._filled = False
                self._value = None
            case "row":
                self._line = _number(attributes.get("r", ""), self._line + 1)
                self._place = -1
            case "v" | "is":
                self._filled = True
                if self._formula or self._kind == "e":
                    self._value = []
                    self._parser.CharacterDataHandler = self._value.append
            case "f":
                self._filled = self._formula = True
            case _:
                pass

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "v":
            self._parser.CharacterDataHandler = None
        elif local == "c" and self._filled:
            self._cell((self._cell_line, self._place))

    def _cell(self, at: At) -> None:
        self._tall, self._wide = max(self._tall, at[0] + 1), max(self._wide, at[1] + 1)
        if self._tall > self._most[0] or self._tall * self._wide > self._most[1]:
            raise TooFar(at)
        value = "".join(self._value or ())
        if self._kind == "e":
            self.broken[at] = value or "#"
        elif self._formula and not value and self._kind != "str":
            self.broken[at] = "="

    def _refuse(self, *_: object) -> None:
        raise expat.ExpatError("a worksheet declares no entities")


def column_of(reference: str, otherwise: int) -> int:
    """Return the place of a reference's letters, from 0."""
    place = 0
    for number, letter in enumerate(reference):
        if "A" <= letter <= "Z" and number < 7:
            place = place * 26 + ord(letter) - 64
        elif "a" <= letter <= "z" and number < 7:
            place = place * 26 + ord(letter) - 96
        else:
            break
    return place - 1 if place else otherwise


def _number(text: str, otherwise: int) -> int:
    return int(text) - 1 if text.isascii() and text.isdigit() and len(text) < 12 else otherwise
