"""What Hydra and OmegaConf refuse is one sentence of ours: what, where, what to do; and how to quote, ready to be pasted."""

from __future__ import annotations

import shlex

import pytest
from hydra.core.config_loader import ConfigLoader

from harness.core import ConfigError
from harness.planning import hydra_session
from harness.planning.grammar import parsed


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("seed", "seed is no setting: write key=value"),
        ("=3", "=3 has no key"),
        ("a b=3", "a b is no key"),
        ("x..y=3", "x..y is no key"),
        ("seed=[1", "a ] is missing; write 'seed=[1]'."),
        ("seed=range(0,3", "a ) is missing; write 'seed=range(0,3)'."),
        ("seed=rnge(0,3)", "there is no function 'rnge'; did you mean range(...)?"),
        ("seed=range(a)", "write range(first,after the last,step)"),
        ("seed=range(0,3,0)", "has no end: give a step other than 0"),
        ("seed=range(0,inf)", "has no end"),
        ("seed=range(0,1000000000)", "asks for 1,000,000,000 values, and 1,000,000 are the most"),
        ("seed=1=2", "= may stand in quotes only"),
        ("name=a'b", "the quote ' is not closed"),
        ("name=a]", "] closes nothing"),
        ("name=a,,b", "commas, colons or brackets are out of place"),
        ("name=a\nb", "take line breaks"),
    ],
)
def test_a_word_that_cannot_be_read_says_why(word: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parsed([word])
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "value", [";", "köln.csv", "~/my.csv", "a=b", "a'b", 'a"b', "#1", "<a>", "a & b", "{a}", "a,,b", "a!"]
)
def test_the_word_to_write_instead_gives_the_value_back(value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parsed([f"dataset.separator={value}"])
    proposed = str(refused.value).partition("if it is meant as text, write ")[2].partition("; if as several")[0]
    (word,) = shlex.split(proposed)
    (override,) = parsed([word])
    assert override.value() == value


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("model=treee", "there is no model 'treee'; did you mean 'tree'"),
        ("detector=ddm_warm@5", "detector=ddm_warm@5: each detector of a panel is read at each of its settings: write"),
        ("detector=dmd@5", "there is no detector 'dmd@5'"),
        ("model=null", "model=null is no model; there are: extra_trees"),
        ("dataset=3", "dataset=3 is no dataset; there are: abalone"),
        ("model=[tree,svm]", "is a list, and model takes one; to try each, write model=tree,svm with -m"),
        ("~tier", "~tier takes away what every trial needs"),
        ("+model=svm", "model is there already; write it without +"),
        ("++model=svm", "model is there already; write it without +"),
        ("model@second=svm", "nothing reads a second model"),
        ("modl/x=svm", "there is no group 'modl/x'; did you mean 'model'?"),
        ("hydra/launcher=joblib", "nothing reads Hydra's own settings"),
        ("hydra.job.name=x", "nothing reads Hydra's own settings"),
        ("sed=3", "sed=3: there is no setting 'sed'; did you mean 'seed'"),
        ("max_rows=5", "there is no setting 'max_rows'; did you mean 'dataset.max_rows'?"),
        ("~nothing", "~nothing: there is no setting 'nothing'"),
        ("~seed=5", "seed has another value"),
        ("+seed=4", "+seed=4: seed is there already; write it without +"),
        ("seed.a=3", "seed is one value and has no 'a' below it"),
        ("model={a:1}", "there is no 'model.a' in the configuration; there are: _target_, name"),
    ],
)
def test_a_word_that_fits_nothing_says_what_there_is(loader: ConfigLoader, word: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        hydra_session.compose(loader, [word])
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
