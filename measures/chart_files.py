"""A chart to take away: its points as a table, its picture as an SVG or PNG that stands by itself. Pure.

The picture's styles are the chart rules of our style sheet in the light palette, so that what is taken away
looks like the page. A PNG is drawn with letters that we bring along, the same on every machine.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from textwrap import wrap

from markupsafe import Markup

from measures.chart_reading import rule_words
from measures.charting import Chart
from measures.charts import Number
from nic_platform import exporting
from nic_platform.exporting import Cell
from nic_platform.svg import line, n, text
from nic_platform.text import _

_SHEET = Path(exporting.__file__).with_name("static") / "css" / "switchback.css"
FONT = "Source Sans Pro"
_WEIGHTS = ("Regular", "Semibold", "Bold")
_PAD, _ROW = 20.0, 17.0
_OPENING = re.compile(r'<svg class="chart[^"]*" viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*aria-label="([^"]*)">')
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_ANY_OF = re.compile(r"^(.*):is\(([^)]*)\)(.*)$")
_CLASS = re.compile(r"\.([\w-]+)")


# ---------------------------------------------------------------- table


def table(chart: Chart) -> tuple[list[str], list[list[Cell]]]:
    """Return the header and rows of a chart's table: every point with its lines, flag and note."""
    counted = any(point.count is not None for point in chart.points)
    limited = any(point.upper is not None for point in chart.points)
    header = [_("Day"), _("Value (%)") if chart.is_percent else _("Value")]
    header += [_("Count"), _("Out of")] if counted else []
    header += [_("Centre line")] + ([_("Lower limit"), _("Upper limit")] if limited else [])
    header += [_("Phase"), _("Flag"), _("Note")]
    rows: list[list[Cell]] = []
    for point in chart.points:
        row: list[Cell] = [point.on, _short(point.value)]
        row += [_short(point.count), _short(point.population)] if counted else []
        row += [_short(each) for each in (point.centre, *((point.lower, point.upper) if limited else ()))]
        rows.append([*row, point.phase, rule_words(chart, point), point.note])
    return header, rows


def _short(value: Number) -> float | int | None:
    if value is None:
        return None
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else round(value, 6)


def file_name(name: str, day: str, ending: str) -> str:
    """Return a plain file name from a measure's name and a day: ``exit-tickets-2026-02-24.csv``."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-")
    return f"{plain or 'chart'}-{day}.{ending}"


# ---------------------------------------------------------------- picture


def standalone(picture: Markup, title: str, subtitle: str, notes: Sequence[str]) -> str:
    """Return a chart's drawing as an SVG file: its finding on top, its notes beneath, its styles within."""
    found = _OPENING.match(str(picture))
    if found is None:
        raise ValueError("no chart")
    width, height, label = float(found[1]), float(found[2]), found[3]
    body = str(picture)[found.end() : -len("</svg>")]
    heads = wrap(title, 92) or [""]
    subs = wrap(subtitle, 110)
    foot = [part for note in notes if note for part in wrap(note, 130)]
    top = _PAD + 22 * len(heads) + _ROW * len(subs) + 12
    whole = top + height + _ROW * len(foot) + 2 * _PAD
    parts = [f'<rect class="page" x="0" y="0" width="{n(width + 2 * _PAD)}" height="{n(whole)}"/>']
    y = _PAD
    for words in heads:
        y += 20
        parts.append(text(_PAD, y, words, "t head"))
    for words in subs:
        y += _ROW
        parts.append(text(_PAD, y, words, "t sub"))
    parts.append(f'<g transform="translate({n(_PAD)} {n(top)})">{body}</g>')
    y = top + height + _PAD
    parts.append(line(_PAD, y - 14, width + _PAD, y - 14, "grid"))
    for words in foot:
        parts.append(text(_PAD, y, words, "t ax"))
        y += _ROW
    size = f'viewBox="0 0 {n(width + 2 * _PAD)} {n(whole)}" width="{n(width + 2 * _PAD)}" height="{n(whole)}"'
    inner = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart run" {size} role="img" aria-label="{label}">'
        f"<style>{_styles(frozenset(_used(inner)))}</style>{inner}</svg>\n"
    )


def as_png(drawing: str, zoom: int = 2) -> bytes:
    """Return a standalone SVG as a PNG, *zoom* pixels for each of its units."""
    import font_source_sans_pro  # type: ignore[import-untyped]  # a package of fonts, without types
    import resvg_py  # only those who take a picture wait for it

    folder = Path(str(font_source_sans_pro.__file__)).parent / "files"
    files = [str(folder / f"SourceSansPro-{weight}.ttf") for weight in _WEIGHTS]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing, zoom=zoom, skip_system_fonts=True, font_files=files,
            sans_serif_family=FONT, font_family=FONT,
        )
    )  # fmt: skip


def _used(body: str) -> set[str]:
    return {name for css in re.findall(r'class="([^"]*)"', body) for name in css.split()} | {"chart"}


@cache
def _sheet() -> tuple[tuple[tuple[str, str], ...], dict[str, str]]:
    """Return the chart rules of the style sheet, and its light palette."""
    css = _SHEET.read_text("utf-8")
    palette = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", css.split("@supports", 1)[0]))
    section = css.split("7. Figures and charts", 1)[1].split("/* ---------- 8.", 1)[0].split("*/", 1)[1]
    plain = re.sub(r"/\*.*?\*/|@[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", section, flags=re.DOTALL)
    rules = [(selector, said) for heads, said in _RULE.findall(plain) for selector in _apart(heads.strip())]
    return tuple(rules), palette


def _apart(heads: str) -> list[str]:
    """Return the selectors of a rule one by one, those within ``:is()`` too."""
    found = []
    for head in re.split(r",(?![^(]*\))", heads):
        choice = _ANY_OF.match(head.strip())
        if choice is None:
            found.append(head.strip())
        else:
            found += [f"{choice[1]}{each.strip()}{choice[3]}" for each in choice[2].split(",")]
    return found


def _styles(used: frozenset[str]) -> str:
    """Return the rules that a drawing uses, with plain colours in place of the palette's names."""
    rules, palette = _sheet()
    made = [
        f".chart{{font-family:'{FONT}',system-ui,sans-serif}}",
        ".page{fill:#ffffff}.head{font-size:19px;font-weight:600}.sub{fill:#46554f;font-size:14px}",
    ]
    for selector, said in rules:
        names = set(_CLASS.findall(selector))
        if names and names <= used and names != {"chart"} and " " not in selector and "color-mix" not in said:
            plain = re.sub(r"var\(--([\w-]+)\)", lambda m: palette.get(m[1], "#14211d"), said.strip())
            plain = plain.replace(
                "font-weight: 650", "font-weight: 600"
            )  # the semibold that is brought along
            made.append(f"{selector}{{{plain}}}")
    return "".join(made)
