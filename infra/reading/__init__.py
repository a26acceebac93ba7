"""Reading the estate: YAML with positions to models, and all problems at once."""

from infra.codes import Code
from infra.reading.estate import Reading, read_estate

__all__ = ["Code", "Reading", "read_estate"]
