"""The driver diagram as a drawing: aim, primary and secondary drivers, change ideas. Pure.

Every idea stands once, beside the driver it works on most; lines go to every driver it works on, full for a
strong link and dashed for a weak one, and the words beside the idea say the same. Names lead somewhere, so
this is a drawing of links with a name, not one image.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Protocol
from uuid import UUID

from markupsafe import Markup, escape

from nic_platform import svg
from nic_platform.text import _, ngettext

Address = Callable[[str, UUID], str]
W, GAP, TOP = 1180, 12, 8
X = (0.0, 270.0, 540.0, 830.0)  # aim, primary, secondary, ideas
WIDE = (21, 24, 26, 42)  # characters a line, column by column
LINE, SMALL = 19.0, 16.0  # heights of a line of a name and of what stands under it


@dataclass(frozen=True)
class Box:
    """What stands at one place: the name in lines, and what is said under it."""

    key: str
    name: str
    under: tuple[str, ...] = ()
    public_id: UUID | None = None
    kind: str = "driver"  # aim, driver, idea


@dataclass(frozen=True)
class Placed:
    """A box with the ideas that stand beside it and, for a primary driver, the drivers under it."""

    box: Box
    below: tuple["Placed", ...] = ()
    ideas: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """Everything that is drawn: the tree, and all links as (idea, driver, strongly)."""

    aim: Box
    drivers: tuple[Placed, ...] = ()
    links: tuple[tuple[str, str, bool], ...] = ()
    label: str = ""


class Leaf(Protocol):
    """What is drawn of an idea."""

    @property
    def public_id(self) -> UUID:
        """Its name in addresses."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def is_strong(self) -> bool:
        """Whether the link is a strong one."""


class Node(Protocol):
    """What is drawn of a driver."""

    @property
    def public_id(self) -> UUID:
        """Its name in addresses."""

    @property
    def name(self) -> str:
        """What has to be true."""

    @property
    def below(self) -> Sequence["Node"]:
        """The drivers under it."""

    @property
    def ideas(self) -> Sequence[Leaf]:
        """The ideas that work on it."""


@dataclass
class _Homes:
    """Where ideas stand: with the first driver that names them, until *most* are placed."""

    most: int
    seen: dict[str, str] = field(default_factory=dict)

    def take(self, driver: str, leaves: Sequence[Leaf]) -> list[Leaf]:
        fresh = [leaf for leaf in leaves if str(leaf.public_id) not in self.seen]
        taken = fresh[: max(0, self.most - len(self.seen))]
        self.seen |= {str(leaf.public_id): driver for leaf in taken}
        return taken


def drawn(
    aim: str,
    drivers: Sequence[Node],
    *,
    most: int,
    said: Mapping[str, Sequence[str]],
) -> Drawing:
    """Return what is drawn of a theory.

    Args:
        most: how many ideas are drawn; of further ones a driver says only how many they are.
        said: what stands under a driver or idea, by public id, and under "" for the aim.
    """
    homes = _Homes(most)
    links = [
        (str(leaf.public_id), str(node.public_id), leaf.is_strong)
        for top in drivers
        for node in (top, *top.below)
        for leaf in node.ideas
    ]
    names = {str(node.public_id): node.name for top in drivers for node in (top, *top.below)}
    # strong links first: an idea stands beside the driver that it bears on most
    strong = {idea: driver for idea, driver, is_strong in reversed(links) if is_strong}
    first = {idea: driver for idea, driver, _strong in reversed(links)} | strong

    def ideas_of(node: Node) -> tuple[Box, ...]:
        own = [leaf for leaf in node.ideas if first[str(leaf.public_id)] == str(node.public_id)]
        return tuple(
            Box(number := str(leaf.public_id), leaf.title, _under(number, links, first, names, said),
                leaf.public_id, "idea")
            for leaf in homes.take(str(node.public_id), own)
        )  # fmt: skip

    def placed(node: Node) -> Placed:
        ideas = ideas_of(node)
        left = sum(first[str(leaf.public_id)] == str(node.public_id) for leaf in node.ideas) - len(ideas)
        more = (ngettext("%(count)s more idea", "%(count)s more ideas", left),) if left else ()
        number = str(node.public_id)
        box = Box(number, node.name, (*said.get(number, ()), *more), node.public_id)
        return Placed(box, tuple(placed(each) for each in node.below), ideas)

    tree = tuple(placed(node) for node in drivers)
    shown = tuple(link for link in links if link[0] in homes.seen)
    label = _("Driver diagram: the aim, %(drivers)s, %(ideas)s",
              drivers=ngettext("%(count)s driver", "%(count)s drivers", len(names)),
              ideas=ngettext("%(count)s change idea", "%(count)s change ideas", len(first)))  # fmt: skip
    return Drawing(Box("", aim, tuple(said.get("", ())), None, "aim"), tree, shown, label)


def _under(
    idea: str,
    links: Sequence[tuple[str, str, bool]],
    first: Mapping[str, str],
    names: Mapping[str, str],
    said: Mapping[str, Sequence[str]],
) -> tuple[str, ...]:
    words = list(said.get(idea, ()))
    for each, driver, is_strong in links:
        if each != idea:
            continue
        if driver == first[idea]:
            words += [] if is_strong else [_("Weak link")]
        elif is_strong:
            words.append(_("Also works on: %(driver)s", driver=names[driver]))
        else:
            words.append(_("Weakly also on: %(driver)s", driver=names[driver]))
    return tuple(words)


# ---------------------------------------------------------------- drawing


def _lines(box: Box, column: int) -> list[tuple[str, str, float]]:
    """Return the lines of a box: class, words, height."""
    width = WIDE[column]
    names = wrap(box.name, width) or ["–"]
    under = [line for words in box.under for line in wrap(words, int(width * 1.12))]
    css = {"aim": "t d-aim", "idea": "t d-idea"}.get(box.kind, "t d-name")
    size = 25.0 if box.kind == "aim" else LINE
    return [(css, line, size) for line in names] + [("t d-sub", line, SMALL) for line in under]


def _height(box: Box, column: int) -> float:
    return sum(height for _css, _words, height in _lines(box, column)) + GAP


@dataclass
class _Pen:
    """Draws boxes and remembers where they stand."""

    address: Address | None
    parts: list[str] = field(default_factory=list)
    at: dict[str, float] = field(default_factory=dict)  # key → the middle of its box

    def box(self, box: Box, column: int, middle: float) -> None:
        self.at[box.key] = middle
        y = middle - (_height(box, column) - GAP) / 2
        names: list[str] = []
        under: list[str] = []
        for css, words, height in _lines(box, column):
            y += height
            (under if css == "t d-sub" else names).append(svg.text(X[column], y - height * 0.28, words, css))
        inside = "".join(names)
        if self.address is not None and box.public_id is not None:
            href = escape(self.address(box.kind, box.public_id))
            inside = f'<a href="{href}" aria-label="{escape(box.name)}">{inside}</a>'
        self.parts += [inside, *under]

    def block(self, placed: Placed, column: int, top: float) -> float:
        """Draw a driver with everything beside it from *top* on; return how high it is."""
        y = top
        for each in placed.below:
            y += self.block(each, column + 1, y)
        for idea in placed.ideas:
            high = _height(idea, 3)
            self.box(idea, 3, y + high / 2)
            y += high
        high = max(y - top, _height(placed.box, column))
        self.box(placed.box, column, top + high / 2)
        return high


def picture(drawing: Drawing, address: Address | None = None) -> Markup:
    """Draw a theory.

    Args:
        address: where a driver or an idea leads, by kind and public id; none: no name leads anywhere.
    """
    pen = _Pen(address)
    y = float(TOP)
    for placed in drawing.drivers:
        y += pen.block(placed, 1, y) + GAP
    high = max(y - TOP, _height(drawing.aim, 0) + GAP)
    pen.box(drawing.aim, 0, TOP + high / 2)
    lines = _tree_lines(drawing, pen.at) + _link_lines(drawing, pen.at)
    height = svg.n(high + TOP * 2)
    head = (
        f'<svg class="chart drivers" viewBox="0 0 {W} {height}" width="{W}" height="{height}" '
        f'role="group" aria-label="{escape(drawing.label)}">'
    )
    return Markup(head + "".join([*lines, *pen.parts]) + "</svg>")  # noqa: S704  every part is escaped above


def _tree_lines(drawing: Drawing, at: Mapping[str, float]) -> list[str]:
    found = []
    for top in drawing.drivers:
        found.append(_elbow(X[1] - 44, at[""], X[1] - 8, at[top.box.key], "d-ln"))
        found += [
            _elbow(X[2] - 40, at[top.box.key], X[2] - 8, at[each.box.key], "d-ln") for each in top.below
        ]
    return found


def _link_lines(drawing: Drawing, at: Mapping[str, float]) -> list[str]:
    column = {top.box.key: 1 for top in drawing.drivers}
    column |= {each.box.key: 2 for top in drawing.drivers for each in top.below}
    home = {
        idea.key: each.box.key for top in drawing.drivers for each in (top, *top.below) for idea in each.ideas
    }
    found = []
    for idea, driver, is_strong in drawing.links:
        if idea not in at or driver not in at:
            continue
        css = "d-ln" if is_strong else "d-ln weak"
        left = X[3] - 44 if column[driver] == 2 else X[2] - 40
        if home[idea] == driver:
            found.append(_elbow(left, at[driver], X[3] - 8, at[idea], css))
        else:
            found.append(_bend(left, at[driver], X[3] - 8, at[idea], css + " also"))
    return found


def _elbow(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    middle = x2 - 14
    n = svg.n
    return svg.path(f"M{n(x1)} {n(y1)}H{n(middle)}V{n(y2)}H{n(x2)}", css)


def _bend(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    n = svg.n
    middle = (x1 + x2) / 2
    return svg.path(f"M{n(x1)} {n(y1)}C{n(middle)} {n(y1)} {n(middle)} {n(y2)} {n(x2)} {n(y2)}", css)
