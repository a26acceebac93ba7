"""`python -m tests.mutation.child MODULE FILE TESTS…`: pytest with one module taken from another file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from infra.engine import ROOT


class Exchanged(SourceFileLoader):
    """A module with another source in its own place: what it looks for beside itself is there."""

    def __init__(self, module: str, source: bytes) -> None:
        self._source = source
        super().__init__(module, str(ROOT / f"{module.replace('.', '/')}.py"))

    def get_code(self, fullname: str) -> CodeType:
        """From the other source, never from what was compiled of its own."""
        return compile(self._source, self.path, "exec", dont_inherit=True)


class Instead(MetaPathFinder):
    """Finds one module in a file that is not its own."""

    def __init__(self, module: str, file: str) -> None:
        self._module, self._loader = module, Exchanged(module, Path(file).read_bytes())

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return spec_from_file_location(fullname, loader=self._loader) if fullname == self._module else None


if __name__ == "__main__":
    module, file, *tests = sys.argv[1:]
    assert module not in sys.modules, f"{module} is imported already: the mutant would not be seen"
    sys.meta_path.insert(0, Instead(module, file))
    code = pytest.main(["-q", "-x", "-p", "no:cacheprovider", *tests])
    assert module in sys.modules, f"no test imports {module}"
    sys.exit(code)
