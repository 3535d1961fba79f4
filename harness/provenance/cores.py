"""Processor cores as OpenBLAS calls them: which one a record was measured on, and whether it can be imitated here.

Linear algebra adds in an order that depends on the core, and so do the last bits of what models learn. OpenBLAS brings the
code for all cores along, and runs that of an older one wherever the processor knows its instructions.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

VARIABLE = "OPENBLAS_CORETYPE"

_NEEDS = {
    "Prescott": {"pni"},
    "Nehalem": {"sse4_2"},
    "Sandybridge": {"avx"},
    "Haswell": {"avx2", "fma"},
    "Zen": {"avx2", "fma"},
    "SkylakeX": {"avx512f", "avx512bw", "avx512dq", "avx512vl"},
    "Cooperlake": {"avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_bf16"},
    "SapphireRapids": {"avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_bf16", "amx_tile"},
}
"""The instructions of each core that not every processor has."""


def of_header(header: Mapping[str, Any]) -> str:
    """The core that a record's header names; "" if it names none."""
    return of_libraries(header.get("blas") or ())


def of_libraries(libraries: Any) -> str:
    """The core of the first OpenBLAS among what threadpoolctl lists; "" without one."""
    known = [one for one in libraries if isinstance(one, Mapping)] if isinstance(libraries, (list, tuple)) else []
    named = (str(one.get("architecture", "")) for one in known if one.get("internal_api") == "openblas")
    return next(named, "")


def can_run(core: str, cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether this processor has the instructions of a core; of an unlisted core and on another system nobody knows: yes."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
    except OSError:
        return True
    flags = next((set(line.partition(":")[2].split()) for line in lines if line.startswith("flags")), None)
    return flags is None or _NEEDS.get(core, set()) <= flags
