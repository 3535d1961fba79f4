"""Draws mistakes of all operators."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fuzz.files import OfFiles
from tests.fuzz.mistakes import Mistake, misspelt
from tests.fuzz.words import OfWords


class Maker(OfWords, OfFiles):
    """Draws mistakes of everything that can be said."""

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
            return Mistake((*words, f"{setting}={value}"), (setting, value or setting, "tier"), "value", surely)
        if operator == "word":
            word = self.rng.choice((self._invented(), "ä", "3", "x=1", "-q", "irsi", "../x"))
            surely = None if word == "../x" else True
            return Mistake((*words, word), (word.removeprefix("../"),), "word", surely)
        if command.words:
            return Mistake(
                (command.name, misspelt(self.rng.choice(command.words), self.rng) + "x"),
                ("choose", "invalid", command.name),
                "subcommand",
            )
        return None
