"""Change a module of a domain in this process, and watch what runs of it. Used by `mutating` alone, in forked children.

A change inside a function gives that function other code, which is quick; one that matters on import has the domain's
modules forgotten, so that they are imported afresh.
"""

from __future__ import annotations

import functools
import gc
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.abc import InspectLoader
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

from verisieve.vetting.checker import Place
from verisieve.vetting.marking import NAME, Marks


@dataclass(frozen=True, slots=True)
class Change:
    """A module whose file is to be read as another text."""

    module: str
    file: str
    source: str


def roots(root: str) -> tuple[str, ...]:
    """The packages whose modules a domain's checker consists of: its own, and its verifiers for one of ours."""
    inner = root.removeprefix("verisieve.domains.")
    return (root,) if inner == root else (root, f"verisieve.verifiers.{inner}")


def files(packages: Sequence[str]) -> dict[str, str]:
    """The loaded modules of some packages: file to name."""
    return {
        file: name
        for name, module in sorted(sys.modules.items())
        if below(name, packages) and (file := getattr(module, "__file__", None)) and file.endswith(".py")
    }


def below(name: str, packages: Sequence[str]) -> bool:
    """Whether a module is one of some packages or lies in one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


class Watch:
    """Record which lines and functions of some files run inside a `with`."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._lines: dict[str, set[int]] = {file: set() for file in files}
        self.functions: set[Place] = set()

    @property
    def lines(self) -> dict[str, int]:
        """The lines by file, as the bits of a number."""
        return {file: mask(lines) for file, lines in self._lines.items() if lines}

    def __enter__(self) -> Watch:
        threading.settrace(self._called)
        sys.settrace(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        threading.settrace(None)

    def _called(self, frame: FrameType, event: str, _: Any) -> Any:
        reached = self._lines.get(frame.f_code.co_filename)
        if reached is None:
            return None
        self.functions.add(Place(frame.f_code.co_filename, frame.f_code.co_firstlineno))

        def line(frame: FrameType, event: str, _: Any) -> Any:
            reached.add(frame.f_lineno)
            return line

        return line


def mask(lines: Iterable[int]) -> int:
    """Return lines as the bits of a number."""
    bits = 0
    for line in lines:
        bits |= 1 << line
    return bits


def afresh(packages: Sequence[str], change: Change | None = None) -> None:
    """Have this process load the packages anew, one module of them changed."""
    _forget(packages)
    if change:
        code = InspectLoader.source_to_code(change.source, change.file)
        sys.meta_path.insert(0, _Finder({change.module: (change.file, code)}, {}))


def marked(packages: Sequence[str], files: Mapping[str, str], marks: Marks) -> None:
    """Have this process load the packages anew, with marks."""
    _forget(packages)
    codes = {name: (file, marks.codes[file]) for file, name in files.items()}
    sys.meta_path.insert(0, _Finder(codes, {files[file]: {NAME: ran} for file, ran in marks.bytes.items()}))


def _forget(packages: Sequence[str]) -> None:
    for name in [name for name in sys.modules if below(name, packages)]:
        parent, _, last = name.rpartition(".")
        del sys.modules[name]
        if parent in sys.modules:
            vars(sys.modules[parent]).pop(last, None)


class _Finder:
    """Finds changed modules: each a file and its code, and what is in its globals from the beginning."""

    def __init__(self, codes: Mapping[str, tuple[str, CodeType]], names: Mapping[str, Mapping[str, Any]]) -> None:
        self._codes, self._names = codes, names

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in self._codes:
            return None
        file, code = self._codes[name]
        below = [str(Path(file).parent)] if Path(file).name == "__init__.py" else None
        loader = _Loader(name, file, code, self._names.get(name, {}))
        return spec_from_file_location(name, file, loader=loader, submodule_search_locations=below)


class _Loader(SourceFileLoader):
    """Runs given code in the place of the file's."""

    def __init__(self, name: str, file: str, code: CodeType, names: Mapping[str, Any]) -> None:
        super().__init__(name, file)
        self._code, self._names = code, names

    def get_code(self, fullname: str) -> CodeType:
        return self._code

    def exec_module(self, module: ModuleType) -> None:
        vars(module).update(self._names)
        super().exec_module(module)


class Live:
    """The functions of some files that are loaded, to be given changed code in the place of theirs."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._functions = defaultdict[tuple[str, str, int], list[FunctionType]](list)
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename in files:
                self._functions[each.__code__.co_filename, *_key(each.__code__)].append(each)

    def take(self, change: Change) -> bool:
        """Give the functions of a changed module their new code; False where that cannot be done."""
        codes = list(_codes(InspectLoader.source_to_code(change.source, change.file)))
        for code in codes:
            for function in self._functions.get((change.file, *_key(code)), ()):
                if function.__code__.co_freevars != code.co_freevars:
                    return False
                if function.__code__ != code:
                    function.__code__ = code
        return True


def _key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)


def caches(packages: Sequence[str]) -> list[Any]:
    """The functions of some packages that remember their results."""
    kind = type(functools.lru_cache(_key))
    return [each for each in gc.get_objects() if type(each) is kind and below(each.__module__ or "", packages)]
