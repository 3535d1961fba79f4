"""Operators on the words of `harness run`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.fuzz.mistakes import PREFIXES, Drawing, Mistake, misspelt, values, written
from tests.fuzz.surface import UNKNOWN, Kind, parameters

STRANGE = (
    *("ä", "é x", "a b", "[", "]", "{", "(", ";", "~x", "#", "$", "${x", "'", '"', "="),
    *("&", "<", "\\", "%s", "\t", "日本", "\u200b"),
)
ODD = (
    *("seed", "=3", "--sed=3", "-x", "--multi", "seed==3", "seed:3", "seed =3", " ", "", "--config-dir"),
    *("--config-dir=nowhere", "-cd nowhere", "help", ".seed=3", "seed.=3", "@x=3", "model@x=tree", "+@=3", "~", "++"),
    *("+", "seed=1=2", "--cfg", "--cfg=jbo", "--info=x", "hydra.job.name=x", "hydra/launcher=joblib", "hydra=x"),
    *("hydra.verbose=true", "seed=${seed}", "seed=${nothing}", "seed=${x:1}", "seed=???", "dataset=???"),
    *("trial.seed=${trial.seed}", "-m=3", "--help=3"),
)
FUNCTIONS = (
    *("range(0,3,0)", "range(0,1000000000)", "range(3,0)", "range(a)", "rnge(0,3)", "interval(0,3)", "choice()"),
    *("glob(x_*)", "range(0,inf)", "range(0,3", "choice(1,2", "int(a)", "sort(1,a)", "range(0,1,0.1)", "shuffle()"),
)
PATHS = ("../x", "../../x", "/tmp/x", "a/b", "..", ".", "a/../../b", "")


class OfWords(Drawing):
    """Damages a key, an option or a value of a command line."""

    def wrong_value(self) -> Mistake | None:
        kind, words = self._base()
        key = self.rng.choice([one for one in kind.keys.values() if one.type != UNKNOWN])
        text, value = self.rng.choice(values(self.rng))
        if key.type.allows(value) or ("," in text and not text.startswith(("[", "{", "'", '"'))):
            return None
        prefix = self.rng.choice(("", "", "", "++"))
        members = [written(one) for one in value if len(written(one)) > 1] if isinstance(value, list) else []
        about = (key.name, key.name.rpartition(".")[2], *members)
        return Mistake(self._with(words, f"{prefix}{key.name}={text}"), about, "wrong value")

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
        above = name.rpartition(".")[0]
        while above:
            target = kind.targets.get(above)
            if target is not None:
                known = parameters(target)
                return known is None or name[len(above) + 1 :].partition(".")[0] in known
            if isinstance(_at(kind.config, above), dict) and not any(
                one == above or above.startswith(one + ".") for one in kind.targets
            ):
                return False
            above = above.rpartition(".")[0]
        return False

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
        others = [one for one in words if not one.startswith(f"{name}=")]
        others += ["n_folds=5"] if kind.trial == "synthesis" and name != "n_folds" else []
        return Mistake((*others, word), (name,), "taken away")

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
        pieces = [repr(piece) for piece in text.strip("[]").split(",")]
        about = (key.name, key.name.rpartition(".")[2], text, *pieces)
        return Mistake(self._with(words, f"{key.name}={text}"), about, "quoting", surely)

    def odd_words(self) -> Mistake | None:
        _, words = self._base()
        odd = self.rng.choice(ODD)
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
        is_one = not word.startswith("~") and "," not in value and value[:1] not in "'\""  # choice(...) drops quotes
        if equals and is_one and self.rng.random() < 0.5:
            words[at] = f"{key}={value},{value}" if self.rng.random() < 0.3 else f"{key}=choice({value})"
        return Mistake((words[0], "-m", *words[1:]), made.about, f"sweep: {made.operator}")

    def function(self) -> Mistake | None:
        _, words = self._base()
        text = self.rng.choice(FUNCTIONS)
        words = [words[0], "-m", *words[1:]]
        return Mistake(
            self._with(words, f"seed={text}"), ("seed", text), "function", None if text == "tag(a,b)" else True
        )

    def path(self) -> Mistake | None:
        _, words = self._base()
        key = self.rng.choice(("study", "tier.name"))
        value = self.rng.choice(PATHS)
        return Mistake(self._with(words, f"{key}={written(value)}"), (key, key.partition(".")[0], value or key), "path")


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
