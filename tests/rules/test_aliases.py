"""An alias that a module keeps is the same for every thread (SQLAlchemy's issue 12302)."""

from __future__ import annotations

import ast
import threading
from pathlib import Path

from sqlalchemy import inspect

import portal
from portal.extensions import alias
from portal.people.employment.models import Person


def test_its_columns_are_there_before_any_thread_asks() -> None:
    for _round in range(50):
        person, found, start = alias(Person), [], threading.Barrier(4)

        def look(
            person: type[Person] = person, found: list[object] = found, start: threading.Barrier = start
        ) -> None:
            start.wait()
            found.append(inspect(person).selectable.c.id)

        before = inspect(person).selectable.__dict__["_columns"]
        threads = [threading.Thread(target=look) for _number in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert {id(column) for column in found} == {id(before["id"])}


def test_no_module_keeps_another_kind() -> None:
    found = []
    for path in Path(portal.__file__).parent.rglob("*.py"):
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(statement, ast.FunctionDef | ast.ClassDef):
                found += [
                    f"{path.name}:{node.lineno}"
                    for node in ast.walk(statement)
                    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "aliased"
                ]
    assert found == []
