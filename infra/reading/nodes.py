"""YAML text to plain values, keeping the line of each, and refusing what YAML quietly changes.

libyaml's `compose` gives nodes with positions; nodes become values here, because the standard constructors would already have turned
`no` into false, `0102` into 66 and the second of two equal keys into the winner.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import yaml
from yaml.reader import ReaderError

from infra.codes import Code
from infra.findings import Finding, Where

Path = tuple[str | int, ...]
Plain = dict[str, "Plain"] | list["Plain"] | str | int | bool | date | None

MAX_BYTES = 2_000_000
"""No file of the estate comes near; a larger one is a mistake and would only be slow to refuse later."""

_MAX_DEPTH = 1000
"""Deeper files are refused before they are composed."""

_TAG = "tag:yaml.org,2002:"
_DECIMAL = re.compile(r"^(0|-?[1-9][0-9]*)$")
_LOADER: type[yaml.CSafeLoader] = yaml.CSafeLoader


@dataclass(slots=True)
class Document:
    """One file: its values, and the nodes that know where they stand."""

    file: str
    site: str | None
    root: yaml.Node | None = None
    value: Plain = None
    findings: list[Finding] = field(default_factory=list)

    def add(self, code: Code, path: Path, message: str, *, wrong: str = "", right: str = "", key: bool = False) -> None:
        """Record a finding at a place of this file."""
        place = Where(self.file, self.line(path, key=key), dotted(path))
        self.findings.append(Finding(code, place, message, wrong=wrong, right=right, site=self.site))

    def line(self, path: Sequence[str | int], *, key: bool = False) -> int:
        """1-based line of the value at a path, or of the nearest thing around it; `key`: the line of its key."""
        node = self.root
        line = 0 if node is None else node.start_mark.line + 1
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            name, node = found
            line = (name if key or not isinstance(node, yaml.ScalarNode) else node).start_mark.line + 1
        return line


def dotted(path: Sequence[str | int]) -> str:
    """`("flows", 3, "ports")` → `flows[3].ports`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def split(field_name: str) -> list[str | int]:
    """The inverse of `dotted`."""
    return [int(index) if index else name for index, name in re.findall(r"\[([0-9]+)\]|([^.\[\]]+)", field_name)]


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def parse(file: str, site: str | None, data: bytes) -> Document:
    """Read one file. What is wrong with it is in the document's findings; `value` is `None` when nothing could be read."""
    document = Document(file, site)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        place = Where(file, line)
        document.findings.append(
            Finding(
                Code.FILE, place, "文件不是 UTF-8 编码", wrong=_encoding(data), right="用 UTF-8 重新保存", site=site
            )
        )
        return document
    try:
        if _too_deep(text):
            document.add(Code.SYNTAX, (), "嵌套太深", right="正常的文件不超过十层")
            return document
        document.root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        document.findings.append(_syntax(file, site, text, error))
        return document
    if document.root is None:
        document.add(Code.SYNTAX, (), "文件是空的", right="至少写出必填的字段，见 schema/")
        return document
    try:
        document.value = _Builder(document).build(document.root, ())
    except RecursionError:
        document.add(Code.SYNTAX, (), "嵌套太深", right="正常的文件不超过十层")
    return document


def _too_deep(text: str) -> bool:
    """Whether values are nested beyond anything a person writes; libyaml's compose would overrun the stack on such a file.

    Only texts with enough brackets and dashes to get that deep are looked at, event by event, which does not recurse.
    """
    if sum(map(text.count, "[{?")) + text.count("- ") + text.count("-\n") <= _MAX_DEPTH:
        return False
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                return True
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return False


def _encoding(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "像是 UTF-16"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "不像是文本"
    return "像是 GBK"


def _syntax(file: str, site: str | None, text: str, error: yaml.YAMLError) -> Finding:
    if isinstance(error, ReaderError):
        return _unseen(file, site, text, error)
    problem = str(getattr(error, "problem", None) or error)
    opened = any(words in problem for words in ("end of stream", "',' or ']'", "',' or '}'"))
    mark = getattr(error, "context_mark" if opened else "problem_mark", None)  # where what was left open begins
    line = mark.line + 1 if mark is not None else 0
    lines = text.splitlines()
    while line > 1 and not "".join(lines[line - 1 : line]).strip():
        line -= 1  # the end of what was begun is missed below it
    for number in range(max(line - 1, 1), min(line, len(lines)) + 1):
        if found := _FULL_WIDTH.match(lines[number - 1]):
            message, wrong = "用了中文冒号", found[1]
            return Finding(
                Code.SYNTAX,
                Where(file, number),
                message,
                wrong=wrong,
                right=f"{wrong[:-1]}: 值，冒号后空一格",
                site=site,
            )
    indent = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in indent[: len(indent) - len(indent.lstrip())]:
        problem = _TAB
    if (conflict := next((number for number, row in enumerate(lines, 1) if row.startswith(_CONFLICT)), 0)) > 0:
        return Finding(
            Code.SYNTAX, Where(file, conflict), "合并冲突还没有解决", wrong=_CONFLICT, right=_settle(file), site=site
        )
    message, right = "YAML 写法有误", "检查这一行及上一行的缩进、冒号和引号"
    for known, words, way in _SYNTAX_WORDS:
        if known in problem:
            message, right = words, way
            break
    # The line itself says more to whoever wrote it than libyaml's English.
    wrong = problem if problem == _TAB else indent.strip()[:_SHOWN]
    return Finding(Code.SYNTAX, Where(file, line), message, wrong=wrong, right=right, site=site)


def _unseen(file: str, site: str | None, text: str, error: ReaderError) -> Finding:
    """A character that YAML forbids; libyaml tells its place in bytes."""
    line = text.encode()[: error.position].count(b"\n") + 1
    wrong = f"U+{error.character:04X}" if isinstance(error.character, int) else repr(error.character)
    return Finding(Code.SYNTAX, Where(file, line), "文件里有不可见的控制字符", wrong=wrong, right="删去它", site=site)


_TAB = "'\\t'"
_SHOWN = 60
"""Characters of a wrong line that are shown."""
_FULL_WIDTH = re.compile(r"^\s*(?:- )?([a-z][a-z0-9_]*：)")
"""A field with the colon of a Chinese keyboard, which to YAML is a letter."""


_CONFLICT = "<<<<<<< "
"""How git begins the lines on which two branches disagree."""


def _settle(file: str) -> str:
    """Nobody chooses between addresses: those of the branch that was first stay, the others are handed out anew."""
    if file.endswith("/ledger.yaml"):
        return f"用主干的台账：git checkout main -- estate/{file}，再运行 govnet addresses allocate"
    return "留下要的内容，删去 <<<<<<<、=======、>>>>>>> 各行"


_SYNTAX_WORDS = (
    (_TAB, "缩进里有制表符", "YAML 只能用空格缩进"),
    ("but found another document", "一个文件里有多份文档（---）", "一个文件只写一件事"),
    ("found undefined alias", "引用了不存在的锚点", "不要用锚点和别名，直接写出值"),
    ("mapping values are not allowed", "冒号用错了地方，或上一行缩进不对", "含冒号的文字加引号"),
    ("did not find expected ',' or ']'", "列表里少了逗号或右方括号", "写成 [甲, 乙]，逗号和括号用英文的"),
    ("did not find expected ',' or '}'", "映射里少了逗号或右花括号", "写成 {字段: 值, 字段: 值}，逗号和括号用英文的"),
    ("did not find expected node content", "括号没有配对，或少了值", "补上缺的 ]、} 或值"),
    ("found unexpected end of stream", "引号没有配对", "补上缺的引号"),
    ("found character that cannot start any token", "值不能以这个字符开头", "整个值加引号"),
    ("did not find expected key", "缩进与同一层的其他字段不齐，或前面有引号没有配对", "同一层的字段左边对齐，引号成对"),
    ("found unknown escape character", "双引号里的反斜杠有别的意思", "改用单引号"),
    ("could not find expected ':'", "少了冒号，或缩进不对", "写成 字段: 值"),
    ("did not find expected <document start>", "多出的内容，或缩进不对", "检查这一行的缩进"),
)


class _Builder:
    """Turns the nodes of one document into plain values."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.seen: set[int] = set()
        self.told = False

    def build(self, node: yaml.Node, path: Path) -> Plain:
        if id(node) in self.seen:
            # An alias is the same node again; ten of them nested ten deep are ten thousand million values.
            if not self.told:
                self.document.add(Code.ALIAS, path, "不许用 YAML 锚点和别名（& 与 *）", right="直接写出值")
            self.told = True
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        raise TypeError(f"libyaml made a node of an unknown sort: {type(node).__name__}")

    def _mapping(self, node: yaml.MappingNode, path: Path) -> Plain:
        result: dict[str, Plain] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None:
                self.document.add(Code.SYNTAX, path, "字段名只能是文字", wrong="列表或映射作字段名")
                continue
            here = (*path, name)
            if name in result:
                place = Where(self.document.file, key.start_mark.line + 1, dotted(here))
                first = self.document.line(here, key=True)
                self.document.findings.append(
                    Finding(
                        Code.DUPLICATE_KEY,
                        place,
                        "字段写了两次，YAML 只会悄悄留下后一个",
                        wrong=name,
                        right=f"只留一处（另一处在第 {first} 行）",
                        site=self.document.site,
                    )
                )
                continue
            result[name] = self.build(value, here)
        return result

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Plain:
        text: str = node.value
        tag = node.tag.removeprefix(_TAG)
        if tag == "str" or node.style:
            return text
        if tag == "null":
            return None
        if tag == "int" and _DECIMAL.match(text):
            return int(text)
        if tag == "bool" and text in ("true", "false"):
            return text == "true"
        if tag == "timestamp":
            try:
                return date.fromisoformat(text)
            except ValueError:
                self.document.add(Code.VALUE, path, "不是真实存在的日期", wrong=text, right="2026-12-31")
                return None
        right = "整数，或加引号的文字" if tag == "float" else f'"{text}"'
        message = _AMBIGUOUS.get(tag, "YAML 会把它读成别的东西")
        self.document.add(Code.AMBIGUOUS, path, message, wrong=text, right=right)
        return text


_AMBIGUOUS = {
    "bool": "YAML 把它读成真假值；是文字就加引号，是真假就写 true 或 false",
    "int": "YAML 会按八进制、十六进制或六十进制读这个数；编号要加引号",
    "float": "YAML 会把它读成小数",
    "merge": "不许用 YAML 合并键（<<）",
    "value": "不许用 YAML 的 = 键",
}
