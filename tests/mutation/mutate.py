"""Every small fault that could stand in a file: what cosmic-ray's operators make of it, one change each."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from cosmic_ray.ast import ast_nodes, get_ast  # type: ignore[import-untyped]  # cosmic-ray has no types
from cosmic_ray.mutating import mutate_code  # type: ignore[import-untyped]  # cosmic-ray has no types
from cosmic_ray.plugins import get_operator  # type: ignore[import-untyped]  # cosmic-ray has no types

from infra.engine import ROOT

SEED = 6
OPERATORS = (
    "AddNot",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_NotEq_Eq",
    "ReplaceComparisonOperator_Lt_LtE",
    "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_Gt_GtE",
    "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_IsNot_Is",
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceBinaryOperator_BitAnd_BitOr",
    "ReplaceBinaryOperator_BitOr_BitAnd",
    "NumberReplacer",
    "ZeroIterationForLoop",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "RemoveDecorator",
)
"""One replacement a sort of operator: `==` becomes `!=`, not six other things that the same case would notice."""


@dataclass(frozen=True, order=True)
class Mutant:
    """One fault: the line as it is and as it becomes, the number of the line, and the whole file with the fault."""

    file: str
    line: int
    was: str
    becomes: str
    operator: str
    source: str

    @property
    def name(self) -> tuple[str, str, str]:
        """What a committed reason is about: it survives a change of other lines."""
        return (self.file, self.was, self.becomes)


@cache
def mutants(file: str) -> tuple[Mutant, ...]:
    """All mutants of a file below the checkout; pure. What changes no result is none: annotations, which nobody evaluates, `frozen` and `slots`."""
    source = (ROOT / file).read_text(encoding="utf-8")
    meaning = _meaning(source)
    found: dict[str, Mutant] = {}
    for operator, changed in _changed(source):
        if _meaning(changed) not in (meaning, None):
            number, was, becomes = _difference(source, changed)
            found.setdefault(changed, Mutant(file, number, was, becomes, operator, changed))
    return tuple(sorted(found.values()))


def sample(every: tuple[Mutant, ...], count: int) -> tuple[Mutant, ...]:
    """As many mutants of a file, drawn with the seed; the same ones every time."""
    drawn = random.Random(SEED).sample(range(len(every)), min(count, len(every)))
    return tuple(every[number] for number in sorted(drawn))


def _changed(source: str) -> Iterator[tuple[str, str]]:
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        positions = sum(len(list(operator.mutation_positions(node))) for node in ast_nodes(get_ast(source)))
        for occurrence in range(positions):
            changed = mutate_code(source, operator, occurrence)
            assert changed is not None, f"{name} has no occurrence {occurrence}"
            yield name, changed


def _difference(source: str, changed: str) -> tuple[int, str, str]:
    """The first line that differs, empty ones apart: a decorator goes with those before it, and its line becomes nothing."""
    old, new = (
        [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        for text in (source, changed)
    )
    place = next(n for n, (_, line) in enumerate(old) if n >= len(new) or line != new[n][1])
    number, was = old[place]
    return number, was, new[place][1] if len(new) == len(old) else ""


class _WhatCounts(ast.NodeTransformer):
    """Takes away what changes no result: annotations, and whether a data class keeps its own code from slips (`frozen`, `slots`)."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "dataclass":
            node.keywords = [keyword for keyword in node.keywords if keyword.arg not in ("frozen", "slots")]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        node.annotation = ast.Constant(None)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.returns = None
        return node


def _meaning(source: str) -> str | None:
    """What of a source counts; nothing when it is no Python (cosmic-ray negates `x := …` without brackets)."""
    try:
        return ast.dump(_WhatCounts().visit(ast.parse(source)))
    except SyntaxError:
        return None
