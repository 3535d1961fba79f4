"""Records shown in tools that people use. The records stay the truth; a tool that breaks costs no trial.

contract                what is asked of a tool                                    Mirror, Book
shown                   a record as a tool shows it                                Run
completing              a tool's book made equal to the store                      complete
fresh                   the runs of what was appended since
following, process      the mirror's process, and the sweep's side of it           Follower

mlflow                  MLflow: its SQLite file
  mlflow_database         that file: made once, checked, locked
  mlflow_page             what its page shows of a study
trackio                 trackio
locking                 one writer at a time
tensorboard, flat       exports without a mirror: event files, one table

docs/mirrors.md says how each is used.
"""

from harness.mirrors.contract import Book, Mirror
from harness.mirrors.process import Follower

__all__ = ["Book", "Follower", "Mirror"]
