"""`govnet schema`: write the JSON schemas that editors complete and check with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from infra.engine import ROOT
from infra.files import write_whole
from infra.model.schemas import schema_texts


def schema(
    estate_dir: Annotated[Path, typer.Option("--estate", help="estate 文件夹")] = ROOT / "estate",
) -> None:
    """由模型生成 estate/schema/*.json；编辑器按各文件首行的提示补全和检查。"""
    folder = estate_dir / "schema"
    texts = schema_texts()
    for name, text in texts.items():
        write_whole(folder / name, text)
    for stray in sorted({path.name for path in folder.glob("*.json")} - set(texts)):
        (folder / stray).unlink()
    typer.echo(f"已写 {len(texts)} 份模式到 {folder}")
