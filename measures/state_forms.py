"""What visitors may send to bring an agency's table of published figures in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from measures.models import Measure
from measures.state_figures import Figure
from measures.state_headers import PLACE_KEYS
from measures.state_opening import read_heads
from measures.state_rows import Options
from nic_platform.errors import InputError
from nic_platform.fields import short
from nic_platform.forms import PlatformForm
from nic_platform.text import _

PLACES = (*PLACE_KEYS, "school_year", "level")
OWN = "own"  # the key of a figure that somebody made of columns by hand
_SWITCHES = ("leave_out", "corrects", "fills_zeros", "places_are_right", "marks_breaks")


def place_words() -> dict[str, str]:
    """Return what a place column holds, by key."""
    return {
        "school_nces": _("NCES school id"), "district_nces": _("NCES district id"),
        "school_code": _("School code"), "district_code": _("District code"), "school_name": _("School"),
        "district_name": _("District"), "school_year": _("School year"),
        "level": _("Level: state, district or school"),
    }  # fmt: skip


class StateFileForm(PlatformForm):
    """A file with an agency's table."""

    file = FileField(_("File"), validators=[FileRequired(_("Choose a file."))])


class StateColumnsForm(PlatformForm):
    """Which column holds what, and what is chosen beside. Selects are added for each column and figure."""

    heads = short(_("Row in which the names of the columns stand"), 12)
    year = short(_("School year, where no column says it"), 12)
    leave_out = BooleanField(_("Leave the rows with problems out"))
    corrects = BooleanField(_("Correct the figures that differ"))
    fills_zeros = BooleanField(_("Fill in leading zeros that codes lost"))
    places_are_right = BooleanField(_("The places listed as not sure are right"))
    marks_breaks = BooleanField(_("Mark on charts what can’t be compared"))

    def columns(self) -> dict[str, str]:
        """Return what → column, without what has none."""
        return {key: self[f"map_{key}"].data for key in PLACES if self[f"map_{key}"].data}

    def options(self) -> Options:
        """Return what is chosen beside the columns."""
        switches = {name: bool(self[name].data) for name in _SWITCHES}
        return Options(year=self.year.data or "", heads=(self.heads.data or "").strip(), **switches)

    def validate_heads(self, field: Field) -> None:
        """Refuse what names no row."""
        try:
            read_heads(field.data or "")
        except InputError as error:
            raise ValidationError(str(error)) from error

    def figures(self, before: Sequence[Figure]) -> list[Figure]:
        """Return the figures as they were changed, with one made by hand where its columns are chosen.

        Args:
            before: the figures that the form was made for.
        """
        found = [self._figure(at, each) for at, each in enumerate(before)]
        own = self._figure(len(before), Figure(f"{OWN}:{len(before)}", "", (), ""))
        return [*found, own] if own.is_chosen and own.count else found

    def _figure(self, at: int, before: Figure) -> Figure:
        told = {name: self[f"f{at}_{name}"].data or "" for name in (*_COLUMNS, "measure", "name")}
        where = dict(before.where)
        column = self[f"f{at}_where"].data
        if column:
            where[column] = (self[f"f{at}_is"].data or "").strip()
        name = told["name"].strip() or before.name
        key = f"{OWN}:{name.casefold()}" if before.key.startswith(f"{OWN}:") else before.key
        return replace(
            before, key=key, name=name or _("Figure"), measure=told["measure"],
            count=tuple(column for column in (told["count"], told["plus"]) if column),
            population=told["population"], rate=told["rate"], people=told["people"], where=where,
            is_chosen=bool(self[f"f{at}_chosen"].data),
        )  # fmt: skip


_COLUMNS = ("count", "plus", "population", "rate", "people")


@dataclass(frozen=True)
class FigureFields:
    """The fields of one figure, as a page sets them out; ``figure`` is none for one that is made by hand."""

    figure: Figure | None
    chosen: Field
    measure: Field
    name: Field
    columns: tuple[Field, ...]
    where: Field
    value: Field


def columns_form(
    header: Sequence[str], columns: Mapping[str, str], figures: Sequence[Figure], options: Options,
    measures: Mapping[str, Measure],
) -> StateColumnsForm:  # fmt: skip
    """Return a form with a select for each column of a place and of each figure, set to what was chosen."""
    names = [SelectChoice(name, name) for name in dict.fromkeys(header) if name]
    nothing = [SelectChoice("", _("Not in the file")), *names]
    extra: dict[str, Any] = {
        f"map_{key}": SelectField(words, choices=nothing, validate_choice=False)
        for key, words in place_words().items()
    }
    given: dict[str, Any] = {f"map_{key}": columns.get(key, "") for key in PLACES}
    given |= {"year": options.year, "heads": options.heads} | {
        name: getattr(options, name) for name in _SWITCHES
    }
    targets = [SelectChoice("", _("A new measure of the name below"))]
    targets += [SelectChoice(key, each.name) for key, each in measures.items()]
    for at, figure in enumerate([*figures, None]):
        extra |= _fields(at, nothing, targets)
        given |= _given(at, figure)
    form: StateColumnsForm = type("OwnStateColumnsForm", (StateColumnsForm,), extra)(data=given)
    return form


def _fields(at: int, columns: list[SelectChoice], measures: list[SelectChoice]) -> dict[str, Any]:
    words = {
        "count": _("How many"), "plus": _("Plus how many"), "population": _("Out of how many"),
        "rate": _("The file’s own rate, to check"), "people": _("How many students the place has"),
    }  # fmt: skip
    fields: dict[str, Any] = {
        f"f{at}_{name}": SelectField(words[name], choices=columns, validate_choice=False) for name in _COLUMNS
    }
    return fields | {
        f"f{at}_chosen": BooleanField(_("Bring this in")),
        f"f{at}_measure": SelectField(_("As"), choices=measures, validate_choice=False),
        f"f{at}_name": short(_("Name of a new measure"), 200),
        f"f{at}_where": SelectField(_("Only rows where"), choices=columns, validate_choice=False),
        f"f{at}_is": short(_("holds"), 120),
    }


def _given(at: int, figure: Figure | None) -> dict[str, Any]:
    if figure is None:
        return {f"f{at}_chosen": False}
    first, *more = [*figure.count, ""]
    told = {
        "chosen": figure.is_chosen, "measure": figure.measure, "name": figure.name, "count": first,
        "plus": more[0] if more else "", "population": figure.population, "rate": figure.rate,
        "people": figure.people,
    }  # fmt: skip
    return {f"f{at}_{name}": value for name, value in told.items()}


def figure_fields(form: StateColumnsForm, figures: Sequence[Figure]) -> list[FigureFields]:
    """Return the fields of each figure in order, and those of one made by hand last."""
    return [
        FigureFields(
            figure, form[f"f{at}_chosen"], form[f"f{at}_measure"], form[f"f{at}_name"],
            tuple(form[f"f{at}_{name}"] for name in _COLUMNS), form[f"f{at}_where"], form[f"f{at}_is"],
        )
        for at, figure in enumerate([*figures, None])
    ]  # fmt: skip
