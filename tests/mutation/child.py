"""`python -m tests.mutation.child MODULE FILE TESTS…`: pytest with one module taken from another file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from types import ModuleType

import pytest


class Instead(MetaPathFinder):
    """Finds one module in a file that is not its own."""

    def __init__(self, module: str, file: str) -> None:
        self._module, self._file = module, file

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return spec_from_file_location(fullname, self._file) if fullname == self._module else None


if __name__ == "__main__":
    module, file, *tests = sys.argv[1:]
    assert module not in sys.modules, f"{module} is imported already: the mutant would not be seen"
    sys.meta_path.insert(0, Instead(module, file))
    code = pytest.main(["-q", "-x", "-p", "no:cacheprovider", *tests])
    assert module in sys.modules, f"no test imports {module}"
    sys.exit(code)
