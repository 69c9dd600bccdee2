"""Geometry of charts: scales, ticks, paths and label places, as plain values for the SVG macros.

Pure functions; nothing here knows Flask, a template or a language. Across, everything is in per cent
of the chart's width, because a chart is as wide as its column; down, in pixels. Numbers become
floats here for drawing only: what is printed beside a mark comes from the exact value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Number = int | float | Decimal

#: First and last point stand this far (per cent) from the edges, so that their dots are whole.
EDGE = 1.0
#: Narrowest width (px) a chart is drawn at; label places are chosen for it.
NARROW = 340.0
#: Rough width of one character of 13 px chart text.
CHARACTER = 6.8


#: A date for templates that draw sample data.
day = date


def _get(thing: Any, name: str, default: Any = None) -> Any:
    """``name`` of ``thing``, be it a mapping or an object."""
    if isinstance(thing, Mapping):
        return thing.get(name, default)
    return getattr(thing, name, default)


def short(value: float) -> str:
    """``value`` for an attribute: at most one decimal, no trailing zero ("12.3", "12")."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


# ---- scales


@dataclass(frozen=True)
class Scale:
    """A stretch of numbers and the round ones on it that are worth a line."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def share(self, value: Number) -> float:
        """Where ``value`` lies between ``low`` (0) and ``high`` (1), not beyond either."""
        span = self.high - self.low
        return min(1.0, max(0.0, (float(value) - self.low) / span)) if span else 0.5


def step_for(span: float, count: int) -> float:
    """The round step (1, 2, 2.5 or 5 times a power of ten) that cuts ``span`` in about ``count``."""
    if span <= 0:
        return 1.0
    raw = span / max(1, count)
    power = 10.0 ** math.floor(math.log10(raw))
    for factor in (1, 2, 2.5, 5, 10):
        if raw <= factor * power * 1.0000001:
            return factor * power
    return 10 * power


def scale(
    values: Iterable[Number | None],
    *,
    zero: bool = False,
    low: Number | None = None,
    high: Number | None = None,
    count: int = 3,
) -> Scale:
    """A scale with round ends that holds all ``values`` (``None`` counts for nothing).

    ``zero`` makes it begin at 0; ``low`` and ``high`` are limits it must not pass (a per cent has
    0 and 100). Without any value the scale is 0 to 1.
    """
    known = [float(v) for v in values if v is not None]
    if not known:
        return Scale(0.0, 1.0, (0.0, 1.0))
    least, most = min(known), max(known)
    if zero:
        least, most = min(0.0, least), max(0.0, most)
    if least == most:
        pad = abs(most) * 0.1 or 1.0
        least, most = (least if zero and least == 0 else least - pad), most + pad
    step = step_for(most - least, count)
    bottom = math.floor(least / step + 1e-9) * step
    top = math.ceil(most / step - 1e-9) * step
    if low is not None:
        bottom = max(bottom, float(low))
    if high is not None:
        top = min(top, float(high))
    ticks = []
    tick = math.ceil(bottom / step - 1e-9) * step
    while tick <= top + step * 1e-6:
        ticks.append(round(tick, 10))
        tick += step
    return Scale(bottom, top, tuple(ticks) or (bottom, top))


def airy(
    values: Iterable[Number | None],
    *,
    zero: bool = False,
    low: Number | None = None,
    high: Number | None = None,
) -> Scale:
    """A scale without ticks for small charts: some air on both sides, so that a low value is not
    taken for nothing."""
    known = [float(v) for v in values if v is not None] + ([0.0] if zero else [])
    if not known:
        return Scale(0.0, 1.0, ())
    least, most = min(known), max(known)
    air = (most - least) * 0.18 or abs(most) * 0.1 or 1.0
    bottom = least if zero and least == 0 else least - air
    top = most + air
    bottom = bottom if low is None else max(bottom, float(low))
    return Scale(bottom, top if high is None else min(top, float(high)), ())


def places_of(ticks: Sequence[float]) -> int:
    """How many decimals the ticks need (at most 3)."""
    for places in range(3):
        if all(abs(t * 10**places - round(t * 10**places)) < 1e-6 for t in ticks):
            return places
    return 3


def across(index: int, count: int) -> float:
    """Place (per cent) of point ``index`` of ``count`` evenly spaced ones; a single one stands right."""
    if count <= 1:
        return 100.0 - EDGE
    return EDGE + (100.0 - 2 * EDGE) * index / (count - 1)


def path(points: Sequence[tuple[float, float] | None]) -> str:
    """SVG path through ``points``; ``None`` is a gap and is never bridged.

    A point alone between gaps becomes a stroke of no length, which a round line cap shows as a dot.
    """
    parts: list[str] = []
    before: tuple[float, float] | None = None
    for number, point in enumerate(points):
        if point is not None:
            x, y = short(point[0]), short(point[1])
            after = points[number + 1] if number + 1 < len(points) else None
            if before is not None:
                parts.append(f"{'L' if parts[-1].startswith('M') else ' '}{x} {y}")
            else:
                parts.append(f"M{x} {y}")
                if after is None:
                    parts.append("h0")
        before = point
    return "".join(parts)


# ---- line charts


@dataclass(frozen=True)
class Mark:
    """Something at a place: ``x`` per cent, ``y`` px, ``anchor`` "", "m" or "e" for its text."""

    x: str
    y: str
    text: str = ""
    anchor: str = ""
    value: Any = None


@dataclass(frozen=True)
class Line:
    """All that a line chart draws."""

    path: str
    height: int
    bottom: str
    ticks: tuple[Mark, ...]
    places: int
    last: Mark | None
    last_label: str
    gaps: tuple[Mark, ...]
    outages: tuple[tuple[str, str, Mark], ...]
    below: tuple[Mark, ...]
    single: bool
    empty: bool
    from_zero: bool
    standard: Mark | None = None
    standard_label: str = ""
    base: Mark | None = None
    base_label: str = ""
    scale: Scale = field(default_factory=lambda: Scale(0.0, 1.0, (0.0, 1.0)))


def _width(text: str) -> float:
    """Width of a label in per cent of the narrowest chart."""
    return len(text) * CHARACTER / NARROW * 100


#: A label already placed: from and to (per cent) and its baseline (px).
Box = tuple[float, float, float]


def _box(text: str, x: float, anchor: str, baseline: float) -> Box:
    """The room of ``text`` at ``x`` with ``anchor`` "", "m" or "e"."""
    width = _width(text)
    left = x - {"": 0.0, "m": width / 2, "e": width}[anchor]
    return left, left + width, baseline


def _rule_label(
    text: str, y: float, line: Sequence[tuple[float, float] | None], taken: Sequence[Box]
) -> tuple[str, float]:
    """Side ("" left, "e" right) and baseline of the label of a horizontal rule at ``y``.

    The label goes where the measured line and the labels already placed are farthest; above the
    rule and to the left when it makes no difference.
    """
    strokes = _dense(line)
    best, choice = -1.0, ("", y - 6)
    for side, x in (("", 0.0), ("e", 100.0)):
        for baseline in (y - 6, y + 15):
            left, right, _ = _box(text, x, side, baseline)
            middle = baseline - 4
            room = min([abs(py - middle) for px, py in strokes if left - 4 <= px <= right + 4] or [60.0])
            for other_left, other_right, other in taken:
                if left < other_right + 2 and other_left < right + 2:
                    room = min(room, abs(other - baseline) - 4)
            room = min(room, 30.0)
            if room > best + 0.5:
                best, choice = room, (side, baseline)
    return choice


def _dense(line: Sequence[tuple[float, float] | None]) -> list[tuple[float, float]]:
    """``line`` with places between its points, so that labels keep off its strokes too."""
    found: list[tuple[float, float]] = []
    before: tuple[float, float] | None = None
    for point in line:
        if point is not None:
            if before is not None:
                steps = max(1, int(point[0] - before[0]) // 2)
                for i in range(1, steps):
                    t = i / steps
                    found.append(
                        (before[0] + (point[0] - before[0]) * t, before[1] + (point[1] - before[1]) * t)
                    )
            found.append(point)
        before = point
    return found


def _x_labels(points: Sequence[Any], y: float) -> tuple[Mark, ...]:
    """First and last label below the axis and, where there is room, the middle one."""
    count = len(points)
    if count == 0:
        return ()
    names = [str(_get(p, "label", "")) for p in points]
    if count == 1:
        return (Mark("100", short(y), names[0], "e"),)
    marks = [Mark("0", short(y), names[0], "")]
    middle = count // 2
    room = 50 - max(_width(names[0]), _width(names[-1])) - _width(names[middle]) / 2
    if count >= 3 and count % 2 and room > 4:
        marks.append(Mark(short(across(middle, count)), short(y), names[middle], "m"))
    marks.append(Mark("100", short(y), names[-1], "e"))
    return tuple(marks)


def line(
    points: Sequence[Any],
    *,
    height: int = 280,
    standard: Number | None = None,
    standard_text: str = "",
    base: Number | None = None,
    base_text: str = "",
    zero: bool = False,
    low: Number | None = None,
    high: Number | None = None,
    ticks: bool = True,
    labels: bool = True,
    last_text: str = "00,0 %",
) -> Line:
    """The drawing of a series over time.

    ``points`` have ``label`` and ``value`` (``None``: not reported, with ``note`` as the reason) and
    may have ``outage`` (a text: something disturbed this value). ``standard`` and ``base`` are
    horizontal rules with their texts; ``last_text`` is the printed last value, for its room.
    """
    count = len(points)
    values = [_get(p, "value") for p in points]
    pool = [*values, *_with_room([v for v in values if v is not None], standard, base)]
    if ticks:
        found = scale(pool, zero=zero, low=low, high=high, count=3 if height > 150 else 2)
    else:
        found = airy(pool, zero=zero, low=low, high=high)
    top = 22.0 if labels else 8.0
    if any(_get(p, "outage") for p in points):
        top += 16
    bottom = height - (24.0 if labels else 4.0)

    def down(value: Number) -> float:
        return bottom - (bottom - top) * found.share(value)

    drawn = [None if v is None else (across(i, count), down(v)) for i, v in enumerate(values)]
    known = [i for i, v in enumerate(values) if v is not None]
    gaps = tuple(
        Mark(short(across(i, count)), short(bottom - 8), str(_get(p, "note", "") or ""), "m", p)
        for i, p in enumerate(points)
        if _get(p, "value") is None
    )
    outages = []
    half = (100 - 2 * EDGE) / max(1, count - 1) / 2
    for i, p in enumerate(points):
        reason = _get(p, "outage")
        if reason:
            x = across(i, count)
            anchor = "e" if x > 80 else ("" if x < 20 else "m")
            at = 100.0 if anchor == "e" else (0.0 if anchor == "" else x)
            left = max(0.0, x - half)
            width = min(100.0, x + half) - left
            outages.append((short(left), short(width), Mark(short(at), "12", str(reason), anchor)))

    last = None
    taken: list[Box] = []
    if len(gaps) == 1 and labels:
        taken.append(_box(gaps[0].text, float(gaps[0].x), "m", bottom - 17))
    if known:
        i = known[-1]
        x, y = drawn[i]  # type: ignore[misc]
        before = drawn[i - 1] if i else None
        # The value stands above its dot, unless the line comes from above: then below.
        falls = before is not None and before[1] < y - 6 and y + 24 < bottom
        baseline = y + 20 if falls else y - 10
        last = Mark(
            short(x), short(y), short(baseline), "e" if x > 60 else ("" if x < 20 else "m"), values[i]
        )
        taken.append(_box(last_text, *((100.0, "e") if x > 60 else (x, last.anchor)), baseline))
    if ticks:
        taken.extend(_box("0000 %", 0.0, "", down(t) - 4) for t in found.ticks)
    rules: dict[str, Mark | None] = {"standard": None, "base": None}
    for name, value, text in (("standard", standard, standard_text), ("base", base, base_text)):
        if value is not None:
            y = down(value)
            side, baseline = _rule_label(text, y, drawn, taken)
            taken.append(_box(text, 100.0 if side == "e" else 0.0, side, baseline))
            rules[name] = Mark("100" if side == "e" else "0", short(y), text, side, short(baseline))

    marks: list[Mark] = []
    if ticks:
        marks = [Mark("0", short(down(t)), "", "", Decimal(repr(t))) for t in found.ticks]
    return Line(
        path=path(drawn),
        height=height,
        bottom=short(bottom),
        ticks=tuple(marks),
        places=places_of(found.ticks),
        last=last,
        last_label=last.text if last else "",
        gaps=gaps,
        outages=tuple(outages),
        below=_x_labels(points, height - 6.0) if labels else (),
        single=len(known) == 1,
        empty=not known,
        from_zero=found.low <= 0 <= found.high,
        standard=rules["standard"],
        base=rules["base"],
        scale=found,
    )


def _with_room(values: Sequence[Number], *rules: Number | None) -> Iterator[float]:
    """The rules with some room beyond the outermost, so that none lies on the edge, on the months' names."""
    given = [float(rule) for rule in rules if rule is not None]
    if not given:
        return
    least, most = min([*map(float, values), *given]), max([*map(float, values), *given])
    room = (most - least) * 0.08
    for rule in given:
        yield rule
        if rule == least and (rule < 0 or rule >= room):
            yield rule - room
        if rule == most:
            yield rule + room


def spark(
    values: Sequence[Number | None],
    *,
    low: Number | None = None,
    high: Number | None = None,
    standard: Number | None = None,
    width: int = 112,
    height: int = 32,
) -> dict[str, str]:
    """A small line in px: ``path``, ``x`` and ``y`` of its last point ("" if none), ``standard``.

    ``low`` and ``high`` are given where several small lines in one table share a scale.
    """
    known = [float(v) for v in values if v is not None]
    pool = [*known, *([float(standard)] if standard is not None else [])]
    bottom = float(low) if low is not None else min(pool, default=0.0)
    top = float(high) if high is not None else max(pool, default=1.0)
    found = Scale(bottom, top, ())
    count = len(values)

    def place(i: int, v: Number) -> tuple[float, float]:
        x = width - 4.0 if count <= 1 else 2 + (width - 6) * i / (count - 1)
        return x, height - 4 - (height - 8) * found.share(v)

    drawn = [None if v is None else place(i, v) for i, v in enumerate(values)]
    end = next((p for p in reversed(drawn) if p is not None), None)
    return {
        "path": path(drawn),
        "x": short(end[0]) if end else "",
        "y": short(end[1]) if end else "",
        "standard": short(height - 4 - (height - 8) * found.share(standard)) if standard is not None else "",
    }


# ---- bars


def share(value: Number | None, whole: Number) -> str:
    """``value`` as per cent of ``whole`` for a width ("86.5"); 0 to 100, "0" when unknown."""
    if value is None or not whole:
        return "0"
    return short(min(100.0, max(0.0, float(value) / float(whole) * 100)))


def most(rows: Sequence[Any], *, standard: Number | None = None) -> float:
    """The round number that all bars of a list are measured against."""
    return scale([*(_get(r, "value") for r in rows), standard], zero=True).high


# ---- the year


def year(stages: Sequence[Any], first: date, last: date, today: date | None = None) -> dict[str, Any]:
    """Places of ``stages`` (``begins``, ``ends``, ``state``) on a line from ``first`` to ``last``.

    A stage is drawn from the beginning of its first day to the end of its last one; ``today`` is
    ``None`` when it lies outside the line.
    """
    days = max(1, (last - first).days + 1)

    def place(day: date) -> float:
        return min(100.0, max(0.0, (day - first).days / days * 100))

    months = []
    month = date(first.year, first.month, 1)
    while month <= last:
        after = (month + timedelta(days=32)).replace(day=1)
        x, end = place(max(month, first)), place(min(after, last + timedelta(days=1)))
        months.append(
            {"x": short(x), "middle": short((x + end) / 2), "number": month.month, "year": month.year}
        )
        month = after
    drawn = [
        {
            "x1": short(place(_get(s, "begins"))),
            "x2": short(place(_get(s, "ends") + timedelta(days=1))),
            "state": _get(s, "state", "ahead"),
        }
        for s in stages
    ]
    here = None
    anchor = "m"
    if today is not None and first <= today <= last:
        at = place(today)
        here = short(at)
        anchor = "e" if at > 88 else ("" if at < 12 else "m")
    return {"months": months, "stages": drawn, "today": here, "today_anchor": anchor}
