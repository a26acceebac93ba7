"""The documents that rules rest on. A rule quotes the words it rests on; a test compares nothing with memory, people compare with the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Document(Enum):
    """A policy document; later ones win where they disagree."""

    JIANGSU_2007 = "省政府办公厅关于进一步推进全省电子政务建设的意见（江苏，2007-01-19）"
    GUANGDONG_2003 = "广东省电子政务建设实施意见（粤府办〔2003〕42号）"
    SUZHOU_ANHUI = "宿州市电子政务建设“十一五”发展规划"
    HAINAN_2007 = "海南省人民政府办公厅关于加强全省电子政务建设的实施意见（琼府办〔2007〕28号）"
    JIANGSU_2016 = "省政府办公厅关于加快推进全省电子政务外网建设的意见（江苏，2016-12-12）"


NEW_SINCE = date(2016, 12, 12)
"""The day of the newest document: what was built or begun later is new, whatever lock or province.yaml say."""


@dataclass(frozen=True, slots=True)
class Article:
    """A place in a document and the words a rule rests on."""

    document: Document
    section: str
    quote: str

    def __str__(self) -> str:
        return f"《{self.document.value}》{self.section}：「{self.quote}」"
