"""Whether anybody notices a mutant: the cases of a rule for a rule, the tests of a module for any other.

A rule is judged in a fork of a process that has read its cases: a hundredth of a second each. Any other module is replaced in a process of
its own, which runs its tests up to the first that fails.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import types
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.engine import ROOT
from policies.evaluate import evaluate
from policies.rule import Context, Rule
from tests.cases import lines_of
from tests.mutation.mutate import Mutant
from tests.policies.rule_cases import CASES, RuleCase

LONGEST = 120
"""Seconds of the processor after which a mutant that computes for ever counts as noticed; a busy machine notices none."""

WAITED = 900
"""Seconds by the clock after which a mutant whose tests wait for ever counts as noticed."""

_PACK = ("tests/policies/test_conformance.py", "tests/policies/test_resource_types.py", "tests/policies/test_pack.py")
_EXPECTATIONS = ("tests/policies/test_double_entry.py", *_PACK)
_WAIVERS = ("tests/policies/test_waivers.py", "tests/policies/test_approvals.py", "tests/policies/test_rule.py")
_RULES = "tests/policies/test_rules.py"
TESTS = {
    "infra/blueprint/security.py": ("tests/blueprint/test_compile.py", "tests/blueprint/test_golden.py"),
    "policies/approvals.py": (*_WAIVERS, _RULES, "-k", "not test_rules or P03 or P09 or P16"),
    "policies/catalogue.py": (_RULES, "-k", "P31 or P36 or P37"),
    "policies/conformance.py": _PACK,
    "policies/evaluate.py": ("tests/policies/test_rule.py", "tests/policies/test_tally.py", *_WAIVERS),
    "policies/expectations/cloud.py": _EXPECTATIONS,
    "policies/expectations/identity.py": _EXPECTATIONS,
    "policies/expectations/network.py": _EXPECTATIONS,
    "policies/expectations/parts.py": _EXPECTATIONS,
    "policies/expectations/platform.py": _EXPECTATIONS,
    "policies/expectations/tenants.py": _EXPECTATIONS,
    "policies/expected.py": ("tests/policies/test_expected.py", *_EXPECTATIONS),
    "policies/grants.py": ("tests/policies/test_grants.py", *_WAIVERS),
    "policies/groups.py": (_RULES, "-k", "P03 or P04 or P05 or P06 or P22 or P33"),
    "policies/lines.py": ("tests/policies/test_lines.py", _RULES, "-k", "test_lines or P26 or P27"),
    "policies/pack.py": ("tests/policies/test_pack.py",),
    "policies/ports.py": (
        "tests/policies/test_ports.py",
        _RULES,
        "-k",
        "test_ports or P05 or P21 or P22 or P32 or P33",
    ),
    "policies/projects.py": (_RULES, "-k", "P16 or P17 or P38"),
    "policies/ratchet.py": ("tests/policies/test_ratchet.py",),
    "policies/resource_types.py": _PACK,
    "policies/rule.py": (
        "tests/policies/test_rule.py",
        "tests/policies/test_ratchet.py",
        _RULES,
        "-k",
        "test_rule or test_ratchet or P09 or P22",
    ),
    "policies/space.py": (_RULES, "-k", "P03 or P04 or P05 or P06 or P09 or P21 or P22 or P33 or P35"),
    "policies/state.py": ("tests/policies/test_pack.py", "tests/cli/test_admission.py", "tests/cli/test_gate.py"),
    "policies/tally.py": ("tests/policies/test_tally.py", "tests/policies/test_ratchet.py"),
    "policies/waivers.py": _WAIVERS,
    "policies/words.py": (_RULES, "-k", "P19 or P22 or P31 or P34 or P36"),
}
"""Every module that is mutated and is no rule, with the tests that are written for it."""

APART = {
    "policies/__main__.py": "only starts the pack: tests/engine runs it",
    "policies/roles.py": "asks a cloud: tests/lab runs it",
    "policies/sources.py": "names of documents and a table of dates; every case has its article by it",
}
"""What is not mutated, and why."""


def rule_files() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("policies/rules/p*.py"))]


def rule_survivors(file: str, mutants: Iterable[Mutant]) -> list[Mutant]:
    """The mutants of a rule under which every one of its cases says what it said before."""
    mine = [RuleCase.read(path) for path in CASES if path.parent.name == Path(file).stem[:3].upper()]
    assert mine, f"{file} has no case"
    with _contexts(mine) as judged:
        source = (ROOT / file).read_text(encoding="utf-8")
        assert _in_a_fork(file, source, judged), f"{file}: a case fails without any mutant"
        return [mutant for mutant in mutants if _in_a_fork(file, mutant.source, judged)]


def module_survivors(file: str, mutants: Iterable[Mutant]) -> list[Mutant]:
    """The mutants of any other module under which its tests pass."""
    source = (ROOT / file).read_text(encoding="utf-8")
    assert _passes(Mutant(file, 0, "", "", "", source)), f"{file}: its tests fail without any mutant"
    return [mutant for mutant in mutants if _passes(mutant)]


@contextmanager
def _contexts(cases: Sequence[RuleCase]) -> Iterator[list[tuple[Context, list[str]]]]:
    """What each case gives its rule to judge, and what must be found."""
    with tempfile.TemporaryDirectory(prefix="govnet-mutants-") as folder:
        yield [(case.context(Path(folder, str(number))), case.expected) for number, case in enumerate(cases)]


def _in_a_fork(file: str, source: str, judged: Sequence[tuple[Context, list[str]]]) -> bool:
    """Whether all cases say what they must under a rule with this source."""
    child = os.fork()
    if child == 0:
        _bounded()
        passed = False
        try:
            rule = _loaded(file, source)
            passed = all(lines_of(evaluate(context, [rule]).findings) == expected for context, expected in judged)
        finally:
            os._exit(0 if passed else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _loaded(file: str, source: str) -> Rule[object]:
    """The rule that a source makes, in place of the one of that file."""
    name = file.removesuffix(".py").replace("/", ".")
    module = types.ModuleType(name)
    sys.modules[name] = module
    exec(compile(source, file, "exec"), module.__dict__)
    (kind,) = [value for value in vars(module).values() if _is_rule(value, name)]
    rule: Rule[object] = kind()
    return rule


def _is_rule(value: object, module: str) -> bool:
    return isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module


def _bounded() -> None:
    """Ends this process when it has had as much of the processor as a mutant may have."""
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))


def _passes(mutant: Mutant) -> bool:
    """Whether the tests of a module pass with the mutant in its place."""
    with tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as file:
        file.write(mutant.source)
        file.flush()
        name = mutant.file.removesuffix(".py").replace("/", ".")
        command = [sys.executable, "-m", "tests.mutation.child", name, file.name, *TESTS[mutant.file]]
        try:
            done = subprocess.run(
                command, cwd=ROOT, capture_output=True, check=False, timeout=WAITED, preexec_fn=_bounded
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0
