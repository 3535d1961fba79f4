"""What hangs on the pool: its neural network as the library sets it, tuned, or none; or the three named models alone."""

from __future__ import annotations

import pandas as pd

from experiments.synthesis.answers.orders import NETWORKS, OVER_A_POOL
from experiments.synthesis.design import pooled
from experiments.synthesis.record_queries import made_by, main, named
from experiments.synthesis.study import Study
from harness.analysis.frame import interval_cells
from harness.inference.mean import mean
from harness.report.table import Column, Key, Table

ALONE = "network"
"""The row of the network itself."""

_SINGLE = {"default": "mlp_default", "tuned": "mlp"}
_TITLES = {"default": "as scikit-learn sets it", "tuned": "tuned", "none": "none", "named": "named models alone"}
_LESS = {name: f"{name} − default" for name in ("tuned", "none", "named")}


def network_table(study: Study) -> Table:
    """Accuracy with each network, and what the others gain over the registered one, paired on each data set."""
    rows, records = [], {}
    variants = {ALONE: _SINGLE} | {
        method: {network: pooled(method, pool) for network, pool in NETWORKS.items()} for method in OVER_A_POOL
    }
    known = set(study.main["method"])
    for name, methods in variants.items():
        there = {network: method for network, method in methods.items() if method in known}
        if "default" not in there:
            continue
        row: dict[str, object] = {
            "method": name,
            "title": "Network alone" if name == ALONE else study.title(name),
        }
        for network, method in there.items():
            row |= interval_cells(network, study.mean("accuracy", method))
            if network in _LESS:
                difference = study.contrast(method, there["default"])
                row |= interval_cells(f"{network}_less", mean(difference[difference == difference]))
        rows.append(row)
        records[name,] = made_by(study, there.values())
    cells = [f"{name}{end}" for name in (*_TITLES, *(f"{one}_less" for one in _LESS)) for end in ("", "_low", "_high")]
    columns = [
        named("method", "title"),
        *(Column.of_estimate(title, network, 1) for network, title in _TITLES.items()),
        *(Column.of_estimate(title, f"{network}_less", 2, signed=True) for network, title in _LESS.items()),
    ]
    return Table(
        "networks",
        f"What hangs on the neural network, and on the models beside it: accuracy in percent, and paired differences in points "
        f"({study.size}).",
        pd.DataFrame(rows, columns=["method", "title", *cells]),
        columns,
        [
            "The claims are judged with the network as scikit-learn sets it. The penalty of the tuned one was chosen on rows "
            "of six of the data sets. The named models are tree, SVM and this network."
        ],
        keys=[Key(("method",), records)],
        where=main(study),
    )
