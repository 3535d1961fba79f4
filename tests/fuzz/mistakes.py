"""Mistakes made of what can be said: operators that damage a word, a value, a file or a store, drawn by a seed."""

from __future__ import annotations

import json
import random
import shutil
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.fuzz.surface import CONF, UNKNOWN, Command, Key, Kind, Type, parameters, raw

BASE = ("dataset=iris", "model=tree")
PREFIXES = ("", "+", "++", "~")
STRANGE = (
    "ä",
    "é x",
    "a b",
    "[",
    "]",
    "{",
    "(",
    ";",
    "~x",
    "#",
    "$",
    "${x",
    "'",
    '"',
    "=",
    "&",
    "<",
    "\\",
    "%s",
    "\t",
    "日本",
    "\u200b",
)


@dataclass(frozen=True)
class Mistake:
    """A command line with something wrong in it.

    Attributes:
        words: of the command line.
        about: one of these has to be named by what is said.
        operator: how it was made.
        surely: whether a strict reading refuses it; None if only an error has to be a sentence.
        before: makes files in the folder.
    """

    words: tuple[str, ...]
    about: tuple[str, ...]
    operator: str
    surely: bool | None = True
    before: Callable[[Path], None] | None = None


def misspelt(word: str, rng: random.Random) -> str:
    """The word with a letter dropped, doubled, swapped or changed."""
    at = rng.randrange(len(word))
    ways = [
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
        word[:at] + rng.choice(string.ascii_lowercase) + word[at + 1 :],
    ]
    return rng.choice(ways)


def written(value: Any) -> str:
    """A value as a word of a command line gives it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{','.join(map(written, value))}]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, str) and (
        value == "" or not all(one.isalnum() or one in "_-./" for one in value) or _reads_otherwise(value)
    ):
        return '"' + value.replace('"', '\\"') + '"'
    return repr(value) if isinstance(value, float) else str(value)


def _reads_otherwise(text: str) -> bool:
    return not isinstance(yaml.safe_load(text), str) or text.lower() in ("nan", "inf", "null", "true", "false")


def values(rng: random.Random) -> list[tuple[str, Any]]:
    """Values of every kind, as text of a command line and as what it means."""
    number = rng.randrange(2, 50)
    return [
        *((text, text) for text in ("abc", "yes", "no", "off", "on", "None")),
        *((f"'{text}'", text) for text in (str(number), "true", "false", "0.5", "1e3", "null")),
        *((text, float(text)) for text in ("nan", "inf", "-inf", "1e308", "-0.5", "1.5", "0.0", "2.0")),
        *((text, int(text)) for text in ("-1", "0", "-1000000", "1000000000000000000000", "1")),
        ("true", True), ("false", False), ("null", None), ("[]", []), ("{}", {}),
        (f"[{number}]", [number]), ("[a,a]", ["a", "a"]), ("[null]", [None]), ("[[1]]", [[1]]), ("{a:1}", {"a": 1}), ('""', ""),
        ("1_000", 1000), ("0x10", "0x10"), ("1,5", None if rng is None else "1,5"), ("5%", "5%"),
    ]  # fmt: skip


class Maker:
    """Draws mistakes of everything that can be said."""

    def __init__(
        self, kinds: Sequence[Kind], groups: Mapping[str, list[str]], commands: Sequence[Command], seed: int
    ) -> None:
        self.kinds, self.groups, self.commands = list(kinds), groups, list(commands)
        self.rng = random.Random(seed)
        self.files = 0

    def __call__(self) -> Iterator[Mistake]:
        """Mistakes without an end; each operator comes as often as its weight says."""
        weights = {
            self.wrong_value: 22, self.unknown_key: 14, self.unknown_option: 8, self.taken_away: 4, self.below_a_target: 8,
            self.quoting: 8, self.odd_words: 6, self.in_a_sweep: 10, self.in_a_file: 14, self.broken_file: 6, self.path: 3,
            self.of_a_command: 12, self.damaged_data: 4, self.damaged_store: 4, self.function: 4,
        }  # fmt: skip
        operators = list(weights)
        while True:
            operator = self.rng.choices(operators, list(weights.values()))[0]
            made = operator()
            if made is not None:
                yield made

    # ---- words of harness run ----------------------------------------------------------------------------------------

    def _base(self) -> tuple[Kind, list[str]]:
        kind = self.rng.choice(self.kinds)
        words = ["run", f"trial={kind.trial}", *BASE]
        return kind, words

    def _with(self, words: list[str], word: str) -> tuple[str, ...]:
        at = self.rng.randrange(2, len(words) + 1)
        return (*words[:at], word, *words[at:])

    def wrong_value(self) -> Mistake | None:
        kind, words = self._base()
        key = self.rng.choice([one for one in kind.keys.values() if one.type != UNKNOWN])
        text, value = self.rng.choice(values(self.rng))
        if key.type.allows(value) or ("," in text and not text.startswith(("[", "{", "'", '"'))):
            return None
        prefix = self.rng.choice(("", "", "", "++"))
        return Mistake(
            self._with(words, f"{prefix}{key.name}={text}"), (key.name, key.name.rpartition(".")[2]), "wrong value"
        )

    def unknown_key(self) -> Mistake | None:
        kind, words = self._base()
        key = self.rng.choice(list(kind.keys.values()))
        parts = key.name.split(".")
        at = self.rng.randrange(len(parts))
        parts[at] = misspelt(parts[at], self.rng) if self.rng.random() < 0.7 else self._invented()
        name = ".".join(parts)
        known = {part for one in kind.keys for part in _prefixes(one)} | set(kind.config) | set(self.groups)
        if (
            not parts[at]
            or not parts[at].isidentifier()
            or name in known
            or parts[0] in ("hydra", "about")
            or self._is_parameter(kind, name)
        ):
            return None
        prefix = self.rng.choice(PREFIXES)
        word = f"~{name}" if prefix == "~" else f"{prefix}{name}={written(key.value)}"
        return Mistake(self._with(words, word), (name, parts[at]), f"unknown key {prefix}")

    def _is_parameter(self, kind: Kind, name: str) -> bool:
        """Whether a `_target_` above takes it."""
        above, _, last = name.rpartition(".")
        while above:
            target = kind.targets.get(above)
            if target is not None:
                known = parameters(target)
                return known is None or name[len(above) + 1 :].partition(".")[0] in known
            if isinstance(_at(kind.config, above), dict) and not any(
                one == above or above.startswith(one + ".") for one in kind.targets
            ):
                return False
            above, _, last = above.rpartition(".")
        return False

    def _invented(self) -> str:
        return "".join(self.rng.choices(string.ascii_lowercase, k=self.rng.randrange(3, 9)))

    def unknown_option(self) -> Mistake | None:
        kind, words = self._base()
        group = self.rng.choice(list(self.groups))
        option = self.rng.choice(self.groups[group])
        other = self.rng.choice(
            [
                misspelt(option, self.rng),
                self._invented(),
                "null",
                "3",
                "true",
                "[]",
                f"[{option}]",
                "{}x",
                f"{option}/",
                f"../{group}/{option}",
            ]
        )
        if other in self.groups[group] or (group == "experiment" and other == "null") or not other:
            return None
        prefix = self.rng.choice(("", "", "", "+", "++"))
        if not prefix and group in ("scenario", "sampling", "detector") and group not in kind.config:
            prefix = ""
        words = [word for word in words if word.partition("=")[0] != group]
        return Mistake(self._with([*words, "seed=0"], f"{prefix}{group}={other}"), (group, other), "unknown option")

    def taken_away(self) -> Mistake | None:
        kind, words = self._base()
        name = self.rng.choice(
            [*[one for one in self.groups if one in kind.config], *(key.split(".")[0] for key in kind.keys)]
        )
        if name == "preprocessing" or name in ("experiment",):
            return None
        word = self.rng.choice([f"~{name}", f"~{name}=nothing", f"{name}=null"])
        key = kind.keys.get(name)
        if (
            word.endswith("=null")
            and (key is None or key.type == UNKNOWN or key.type.allows(None))
            and name not in self.groups
        ):
            return None
        if name not in self.groups and word == f"~{name}" and not self._is_needed(kind, name):
            return None
        return Mistake(
            self._with([one for one in words if not one.startswith(f"{name}=")] + ["seed=0"], word),
            (name,),
            "taken away",
        )

    def _is_needed(self, kind: Kind, name: str) -> bool:
        return f"${{{name}}}" in json.dumps(kind.config["trial"]) or name in (
            "results",
            "limits",
            "share",
            "retry_failed",
            "workers",
        )

    def below_a_target(self) -> Mistake | None:
        kind, words = self._base()
        place, target = self.rng.choice(list(kind.targets.items()))
        known = parameters(target)
        if known is None:
            return None
        operator = self.rng.choice(("parameter", "target"))
        if operator == "target":
            wrong = self.rng.choice(
                [misspelt(target, self.rng), "nothing", "3", "null", "harness", target + ".x", "os.getcwd x", "json"]
            )
            if wrong == target:
                return None
            about = (f"{place}._target_", wrong, wrong.split(".")[0], "_target_", place)
            return Mistake(self._with(words, f"{place}._target_={wrong}"), about, "wrong _target_")
        name = misspelt(self.rng.choice(list(known) or ["x"]), self.rng)
        if not name.isidentifier() or name in known:
            return None
        prefix = self.rng.choice(("+", "++", ""))
        return Mistake(self._with(words, f"{prefix}{place}.{name}=1"), (name, f"{place}.{name}"), "unknown parameter")

    def quoting(self) -> Mistake | None:
        kind, words = self._base()
        key = self.rng.choice(list(kind.keys.values()))
        text = self.rng.choice(STRANGE)
        text = self.rng.choice([text, f"x{text}", f"x{text}y", f"[a,{text}]", f"{text},b"])
        surely = True if key.type != UNKNOWN and str not in key.type.kinds else None
        return Mistake(
            self._with(words, f"{key.name}={text}"), (key.name, key.name.rpartition(".")[2], text), "quoting", surely
        )

    def odd_words(self) -> Mistake | None:
        _, words = self._base()
        odd = self.rng.choice(
            ["seed", "=3", "--sed=3", "-x", "--multi", "seed==3", "seed:3", "seed =3", " ", "", "--config-dir", "--config-dir=nowhere",
             "-cd nowhere", "help", ".seed=3", "seed.=3", "@x=3", "model@x=tree", "+@=3", "~", "++", "+", "seed=1=2", "--cfg", "--cfg=jbo", "--info=x",
             "hydra.job.name=x", "hydra/launcher=joblib", "hydra.verbose=true", "hydra=x", "seed=${seed}", "seed=${nothing}", "seed=${x:1}",
             "seed=???", "dataset=???", "trial.seed=${trial.seed}", "pool=${pool}", "-m=3", "--help=3"]
        )  # fmt: skip
        return Mistake(self._with(words, odd), (odd, odd.strip("-=+~").partition("=")[0].strip() or odd), "odd word")

    def in_a_sweep(self) -> Mistake | None:
        made = self.rng.choice([self.wrong_value, self.unknown_key, self.unknown_option, self.below_a_target])()
        if made is None:
            return None
        words = list(made.words)
        at = next(
            number
            for number, word in enumerate(words)
            if number and any(one in word for one in made.about) and "=" in word + "="
        )
        word = words[at]
        key, equals, value = word.partition("=")
        if equals and self.rng.random() < 0.5 and not word.startswith("~") and "," not in value:
            words[at] = f"{key}={value},{value}" if self.rng.random() < 0.3 else f"{key}=choice({value})"
        return Mistake((words[0], "-m", *words[1:]), made.about, f"sweep: {made.operator}")

    def function(self) -> Mistake | None:
        _, words = self._base()
        text = self.rng.choice(
            ["range(0,3,0)", "range(0,1000000000)", "range(3,0)", "range(a)", "rnge(0,3)", "interval(0,3)", "choice()", "glob(x_*)", "range(0,inf)",
             "range(0,3", "choice(1,2", "int(a)", "sort(1,a)", "tag(a,b)", "range(0,1,0.1)", "shuffle()"]
        )  # fmt: skip
        words = [words[0], "-m", *words[1:]]
        return Mistake(
            self._with(words, f"seed={text}"), ("seed", text), "function", None if text == "tag(a,b)" else True
        )

    def path(self) -> Mistake | None:
        _, words = self._base()
        key = self.rng.choice(("study", "tier.name"))
        value = self.rng.choice(("../x", "../../x", "/tmp/x", "a/b", "..", ".", "a/../../b", "", "~x"))
        return Mistake(self._with(words, f"{key}={written(value)}"), (key, key.partition(".")[0], value or key), "path")

    # ---- files ---------------------------------------------------------------------------------------------------------

    def _own(self, group: str, content: str | bytes) -> tuple[str, Callable[[Path], None]]:
        self.files += 1
        name = f"own{self.files}"

        def write(folder: Path) -> None:
            shutil.rmtree(folder / "mine", ignore_errors=True)
            path = folder / "mine" / group / f"{name}.yaml"
            path.parent.mkdir(parents=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

        return name, write

    def _level(self) -> tuple[str, str, dict[str, Any]]:
        group = self.rng.choice(
            [one for one in ("model", "synthesis", "dataset", "scenario", "sampling") if one in self.groups]
        )
        option = self.rng.choice([one for one in self.groups[group] if one not in ("file", "openml")])
        return group, option, raw(CONF / group / f"{option}.yaml")

    def _runs(self, group: str, name: str) -> list[str]:
        trial = (
            "synthesis"
            if group == "synthesis"
            else "detection"
            if group in ("scenario", "sampling")
            else self.rng.choice(["synthesis", "detection"])
        )
        words = [
            "run",
            "--config-dir",
            "mine",
            f"trial={trial}",
            *(word for word in BASE if not word.startswith(f"{group}=")),
        ]
        return [*words, f"{group}={name}"]

    def in_a_file(self) -> Mistake | None:
        group, option, node = self._level()
        node = json.loads(json.dumps(node))
        if group == "dataset" and option not in ("iris", "wine", "breast_cancer"):
            return None
        places = [("", node), *((name, below) for name, below in _nodes(node))]
        place, below = self.rng.choice([one for one in places if "_target_" in one[1]] or places)
        known = parameters(str(below.get("_target_", ""))) if "_target_" in below else None
        if known is None:
            return None
        keys = [key for key in below if key not in ("_target_", "about", "name")]
        operator = self.rng.choice(("misspelt", "unknown", "type", "dropped", "target"))
        about: tuple[str, ...] = ()
        if operator == "misspelt" and keys:
            key = self.rng.choice(keys)
            new = misspelt(key, self.rng)
            if new in known or new in below:
                return None
            below[new], about = below.pop(key), (new, key)
        elif operator == "unknown":
            new = self._invented()
            below[new], about = self.rng.choice([1, "a", None, True]), (new,)
        elif operator == "type":
            typed = [key for key in keys if known.get(key, UNKNOWN) != UNKNOWN]
            if not typed:
                return None
            key = self.rng.choice(typed)
            value = self.rng.choice(values(self.rng))[1]
            if known[key].allows(value) or value == float("inf"):
                return None
            below[key], about = value, (key,)
        elif operator == "target":
            below["_target_"] = misspelt(below["_target_"], self.rng)
            about = (below["_target_"], "_target_", below["_target_"].split(".")[0])
            if not below["_target_"].replace(".", "").replace("_", "").isalnum():
                return None
        else:
            return None
        name, write = self._own(group, "")
        if "name" in node:
            node["name"] = name
        content = yaml.safe_dump(node, sort_keys=False, allow_unicode=True)
        name_, write = name, self._writer(group, name, content)
        return Mistake(tuple(self._runs(group, name_)), (*about, name), f"file: {operator}", before=write)

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

    # ---- data and stores -------------------------------------------------------------------------------------------------

    def damaged_data(self) -> Mistake | None:
        rows = "".join(f"{n},{n % 7},{'ab'[n % 2]}\n" for n in range(40))
        text = f"x,z,y\n{rows}"
        damages: dict[str, bytes] = {
            "empty": b"", "header only": b"x,z,y\n", "no target": text.replace("y", "w").encode(), "utf-16": text.encode("utf-16"),
            "ragged": (text + "1,2,3,4,5,6\n").encode(), "bytes": bytes(range(256)), "one row": b"x,z,y\n1,2,a\n", "zero": (text + "\0").encode(),
            "twice": text.replace("x,z,y", "x,x,y").encode(), "one class": text.replace("b", "a").encode(), "quote": (text + '"\n').encode(),
            "latin": text.replace("a\n", "ä\n").encode("latin-1"), "semicolons": text.replace(",", ";").encode(), "parquet": b"PAR1 nothing",
        }  # fmt: skip
        damage = self.rng.choice(list(damages))
        name = "data.parquet" if damage == "parquet" else "data.csv"
        content = damages[damage]
        words = ("run", "dataset=file", f"dataset.path={name}", "dataset.target=y", "model=tree")
        return Mistake(words, (name, "data", "y"), f"data: {damage}", True, lambda folder: _put(folder / name, content))

    def damaged_store(self) -> Mistake | None:
        command = self.rng.choice(["status", "report tier=adhoc", "status tier=adhoc"])
        damage = self.rng.choice(["cut", "garbage", "zero", "folder", "other study", "no factors", "line", "plan"])
        return Mistake(
            tuple(command.split()),
            ("parts", "jsonl", "synthesis", "sweeps"),
            f"store: {damage}",
            None,
            lambda folder: _damage(folder, damage, self.rng),
        )

    # ---- other commands ----------------------------------------------------------------------------------------------

    def of_a_command(self) -> Mistake | None:
        command = self.rng.choice(self.commands)
        words = [command.name, *([self.rng.choice(command.words)] if command.words else [])]
        operator = self.rng.choice(("command", "flag", "setting", "value", "word", "missing"))
        if operator == "command":
            words[0] = misspelt(words[0], self.rng)
            if (
                words[0] == command.name
                or words[0] in ("", "run")
                or any(words[0] == one.name for one in self.commands)
            ):
                return None
            return Mistake(tuple(words), (words[0],), "command")
        if operator == "flag":
            flag = self.rng.choice(
                [misspelt(one, self.rng) for one in command.flags if one.startswith("--")] or ["--nothing"]
            )
            if flag in command.flags or not flag.startswith("--") or flag == "--":
                return None
            return Mistake((*words, flag, *(["mine"] if self.rng.random() < 0.5 else [])), (flag, "mine"), "flag")
        if operator == "setting" and command.settings:
            setting = misspelt(self.rng.choice(command.settings), self.rng)
            if setting in command.settings:
                return None
            word = f"{self.rng.choice(('', '+', '++'))}{setting}=x"
            return Mistake((*words, word), (word, setting), "setting")
        if operator == "value" and command.settings:
            setting = self.rng.choice(command.settings)
            value = self.rng.choice(("nope", "", "../x", "ä", "/dev/null", "a b"))
            surely = True if setting in ("tier", "study", "results") and value and command.name != "status" else None
            return Mistake((*words, f"{setting}={value}"), (setting, value or setting), "value", surely)
        if operator == "word":
            word = self.rng.choice((self._invented(), "ä", "3", "x=1", "-q", "irsi", "../x"))
            surely = None if word == "../x" else True
            return Mistake((*words, word), (word,), "word", surely)
        if command.words:
            return Mistake(
                (command.name, misspelt(self.rng.choice(command.words), self.rng) + "x"),
                ("choose", "invalid", command.name),
                "subcommand",
            )
        return None


def _prefixes(name: str) -> Iterator[str]:
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        yield ".".join(parts[:length])


def _at(node: Any, name: str) -> Any:
    for part in name.split("."):
        if not isinstance(node, dict) or part not in node:
            return None
        node = node[part]
    return node


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


__all__ = ["Key", "Maker", "Mistake", "Type"]
