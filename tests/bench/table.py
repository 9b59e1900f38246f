"""Figures beside a peer's."""

from dataclasses import asdict, dataclass
from typing import Optional


@dataclass
class Row:
    """`goal`: what ours / peer should be at most; with `absolute`, what ours should be at most
    (with `at_least`, at least). None: only reported."""
    what: str
    unit: str
    ours: Optional[float]
    peer: Optional[float] = None
    beside: str = "" # who the peer is, or why there is no figure
    goal: Optional[float] = None
    absolute: bool = False
    at_least: bool = False

    @property
    def ratio(self):
        if self.ours is None or not self.peer:
            return None
        return self.ours / self.peer

    @property
    def judged(self):
        return self.ours if self.absolute else self.ratio

    def verdict(self):
        if self.goal is None or self.judged is None:
            return ""
        holds = self.judged >= self.goal if self.at_least else self.judged <= self.goal
        return "holds" if holds else "misses"

    def goal_text(self):
        if self.goal is None:
            return ""
        sign = ">= " if self.at_least else "<= "
        return sign + number(self.goal) + ("" if self.absolute else " x")

    def as_dict(self):
        return {**asdict(self), "ratio": self.ratio, "verdict": self.verdict()}


def number(value):
    if value is None:
        return ""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"


def text(rows):
    """Markdown, aligned."""
    head = ("what", "unit", "ours", "peer", "beside", "ratio", "goal", "")
    lines = [head] + [(row.what, row.unit, number(row.ours), number(row.peer), row.beside,
                       number(row.ratio), row.goal_text(), row.verdict()) for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    def draw(line):
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |"
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([draw(lines[0]), rule, *map(draw, lines[1:])])
