"""The one look of all figures: what people see who see colours otherwise, and what a printer gets."""

import itertools

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.colors import to_rgb

from harness.analysis import style
from harness.analysis.style import Width

# Machado, Oliveira and Fernandes (2009), https://doi.org/10.1109/TVCG.2009.113, severity 1, on linear RGB.
EYES = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def lab(colour: object, eye: str) -> np.ndarray:
    """CIE 1976 L*a*b* of a colour as somebody with these eyes sees it."""
    values = np.array(to_rgb(colour))  # type: ignore[arg-type]
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    x, y, z = TO_XYZ @ np.clip(EYES[eye] @ linear, 0, 1) / WHITE
    f_x, f_y, f_z = (np.cbrt(value) if value > 0.008856 else 7.787 * value + 16 / 116 for value in (x, y, z))
    return np.array([116 * f_y - 16, 500 * (f_x - f_y), 200 * (f_y - f_z)])


def nearest(colours: list[str], eye: str) -> float:
    return min(float(np.linalg.norm(lab(a, eye) - lab(b, eye))) for a, b in itertools.combinations(colours, 2))


def test_a_colour_has_the_known_lab_values() -> None:
    assert lab("#FF0000", "all cones") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)


@pytest.mark.parametrize("eye", EYES)
def test_series_are_told_apart_by_colour_whatever_the_eyes(eye: str) -> None:
    assert nearest(list(style.CYCLE), eye) > 15
    assert len(set(style.CYCLE[: len(style.MARKERS)])) == len(set(style.MARKERS)) == 8  # grey paper: markers tell


@pytest.mark.parametrize("eye", EYES)
def test_what_is_supported_against_nothing_and_open_has_colours_far_apart(eye: str) -> None:
    looks = [style.VERDICTS[name] for name in ("supported", "against", "practically no difference", "open")]
    assert nearest([look.colour for look in looks], eye) > 15
    assert len({(look.marker, look.filled) for look in looks}) == 4  # on grey paper too


def test_verdicts_on_numbers_look_like_those_on_directions() -> None:
    assert style.VERDICTS["excluded"] == style.VERDICTS["against"]
    assert style.VERDICTS["not excluded"] == style.VERDICTS["open"] != style.VERDICTS["supported"]


@pytest.mark.parametrize("eye", EYES)
def test_shares_grow_lighter_for_every_eye(eye: str) -> None:
    lightness = [lab(mpl.colormaps[style.SHARES](level), eye)[0] for level in np.linspace(0, 1, 21)]
    assert min(np.diff(lightness)) > 1


@pytest.mark.parametrize("eye", EYES)
def test_differences_grow_darker_away_from_zero_and_both_ends_differ(eye: str) -> None:
    lightness = np.array([lab(style.DIFFERENCES(level), eye)[0] for level in np.linspace(0, 1, 21)])
    assert (np.diff(lightness[:11]) > 0).all()
    assert (np.diff(lightness[10:]) < 0).all()
    assert nearest([style.DIFFERENCES(0.0), style.DIFFERENCES(1.0)], eye) > 40  # type: ignore[list-item]


@pytest.mark.parametrize("name", ["cividis", "viridis"])
def test_ink_stands_out_on_every_colour_of_a_map(name: str) -> None:
    maps = [mpl.colormaps[name], style.DIFFERENCES]
    for colour in (each(level) for each in maps for level in np.linspace(0, 1, 101)):
        light, dark = sorted((style.luminance(colour), style.luminance(style.ink_on(colour))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("value", "text"), [(-0.04, "0.0"), (0.04, "0.0"), (-0.06, "−0.1"), (-12.0, "−12.0"), (3.14, "3.1")]
)
def test_zero_has_no_sign_and_minus_is_minus(value: float, text: str) -> None:
    assert style.signed(value, 1) == text


def test_our_font_is_taken_whatever_else_is_installed() -> None:
    manager = font_manager.fontManager
    before = list(manager.ttflist)
    other = font_manager.FontEntry(
        fname=font_manager.findfont("DejaVu Serif"), name=style.FONT, weight=400, size="scalable"
    )
    try:
        manager.ttflist[:] = [other, *(entry for entry in before if entry.name != style.FONT)]
        with style.applied():
            for properties in ({}, {"weight": "bold"}, {"style": "italic"}):
                found = font_manager.findfont(font_manager.FontProperties(**properties))
                assert "harness" in found
                assert "LibertinusSerif" in found
    finally:
        manager.ttflist[:] = before


def test_widths_are_those_of_print() -> None:
    assert [width.value for width in Width] == [84, 178]
    assert Width.COLUMN.inches == pytest.approx(3.307, abs=0.001)


def test_importing_the_style_changes_no_setting() -> None:
    with style.applied():
        assert mpl.rcParams["svg.fonttype"] == "none"
    assert mpl.rcParams["svg.fonttype"] == "path"
