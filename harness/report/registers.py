"""The registers of studies: found beside them, and read with what the studies offer."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.claims import nodes
from harness.claims.entries import Register
from harness.claims.offers import Offered, Offers
from harness.claims.parsing import register_of
from harness.core import ConfigError
from harness.inference import inputs
from harness.report.freezing import FILE, MODULE, content_of, shown
from harness.report.studies import PACKAGE, load_study, study_folders
from harness.running.raised_errors import told

REMARKS = "remarks.yaml"
"""The file beside a register that has what was written of its claims after it was frozen."""


@dataclass(frozen=True)
class StudyClaims:
    """The claims of a study.

    Attributes:
        register: what is claimed.
        offers: what the study answers.
        folder: the study's.
        remarks: what was written afterwards, by the id of a claim; they are in no digest and decide nothing.
    """

    register: Register
    offers: Offers
    folder: Path
    remarks: Mapping[str, str] = field(default_factory=dict)


def with_registers(own: Sequence[Path] = ()) -> dict[str, Path]:
    """The folders of the studies that have a register, by study."""
    return {name: folder for name, folder in study_folders(own).items() if (folder / FILE).is_file()}


def claims_of(study: str, own: Sequence[Path] = ()) -> StudyClaims:
    """The claims of a study.

    Args:
        study: its name.
        own: a user's folders, each with `experiments/<study>/`.

    Raises:
        ConfigError: there is no such study or it has no register; or its register, its remarks, or what it offers, makes no
            sense.
    """
    folders = with_registers(own)
    if study not in folders:
        known = ", ".join(folders) or "none"
        raise ConfigError(f"the study {study!r} has no {FILE}; studies with claims: {known}.")
    if not (folders[study] / f"{MODULE}.py").is_file():
        raise ConfigError(
            f"{shown(folders[study])} has {FILE} and no {MODULE}.py, which answers it with cells(evidence) and CONTRASTS."
        )
    with told(own):
        load_study(study, own)
        module = importlib.import_module(f"{PACKAGE}.{study}.{MODULE}")
    offers = _offers(module, folders[study])
    path = folders[study] / FILE
    register = register_of(content_of(path), offers.contrasts, where=shown(path))
    if register.study != study:
        raise ConfigError(f"{shown(path)}: study is {register.study!r}, but the folder is that of {study!r}.")
    return StudyClaims(register, offers, folders[study], _remarks(folders[study] / REMARKS, register))


def _remarks(path: Path, register: Register) -> dict[str, str]:
    """A remark by the id of its claim. Raises `ConfigError` if one is of a claim that the register does not have."""
    if not path.is_file():
        return {}
    found = nodes.mapping(content_of(path), shown(path), needs=(), may=register.by_id)
    return {claim: inputs.text(remark, what=f"{shown(path)}: {claim}") for claim, remark in found.items()}


def _offers(module: Any, folder: Path) -> Offers:
    where = shown(folder / f"{MODULE}.py")
    for name in ("cells", "CONTRASTS"):
        if not hasattr(module, name):
            raise ConfigError(
                f"{where} lacks {name}: it answers the claims of {FILE} with cells(evidence) and CONTRASTS."
            )
    contrasts = module.CONTRASTS
    if not isinstance(contrasts, Mapping):
        raise ConfigError(
            f"{where}: CONTRASTS is {type(contrasts).__name__}, but must be a mapping of names to Offered."
        )
    for name, one in contrasts.items():
        if not isinstance(one, Offered):
            raise ConfigError(f"{where}: CONTRASTS[{name!r}] is {type(one).__name__}, but must be an Offered.")
    scope = getattr(module, "scope", None)
    return Offers(module.cells, contrasts) if scope is None else Offers(module.cells, contrasts, scope)
