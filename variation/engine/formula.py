"""Model formulas as statisticians write them: ``y ~ 1 + ses * sector + (1 + ses | district/school)``. Pure.

The grammar is that of R's model formulas. Terms: ``+ - * : / ^ %in% ( )``, ``0`` and ``1`` for the intercept;
random terms ``(… | group)`` and ``(… || group)``, where ``a/b`` are groups b within groups a and ``a:b``
their combinations; calls such as ``log(x)``, ``I(x^2)`` or ``factor(year)``; on the left a column, an
expression or ``cbind(successes, failures)``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from measures.engine.problems import AnalysisError

Node = tuple[Any, ...]
"""``("number", 2.0)``, ``("name", "x")``, ``("text", "a")``, ``("call", "log", (args,))``, ``("(", inner)``,
``("neg", inner)`` or ``(operator, left, right)``."""
Term = tuple[Node, ...]
"""What is multiplied in a term, in the order written; the intercept is the empty one."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d][\w.]*|\.[^\W\d][\w.]*)"
    r"|`(?P<quoted>[^`]+)`|(?P<text>\"[^\"]*\"|'[^']*')|(?P<sign>%in%|\|\||[-~+*/:^()|,]))"
)
MOST_TERMS = 500
_BINDS = {"~": 1, "|": 2, "||": 2, "+": 3, "-": 3, "*": 4, "/": 4, "%in%": 5, ":": 6, "^": 8}
_MINUS_BINDS = 7
_SPACED = {"~", "|", "||", "+", "-", "*", "%in%"}
_MOST = 2000
_DEEPEST = 60


@dataclass(frozen=True)
class RandomTerm:
    """What varies between the units of one grouping: ``(terms | group)``.

    ``group`` holds the columns that together name a unit, the innermost first; ``label`` is its name as
    statisticians' software writes it: ``school:lea`` for schools within areas.
    """

    terms: tuple[Term, ...]
    group: tuple[Node, ...]
    label: str


@dataclass(frozen=True)
class Formula:
    """A formula taken apart; ``terms`` are the fixed ones, main effects before interactions."""

    response: Node
    terms: tuple[Term, ...]
    random: tuple[RandomTerm, ...]


def read_formula(text: object) -> Formula:
    """Return a formula taken apart.

    Raises:
        AnalysisError: ``unknown_parameter``, saying what of it can't be read.
    """
    if not isinstance(text, str) or not text.strip():
        raise _unreadable("formula is missing: write it as “y ~ 1 + (1 | school)”.")
    if len(text) > _MOST:
        raise _unreadable(f"The formula is longer than {_MOST} characters.")
    whole = _Reader(text).read()
    if whole[0] != "~" or len(whole) != 3:
        raise _unreadable("A formula has a “~” between what is explained and what explains it.")
    bars, fixed = _without_bars(whole[2])
    terms = ordered(expand(fixed)) if fixed is not None else ((),)
    return Formula(_bare(whole[1]), terms, tuple(term for bar in bars for term in _random(bar)))


def _unreadable(message: str) -> AnalysisError:
    return AnalysisError("unknown_parameter", message)


class _Reader:
    """Reads a formula from left to right, operators that bind more closely first."""

    def __init__(self, text: str) -> None:
        self.tokens = self._tokens(text)
        self.at = 0
        self.depth = 0

    @staticmethod
    def _tokens(text: str) -> list[tuple[str, str]]:
        found, at = [], 0
        while at < len(text.rstrip()):
            match = _TOKEN.match(text, at)
            if match is None:
                raise _unreadable(f"The formula can't be read from “{text[at:].strip()[:20]}” on.")
            kind = str(match.lastgroup)
            found.append(("name" if kind == "quoted" else kind, match.group(kind)))
            at = match.end()
        return found

    def read(self) -> Node:
        node = self._expression(0)
        if self.at < len(self.tokens):
            raise _unreadable(f"The formula can't be read from “{self.tokens[self.at][1]}” on.")
        return node

    def _next(self, wanted: str = "") -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise _unreadable(f"The formula ends where {wanted or 'something'} should follow.")
        token = self.tokens[self.at]
        if wanted and token[1] != wanted:
            raise _unreadable(f"The formula has “{token[1]}” where {wanted} should be.")
        self.at += 1
        return token

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self._is_sign() else ""

    def _is_sign(self) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at][0] == "sign"

    def _expression(self, binds: int) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _unreadable("The formula is nested too deeply.")
        left = self._first()
        while (power := _BINDS.get(self._peek(), 0)) > binds:
            sign = self._next()[1]
            left = (sign, left, self._expression(power - 1 if sign == "^" else power))
        self.depth -= 1
        return left

    def _first(self) -> Node:
        kind, value = self._next()
        if kind == "number":
            return ("number", float(value))
        if kind == "text":
            return ("text", value[1:-1])
        if kind == "name":
            return ("call", value, self._arguments()) if self._peek() == "(" else ("name", value)
        if value == "(":
            inner = self._expression(0)
            self._next(")")
            return ("(", inner)
        if value == "-":
            return ("neg", self._expression(_MINUS_BINDS))
        if value == "+":
            return self._expression(_MINUS_BINDS)
        raise _unreadable(f"The formula has “{value}” where a column should be.")

    def _arguments(self) -> tuple[Node, ...]:
        self._next("(")
        found = []
        while self._peek() != ")":
            found.append(self._expression(0))
            if self._peek() == ",":
                self._next()
        self._next(")")
        return tuple(found)


def written(node: Node) -> str:
    """Return a part of a formula as statisticians' software writes it: names of coefficients hold it."""
    kind = node[0]
    if kind == "number":
        return f"{node[1]:.15g}"
    if kind == "name":
        return str(node[1])
    if kind == "text":
        return f'"{node[1]}"'
    if kind == "call":
        return f"{node[1]}({', '.join(written(each) for each in node[2])})"
    if kind == "(":
        return f"({written(node[1])})"
    if kind == "neg":
        return f"-{written(node[1])}"
    space = " " if kind in _SPACED else ""
    return f"{written(node[1])}{space}{kind}{space}{written(node[2])}"


def _bare(node: Node) -> Node:
    while node[0] == "(":
        node = node[1]
    return node


def _without_bars(node: Node) -> tuple[list[Node], Node | None]:
    """Return the random terms, and what is left without them."""
    inner = _bare(node)
    if inner[0] in ("|", "||"):
        return [inner], None
    if node[0] == "+":
        bars, left = _without_bars(node[1])
        more, right = _without_bars(node[2])
        kept = [each for each in (left, right) if each is not None]
        return bars + more, ("+", *kept) if len(kept) == 2 else (kept[0] if kept else None)
    if node[0] in ("-", "*", "/", ":", "(") and any(_has_bar(each) for each in node[1:]):
        bars, left = _without_bars(node[1])
        if node[0] == "-" and not _has_bar(node[2]):
            return bars, ("-", left if left is not None else ("number", 1.0), node[2])
        if node[0] == "(":
            return bars, left
        raise _unreadable("Random terms are added, each in its own parentheses: “+ (1 | school)”.")
    return [], node


def _has_bar(node: Any) -> bool:
    return isinstance(node, tuple) and bool(node) and (node[0] in ("|", "||") or any(map(_has_bar, node[1:])))


def expand(node: Node) -> tuple[Term, ...]:
    """Return the terms that a part of a formula stands for, the intercept among them unless taken out."""
    terms: tuple[Term, ...] = ((),)
    for is_added, part in _parts(node):
        if part[0] == "number":
            is_kept = is_added is bool(_constant(part[1]))
            terms = _union(terms, ((),)) if is_kept else _without(terms, ((),))
        else:
            terms = _union(terms, _expanded(part)) if is_added else _without(terms, _expanded(part))
    place = {part: at for at, part in enumerate(dict.fromkeys(_mentioned(node)))}
    return tuple(tuple(sorted(term, key=place.__getitem__)) for term in terms)


def _mentioned(node: Node) -> list[Node]:
    """Return what is mentioned, from left to right: a term's parts stand in this order, as in R."""
    if node[0] in ("name", "call"):
        return [node]
    return [each for part in node[1:] if isinstance(part, tuple) for each in _mentioned(part)]


def _parts(node: Node, is_added: bool = True) -> list[tuple[bool, Node]]:
    """Return what is added and what taken away, from left to right."""
    if node[0] == "(":
        return _parts(node[1], is_added)
    if node[0] in ("+", "-"):
        return _parts(node[1], is_added) + _parts(node[2], is_added is (node[0] == "+"))
    if node[0] == "neg":
        return _parts(node[1], not is_added)
    return [(is_added, node)]


def ordered(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return terms by how much is multiplied in them: the intercept, main effects, interactions."""
    return tuple(sorted(terms, key=len))


def _expanded(node: Node) -> tuple[Term, ...]:
    kind = node[0]
    if kind == "(":
        return _expanded(node[1])
    if kind == "number":
        return _constant(node[1])
    if kind in ("name", "call"):
        return ((node,),)
    if kind in _ALGEBRA:
        return _ALGEBRA[kind](node[1], node[2])
    if kind == "neg":
        raise _unreadable("A formula's terms can't begin with a minus; “0 +” takes the intercept out.")
    raise _unreadable(f"“{written(node)[:40]}” is no term of a formula.")


def _constant(value: float) -> tuple[Term, ...]:
    if value in (0, 1):
        return ((),) if value else ()
    raise _unreadable(f"{value:g} is no term; only 0 and 1 are, for the intercept.")


def _union(left: tuple[Term, ...], right: tuple[Term, ...]) -> tuple[Term, ...]:
    kept, seen = [], set()
    for term in left + right:
        if (key := frozenset(term)) not in seen:
            seen.add(key)
            kept.append(term)
    return _few(tuple(kept), len(kept))


def _few(terms: tuple[Term, ...], count: int) -> tuple[Term, ...]:
    """Return *terms*, of which there are *count* or will be; a line of text can stand for millions."""
    if count > MOST_TERMS:
        raise _unreadable(f"The formula stands for more than {MOST_TERMS} terms.")
    return terms


def _without(left: tuple[Term, ...], right: tuple[Term, ...]) -> tuple[Term, ...]:
    gone = {frozenset(term) for term in right}
    return tuple(term for term in left if frozenset(term) not in gone)


def _times(left: tuple[Term, ...], right: tuple[Term, ...]) -> tuple[Term, ...]:
    _few(left, len(left) * len(right))
    return _union((), tuple(_joined(a, b) for a in left for b in right))


def _joined(a: Term, b: Term) -> Term:
    return a + tuple(each for each in b if each not in a)


def _crossed(left: Node, right: Node) -> tuple[Term, ...]:
    a, b = _expanded(left), _expanded(right)
    return _union(_union(a, b), _times(a, b))


def _within(left: Node, right: Node) -> tuple[Term, ...]:
    a, b = _expanded(left), _expanded(right)
    everything: Term = ()
    for term in a:
        everything = _joined(everything, term)
    return _union(a, _times((everything,), b))


def _power(left: Node, right: Node) -> tuple[Term, ...]:
    times = right[1] if right[0] == "number" else 0
    if times not in range(1, 7):
        raise _unreadable(f"“^{written(right)[:20]}” can't be read: give a whole number up to 6.")
    terms = _expanded(left)
    found: tuple[Term, ...] = terms
    for _round in range(int(times) - 1):
        found = _union(found, _times(found, terms))
    return found


_ALGEBRA: dict[str, Callable[[Node, Node], tuple[Term, ...]]] = {
    "+": lambda left, right: _union(_expanded(left), _expanded(right)),
    "-": lambda left, right: _without(_expanded(left), _expanded(right)),
    "*": _crossed,
    "/": _within,
    "^": _power,
    ":": lambda left, right: _times(_expanded(left), _expanded(right)),
    "%in%": lambda left, right: _times(_expanded(left), _expanded(right)),
}


def _random(bar: Node) -> list[RandomTerm]:
    """Return the random terms of one bar: one for each level of nesting, apart where ``||`` says so."""
    terms = ordered(expand(bar[1]))
    if not terms:
        raise _unreadable(f"“{written(bar)}” lets nothing vary.")
    sets = [(term,) for term in terms] if bar[0] == "||" else [terms]
    return [RandomTerm(each, group, label) for group, label in _groups(bar[2]) for each in sets]


def _groups(node: Node) -> list[tuple[tuple[Node, ...], str]]:
    """Return the groupings of a random term, the innermost first, each with its label."""
    node = _bare(node)
    if node[0] == "/":
        outer, (group, label) = _groups(node[1]), _groups(node[2])[0]
        around, name = outer[0]
        return [((*group, *around), f"{label}:{f'({name})' if len(around) > 1 else name}"), *outer]
    if node[0] == "+":
        return _groups(node[1]) + _groups(node[2])
    if node[0] == ":":
        (left, name), (right, other) = _groups(node[1])[0], _groups(node[2])[0]
        return [(left + right, f"{name}:{other}")]
    if node[0] not in ("name", "call"):
        raise _unreadable(
            f"“{written(node)[:40]}” names no groups: write “(1 | school)” or “(1 | area/school)”."
        )
    return [((node,), written(node))]


def margins(term: Term) -> list[Term]:
    """Return a term without each of its parts in turn, in their order."""
    return [term[:at] + term[at + 1 :] for at in range(len(term))]
