"""Sources of raw columns: one small frozen dataclass for each kind.

Any object with `read() -> pandas.DataFrame` is a source, so a YAML can name a user's own class.
"""

from harness.data.sources.bundled import Bundled, River
from harness.data.sources.carried import Carried
from harness.data.sources.file import File
from harness.data.sources.openml import OpenML
from harness.data.sources.source import Reading, Source, Stamped, Written

__all__ = ["Bundled", "Carried", "File", "OpenML", "Reading", "River", "Source", "Stamped", "Written"]
