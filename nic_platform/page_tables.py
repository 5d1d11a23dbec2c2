"""Reads the tables and lists of one of our own pages: what is shown is what can be taken away. Pure.

A page was made for its reader: what they may not see is not in it, hidden counts are hidden, filters and
order are theirs, headings stand in their language. Whatever is read out of it has all of that by its nature.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser

from nic_platform.exporting import Cell
from nic_platform.text import _

LISTS = frozenset({"rows", "records", "themes"})
"""Classes of lists whose entries are records; others are prose."""

_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "use",
        "wbr",
    ]
)
_SILENT = frozenset(
    ["script", "style", "template", "svg", "button", "select", "textarea", "noscript", "form"]
)
_BLOCKS = frozenset(
    ["p", "li", "div", "ul", "ol", "dl", "dt", "dd", "br", "figcaption", "details", "summary"]
)
_APART = frozenset({"span", "small", "a", "time", "label"})  # apart on the page, though no blank is between
_BELOW = frozenset({"sub", "meta", "hint"})  # classes of what stands on a line of its own
_DECKED = frozenset({"btn", "stages"})  # buttons, and the letters of the steps of a cycle
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_TYPED = frozenset({"text", "number", "date", "search", "radio", "file", "email", "time"})
_NUMBER = re.compile("[-\u2212]?(0|[1-9][0-9]{0,2}(,[0-9]{3})+|[1-9][0-9]*)(\\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN = re.compile(
    r"<table(?![^>]*data-no-take)[^>]*>.*?<td|"
    r'<(?:ul|ol)(?![^>]*data-no-take)[^>]* class="(?:rows|records|themes)\b[^>]*>\s*<li',
    re.DOTALL,
)
_BEFORE = re.compile(r" (?=[,.;:?!%)])")


@dataclass(frozen=True)
class Sheet:
    """One table: its title, the headings of its columns, and its rows."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass
class Part:
    """One element of a page: its tag, its attributes, and what is within it."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list["Part | str"] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """Return the classes of its style."""
        return frozenset(self.attrs.get("class", "").split())

    def walk(self) -> Iterator["Part"]:
        """Yield this part and all within it, in the page's order."""
        yield self
        for child in self.children:
            if isinstance(child, Part):
                yield from child.walk()

    def below(self, *tags: str) -> Iterator["Part"]:
        """Yield the elements of some kinds within it, in the page's order."""
        return (node for node in self.walk() if node.tag in tags)


class _Tree(HTMLParser):
    """Builds the parts of a page; what is not closed ends with what it is in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Part("root")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Part(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Part(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def is_worth(shown: str) -> bool:
    """Say, from a look at its letters alone, whether a page shows a table or a list of records."""
    return _SHOWN.search(shown) is not None


def main_of(page: str) -> Part:
    """Return the part of a page that is its own: without masthead and footer."""
    tree = _Tree()
    tree.feed(page)
    tree.close()
    return next(tree.root.below("main"), tree.root)


def next_of(main: Part) -> str:
    """Return the address of the page that goes on with the list; empty at its end."""
    for node in main.below("a"):
        if "next" in node.attrs.get("rel", "").split() and "primary" not in node.classes:
            return node.attrs.get("href", "")
    return ""


def sheets_of(main: Part) -> list[Sheet]:
    """Return every table and list of records of a page, in its order, as they stand: see :func:`joined`."""
    return [sheet for sheet in _found(main) if sheet.rows]


def joined(found: Sequence[Sheet]) -> list[Sheet]:
    """Return sheets where those with the same columns are one, told apart by a first column.

    Columns that say nothing are left out: those of boxes to tick, of buttons.
    """
    alike: dict[tuple[str, ...], list[Sheet]] = {}
    for sheet in found:
        alike.setdefault(sheet.header, []).append(sheet)
    return [_trimmed(_one(group)) for group in alike.values()]


def _one(group: Sequence[Sheet]) -> Sheet:
    first = group[0]
    if len({sheet.title for sheet in group}) == 1:
        return Sheet(first.title, first.header, tuple(row for sheet in group for row in sheet.rows))
    rows = tuple((sheet.title, *row) for sheet in group for row in sheet.rows)
    return Sheet(first.title, (_("Part"), *first.header), rows)


def _found(main: Part) -> Iterator[Sheet]:
    heading = ""
    inside: set[int] = set()
    for node in main.walk():
        if id(node) in inside:
            continue
        if node.tag in _HEADINGS:
            heading = words(node)
        is_list = node.tag in {"ul", "ol"} and node.classes & LISTS
        if "data-no-take" in node.attrs or ((is_list or node.tag == "table") and _is_typed(node)):
            inside |= {id(each) for each in node.walk()}
        elif node.tag == "table":
            inside |= {id(each) for each in node.walk()}
            yield _table(node, heading)
        elif is_list:
            inside |= {id(each) for each in node.walk()}
            yield _list(node, heading)


def _is_typed(node: Part) -> bool:
    """Say whether people type into it: then it is a form, not a table."""
    return any(
        each.tag in {"textarea", "select"} or each.attrs.get("type", "text") in _TYPED
        for each in node.below("input", "textarea", "select")
    )


def words(node: Part, without: frozenset[int] = frozenset()) -> str:
    """Return what a part says, on one line; its blocks are told apart by a semicolon."""
    pieces: list[str] = [""]
    _gather(node, pieces, without)
    said = [_BEFORE.sub("", " ".join(piece.split())) for piece in pieces]
    told = ""
    for piece in (piece for piece in said if piece and piece != "·"):
        told += piece if not told else f" {piece}" if told[-1] in ".:;?!…" else f"; {piece}"
    return told


def _gather(node: Part, pieces: list[str], without: frozenset[int]) -> None:
    for child in node.children:
        if isinstance(child, str):
            pieces[-1] += child
        elif _is_silent(child) or id(child) in without:
            pieces[-1] += " "
        elif child.tag in _BLOCKS or child.classes & _BELOW:
            pieces.append("")
            _gather(child, pieces, without)
            pieces.append("")
        else:
            blank = " " if child.tag in _APART else ""
            pieces[-1] += blank
            _gather(child, pieces, without)
            pieces[-1] += blank


def _is_silent(node: Part) -> bool:
    if node.tag in _SILENT or "hidden" in node.attrs or node.attrs.get("aria-hidden") == "true":
        return True
    if node.classes & _DECKED or "data-no-take" in node.attrs:
        return True
    if node.tag == "a":  # "Change", with whom only for those who hear the page: something to do, not to know
        return any("vh" in each.classes for each in node.walk())
    return node.tag == "label" and "vh" in node.classes


def cell_of(text: str, *, is_number: bool) -> Cell:
    """Return a number where a column of numbers says one, a day written in full as a day, else the text."""
    if is_number and _NUMBER.fullmatch(text):
        value = float(text.replace(",", "").replace("\u2212", "-"))
        return int(value) if value.is_integer() else value
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _table(node: Part, heading: str) -> Sheet:
    title = next((words(each) for each in node.below("caption")), "") or node.attrs.get("aria-label", "")
    heads = [row for part in node.below("thead") for row in part.below("tr")]
    known = {id(row) for row in heads}
    bodies = [row for row in node.below("tr") if id(row) not in known]
    if not heads and bodies and not any(True for _each in bodies[0].below("td")):
        heads, bodies = bodies[:1], bodies[1:]
    header = _headings(_grid(heads, is_head=True))
    rows, group, has_groups = [], "", False
    wide = max(len(header), 1)
    for cells, count in zip(_grid(bodies, is_head=False), (_count(row) for row in bodies), strict=True):
        if count == 1 and wide > 1:  # one cell across: the name of a group, or "nothing here yet"
            group, has_groups = str(cells[0] or ""), True
        elif any(cell not in {None, ""} for cell in cells):
            rows.append((group, *cells))
    if has_groups and any(row[0] for row in rows):
        return _even(Sheet(title or heading, (_("Group"), *header), tuple(rows)))
    return _even(Sheet(title or heading, header, tuple(row[1:] for row in rows)))


def _cells(row: Part) -> list[Part]:
    return [each for each in row.children if isinstance(each, Part) and each.tag in {"td", "th"}]


def _count(row: Part) -> int:
    return len(_cells(row))


def _span(cell: Part, name: str) -> int:
    said = cell.attrs.get(name, "1")
    return min(int(said), 1000) if said.isdigit() and int(said) > 0 else 1


def _grid(rows: Sequence[Part], *, is_head: bool) -> list[list[Cell]]:
    """Return rows with cells that reach over several columns or rows repeated in each."""
    held: dict[int, tuple[int, Cell]] = {}  # by column: for how many more rows, and what
    made = []
    for row in rows:
        line: list[Cell] = []
        for cell in _cells(row):
            _go_on(line, held)
            value = cell_of(words(cell), is_number=not is_head and "num" in cell.classes)
            for _column in range(_span(cell, "colspan")):
                if _span(cell, "rowspan") > 1:
                    held[len(line)] = (_span(cell, "rowspan") - 1, value)
                line.append(value)
        _go_on(line, held)
        made.append(line)
    return made


def _go_on(line: list[Cell], held: dict[int, tuple[int, Cell]]) -> None:
    while len(line) in held:
        left, value = held.pop(len(line))
        if left > 1:
            held[len(line)] = (left - 1, value)
        line.append(value)


def _headings(grid: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """Return one heading a column: rows of headings over each other are joined."""
    wide = max((len(line) for line in grid), default=0)
    names = []
    for column in range(wide):
        parts = [str(line[column] or "") for line in grid if column < len(line)]
        names.append(": ".join(dict.fromkeys(part for part in parts if part)))
    return tuple(names)


def _even(sheet: Sheet) -> Sheet:
    """Return a sheet whose rows and headings are all as long as the longest of them."""
    wide = max([len(sheet.header), *(len(row) for row in sheet.rows)], default=0)
    header = (*sheet.header, *[""] * (wide - len(sheet.header)))
    return Sheet(sheet.title, header, tuple((*row, *[""] * (wide - len(row))) for row in sheet.rows))


def _trimmed(sheet: Sheet) -> Sheet:
    """Return a sheet without the columns that say nothing."""
    wide = range(len(sheet.header))
    kept = [at for at in wide if any(row[at] not in {None, ""} for row in sheet.rows)]
    return Sheet(
        sheet.title, tuple(sheet.header[at] or _("Column %(number)s", number=at + 1) for at in kept),
        tuple(tuple(row[at] for at in kept) for row in sheet.rows),
    )  # fmt: skip


def _list(node: Part, heading: str) -> Sheet:
    header = (_("What"), _("About it"), _("More"), _("Address"))
    title = node.attrs.get("aria-label", "") or heading
    entries = [each for each in node.children if isinstance(each, Part) and each.tag == "li"]
    return Sheet(title, header, tuple(row for each in entries if any(row := _record(each))))


def _record(entry: Part) -> tuple[Cell, ...]:
    """Return what an entry is, what its quiet lines say, what else stands there, and where it leads."""
    named = next((each for each in entry.below("a", "b", "h3", "h4", "strong") if words(each)), None)
    if named is None:
        return (words(entry), "", "", "")
    quiet = [each for each in entry.walk() if "meta" in each.classes and id(named) not in _ids(each)]
    about = "; ".join(said for each in quiet if (said := words(each)))
    without = frozenset({id(named), *(id(each) for each in quiet)})
    link = next((each.attrs.get("href", "") for each in entry.below("a") if not _is_silent(each)), "")
    return (
        words(named), about, words(entry, without).strip(" ;:·,"), link if link.startswith("/") else "",
    )  # fmt: skip


def _ids(node: Part) -> frozenset[int]:
    return frozenset(id(each) for each in node.walk())
