"""Operators on files: YAML of a user's, data and stores."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.fuzz.mistakes import BASE, Drawing, Mistake, misspelt, values
from tests.fuzz.surface import CONF, UNKNOWN, Type, parameters, raw


class OfFiles(Drawing):
    """Damages a file that a command reads."""

    def _level(self) -> tuple[str, str, dict[str, Any]]:
        group = self.rng.choice(
            [one for one in ("model", "synthesis", "dataset", "scenario", "sampling") if one in self.groups]
        )
        option = self.rng.choice([one for one in self.groups[group] if one not in ("file", "openml")])
        return group, option, raw(CONF / group / f"{option}.yaml")

    def _runs(self, group: str, name: str) -> list[str]:
        """Words that run a trial with a level of a user's."""
        trial = self.rng.choice(["synthesis", "detection"])
        trial = {"synthesis": "synthesis", "scenario": "detection", "sampling": "detection"}.get(group, trial)
        others = [
            word for word in BASE if not word.startswith((f"{group}=", "model=" if group == "synthesis" else " "))
        ]
        return ["run", "--config-dir", "mine", f"trial={trial}", *others, f"{group}={name}"]

    def in_a_file(self) -> Mistake | None:
        """A copy of a shipped level under a new name, with one setting damaged."""
        group, option, shipped = self._level()
        node = json.loads(json.dumps(shipped))
        if group == "dataset" and option not in ("iris", "wine", "breast_cancer"):
            return None
        below = self.rng.choice([one for one in (node, *(inner for _, inner in _nodes(node))) if "_target_" in one])
        known = parameters(str(below["_target_"]))
        operator = self.rng.choice((self._misspell, self._add, self._retype, self._retarget))
        about = None if known is None else operator(below, known)
        if about is None:
            return None
        self.files += 1
        name = f"own{self.files}"
        if "name" in node and "name" not in about:
            node["name"] = name
        content = yaml.safe_dump(node, sort_keys=False, allow_unicode=True)
        what = f"file: {operator.__name__.strip('_')}"
        return Mistake(tuple(self._runs(group, name)), (*about, name), what, before=self._writer(group, name, content))

    def _misspell(self, below: dict[str, Any], known: Mapping[str, Type]) -> tuple[str, ...] | None:
        keys = [key for key in below if key not in ("_target_", "about", "name")]
        key = self.rng.choice(keys) if keys else "none"
        new = misspelt(key, self.rng)
        if not keys or new in known or new in below or not new:
            return None
        below[new] = below.pop(key)
        return new, key

    def _add(self, below: dict[str, Any], known: Mapping[str, Type]) -> tuple[str, ...] | None:
        new = self._invented()
        below[new] = self.rng.choice([1, "a", None, True])
        return None if new in known else (new,)

    def _retype(self, below: dict[str, Any], known: Mapping[str, Type]) -> tuple[str, ...] | None:
        typed = [key for key in below if key not in ("_target_", "about") and known.get(key, UNKNOWN) != UNKNOWN]
        if not typed:
            return None
        key, value = self.rng.choice(typed), self.rng.choice(values(self.rng))[1]
        below[key] = value
        read = float(value) if value == "1e3" else value  # written without quotes, which makes it a number
        return None if known[key].allows(read) else (key,)

    def _retarget(self, below: dict[str, Any], known: Mapping[str, Type]) -> tuple[str, ...] | None:
        before, wrong = below["_target_"], misspelt(below["_target_"], self.rng)
        below["_target_"] = wrong
        return None if wrong == before or not known else (wrong, "_target_", wrong.partition(".")[0])

    def _writer(self, group: str, name: str, content: str | bytes) -> Callable[[Path], None]:
        def write(folder: Path) -> None:
            shutil.rmtree(folder / "mine", ignore_errors=True)
            path = folder / "mine" / group / f"{name}.yaml"
            path.parent.mkdir(parents=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))

        return write

    def broken_file(self) -> Mistake | None:
        group, option, _ = self._level()
        self.files += 1
        name = f"own{self.files}"
        text = (CONF / group / f"{option}.yaml").read_text(encoding="utf-8")
        damages: dict[str, str | bytes] = {
            "cut": text[: self.rng.randrange(3, len(text))] + ": [",
            "tab": "\t" + text,
            "latin": (text + "# Köln\n").encode("latin-1"),
            "twice": text + text,
            "documents": text + "---\n" + text,
            "list": "- 1\n- 2\n",
            "text": "hello",
            "empty": "",
            "null": "null\n",
            "zero": text + "\0",
            "alias": text + "more: *nothing\n",
            "tag": text + "more: !!python/name:os.system\n",
            "defaults": "defaults: 3\n" + text,
            "defaults of nothing": "defaults: [{/nothing: x}]\n" + text,
            "interpolation": text + "more: ${nothing.at.all}\n",
            "half": text + "more: ${nothing\n",
            "header": "# @pakage _global_\n" + text,
        }
        damage = self.rng.choice(list(damages))
        words = self._runs(group, name)
        if self.rng.random() < 0.2:
            words = [words[0], "-m", *words[1:]]
        about = (name, "more", group) if damage != "defaults of nothing" else (name, "nothing")
        return Mistake(tuple(words), about, f"broken file: {damage}", before=self._writer(group, name, damages[damage]))

    def damaged_data(self) -> Mistake | None:
        rows = "".join(f"{n},{n % 7},{'ab'[n % 2]}\n" for n in range(40))
        text = f"x,z,y\n{rows}"
        damages: dict[str, bytes] = {
            "empty": b"",
            "header only": b"x,z,y\n",
            "no target": text.replace("y", "w").encode(),
            "utf-16": text.encode("utf-16"),
            "ragged": (text + "1,2,3,4,5,6\n").encode(),
            "bytes": bytes(range(256)),
            "one row": b"x,z,y\n1,2,a\n",
            "zero": (text + "\0").encode(),
            "twice": text.replace("x,z,y", "x,x,y").encode(),
            "one class": text.replace("b", "a").encode(),
            "quote": (text + '"\n').encode(),
            "latin": text.replace("a\n", "ä\n").encode("latin-1"),
            "semicolons": text.replace(",", ";").encode(),
            "parquet": b"PAR1 nothing",
        }
        damage = self.rng.choice(list(damages))
        name = "data.parquet" if damage == "parquet" else "data.csv"
        content = damages[damage]
        words = ("run", "dataset=file", f"dataset.path={name}", "dataset.target=y", "model=tree")
        return Mistake(words, (name, "data", "y"), f"data: {damage}", True, lambda folder: _put(folder / name, content))

    def damaged_store(self) -> Mistake | None:
        command = self.rng.choice(["status", "report tier=adhoc", "status tier=adhoc"])
        damage = self.rng.choice(["cut", "garbage", "zero", "folder", "other study", "no factors", "line", "plan"])
        places = random.Random(
            self.rng.random()
        )  # the length of a record differs from run to run, and so what is drawn
        return Mistake(
            tuple(command.split()),
            ("parts", "jsonl", "synthesis", "sweeps"),
            f"store: {damage}",
            None,
            lambda folder: _damage(folder, damage, places),
        )


def _nodes(node: Any, above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in node.items() if isinstance(node, dict) else ():
        if isinstance(value, dict):
            yield f"{above}{key}", value
            yield from _nodes(value, f"{above}{key}.")


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _damage(folder: Path, damage: str, rng: random.Random) -> None:
    """Damage the store of `results/.adhoc/synthesis`, which is made anew of a copy each time."""
    study = folder / "results" / ".adhoc" / "synthesis"
    shutil.rmtree(folder / "results", ignore_errors=True)
    shutil.copytree(folder / "kept", folder / "results")
    (part,) = (study / "parts").glob("*.jsonl")
    content = part.read_bytes()
    lines = content.splitlines(keepends=True)
    if damage == "cut":
        part.write_bytes(content[: rng.randrange(1, len(content))])
    elif damage == "garbage":
        at = rng.randrange(len(content))
        part.write_bytes(content[:at] + bytes(rng.randrange(256) for _ in range(9)) + content[at:])
    elif damage == "zero":
        part.write_bytes(b"\0" * 100)
    elif damage == "folder":
        (study / "parts" / "x.jsonl").mkdir()
    elif damage == "other study":
        part.write_bytes(content.replace(b'"synthesis"', b'"detection"'))
    elif damage == "no factors":
        part.write_bytes(content.replace(b'"factors"', b'"factros"'))
    elif damage == "line":
        part.write_bytes(b"".join([*lines[:1], b"{}\n", b"[]\n", b"3\n", *lines[1:]]))
    else:
        for path in study.rglob("*.json"):
            path.write_bytes(b"{")
