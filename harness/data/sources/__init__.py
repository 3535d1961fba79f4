"""Where raw columns come from: one small frozen dataclass per kind of place.

Anything with `read() -> pandas.DataFrame` is a source, so that a YAML can name a class of one's own.
"""

from harness.data.sources.bundled import Bundled, River
from harness.data.sources.carried import Carried
from harness.data.sources.file import File
from harness.data.sources.openml import OpenML
from harness.data.sources.source import Source, Stamped

__all__ = ["Bundled", "Carried", "File", "OpenML", "River", "Source", "Stamped"]
