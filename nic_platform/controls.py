"""The controls of a form as wtforms' own widgets write them, sign for sign, and several times as fast.

wtforms puts each attribute of each control together from half a dozen objects, and a page may have forty
controls. What is not one of the usual kinds is left to it.
"""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape
from wtforms import widgets
from wtforms.fields.choices import SelectChoice
from wtforms.widgets.core import clean_key

_ENDS = frozenset({"min", "max"})


def written(field: Any, given: dict[str, Any]) -> Markup:
    """Return the control of *field* with the attributes *given* besides its own."""
    if any("_" in name for name in given):
        given = {clean_key(name): value for name, value in given.items()}
    writer = _WRITERS.get(type(field.widget))
    shown = field.widget(field, **given) if writer is None else writer(field, given)
    return Markup(shown)  # noqa: S704  # every value in it was escaped


def _input(field: Any, given: dict[str, Any]) -> str:
    widget = field.widget
    every = {"id": field.id, "type": widget.input_type, **given, "name": field.name}
    if "value" not in every:
        every["value"] = field._value()
    datalist = getattr(field, "_datalist", None)
    if datalist is not None and "list" not in every:
        every["list"] = datalist if isinstance(datalist, str) else datalist.id
    return f"<input {_attributes(_flagged(field, every))}>"


def _ticked(field: Any, given: dict[str, Any]) -> str:
    """Return a box of one or several, or a button of a choice."""
    return _input(field, {**given, "checked": True} if getattr(field, "checked", field.data) else given)


def _bounded(field: Any, given: dict[str, Any]) -> str:
    widget = field.widget
    own = {"step": widget.step, "min": widget.min, "max": widget.max}
    return _input(field, {name: value for name, value in own.items() if value is not None} | given)


def _day(field: Any, given: dict[str, Any]) -> str:
    if _ENDS.isdisjoint(given) and _ENDS.isdisjoint(vars(field.flags)):
        return _input(field, given)
    return str(field.widget(field, **given))


def _area(field: Any, given: dict[str, Any]) -> str:
    every = _flagged(field, {"id": field.id, **given, "name": field.name})
    return f"<textarea {_attributes(every)}>\r\n{escape(field._value())}</textarea>"


def _list(field: Any, given: dict[str, Any]) -> str:
    if not all(isinstance(each, SelectChoice) and each.optgroup is None for each in field.choices or ()):
        return str(field.widget(field, **given))
    every = {"id": field.id, **given, "name": field.name}
    if field.widget.multiple:
        every["multiple"] = True
    options = "".join(map(_option, field.iter_choices()))
    return f"<select {_attributes(_flagged(field, every))}>{options}</select>"


def _option(choice: Any) -> str:
    value = str(choice.value) if isinstance(choice.value, bool) else choice.value
    every = {"value": value, **(choice.render_kw or {})}
    if choice.selected:
        every["selected"] = True
    return f"<option {_attributes(every)}>{escape(choice.label or choice.value)}</option>"


def _flagged(field: Any, every: dict[str, Any]) -> dict[str, Any]:
    """Add what the field's rules say to the browser, as far as its kind of control knows it."""
    for name, value in vars(field.flags).items():
        if name in field.widget.validation_attrs and name not in every:
            every[name] = value() if callable(value) else value
    return every


def _attributes(every: dict[str, Any]) -> str:
    parts = []
    for name, value in sorted(every.items()):
        if value is True:
            parts.append(name)
        elif value is not False:
            said = str(escape(value)).replace('"', "&quot;")  # marked words may hold quotes
            parts.append(f'{name}="{said}"')
    return " ".join(parts)


_WRITERS: dict[type, Callable[[Any, dict[str, Any]], str]] = {
    widgets.TextInput: _input,
    widgets.HiddenInput: _input,
    widgets.EmailInput: _input,
    widgets.CheckboxInput: _ticked,
    widgets.RadioInput: _ticked,
    widgets.NumberInput: _bounded,
    widgets.DateInput: _day,
    widgets.TextArea: _area,
    widgets.Select: _list,
}
