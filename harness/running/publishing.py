"""Publishing a tier: when its sweep is complete, its records become one file beside those of the standard tier.

A reader of the published file needs nothing else: where the folder of the tier has no compacted file of its own, as in a
clone, the store reads the published one in its place (see `harness.running.store.compacted.path_of`).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from harness import places
from harness.core import PROTOCOL_VERSION, HarnessError, Status
from harness.running import files, predicted_labels, store
from harness.running.store import plans, summary
from harness.running.store.compacted import Compacted, read_file, write_compacted
from harness.running.store.resume_rule import settled_rows
from harness.running.store.rows import COLUMNS
from harness.running.store.stored import Stored


def publish(folder: Path, trial_ids: Collection[str]) -> Path | None:
    """Publish a tier's records, if none of these trials is still to be run.

    Args:
        folder: the study's folder at a published tier.
        trial_ids: of all trials that the tier's design asks for. Records of other trials, and stale ones, are left out.

    Returns:
        The file, which is written whole or not at all. It is left as it is if it holds the same, if by an older writer in
        other bytes. None, and nothing is written, if a trial is still to be run, none ended well, or the tier is none that is
        published.

    Raises:
        HarnessError: something in the store is damaged, or a file cannot be written.
    """
    path, of_labels = places.published(folder), places.published(folder, "labels")
    if path is None or of_labels is None or not trial_ids:
        return None
    store.compact(folder)
    stored = store.read(folder).current().only(trial_ids)  # from the file: what is read of parts has another schema
    settled = stored.table.filter(settled_rows(stored.table, retry_failed=False))
    if len(settled) < len(set(trial_ids)) or Status.OK not in stored.table["status"].unique().to_pylist():
        return None
    plan, command = plans.newest_plan(folder), ("-m", f"experiment={folder.name}", f"tier={path.stem}")
    kept = summary.Summary(len(stored), command, None, {} if plan is None else plan.register, PROTOCOL_VERSION)
    found = Compacted(stored.table, stored.specs, stored.headers, summary=summary.as_json(kept))
    if labels := predicted_labels.collect(folder, stored):  # first, so that published records never lack them
        packed = predicted_labels.packed(labels)
        _write_unless_equal(of_labels, packed, lambda: predicted_labels.packed(predicted_labels.read(of_labels)))
    _write_unless_equal(path, _written(found), lambda: _written(read_file(path)))
    return path


def read_published(folder: Path, columns: Sequence[str] = COLUMNS) -> Stored:
    """The records that a tier has published, whatever its folder holds besides; none if it has published nothing.

    Args:
        folder: the study's folder at that tier.
        columns: of the table; all by default.

    Raises:
        HarnessError: the file is damaged, holds other than the trials that were published, or a newer harness wrote it.
    """
    path = places.published(folder)
    if path is None or not path.exists():
        return Stored()
    found, planned = read_file(path, columns), summary.of_published(folder).planned
    if len(found.table) != planned:
        raise HarnessError(
            f"{path} holds {len(found.table)} trials, and says that {planned or 'none'} were published; put back the "
            "published file."
        )
    return Stored(found.table, found.specs, found.headers)


def _written(found: Compacted) -> bytes:
    """The content as today's writer writes it: equal contents have equal bytes."""
    file = io.BytesIO()
    write_compacted(file, found)
    return file.getvalue()


def _write_unless_equal(path: Path, content: bytes, again: Callable[[], bytes]) -> None:
    """Write a file, unless it has these bytes, or would have them if what it holds were written `again`."""
    if path.exists() and (path.read_bytes() == content or _or_nothing(again) == content):
        return
    files.write_atomically(path, content)
    files.sync_folder(path.parent)


def _or_nothing(again: Callable[[], bytes]) -> bytes:
    try:
        return again()
    except HarnessError:  # it is damaged, and is replaced
        return b""
