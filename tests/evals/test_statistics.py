"""Intervals, paired tests and calibration, against values worked out elsewhere."""

import math

import pytest

from evals.statistics import bootstrap, calibration_error, figure_of, mcnemar, percentile, reliability, share


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_are_newcombe_s(count: int, total: int, low: float, high: float) -> None:
    figure = share(count, total)
    assert (round(figure.low, 4), round(figure.high, 4)) == (low, high)


def test_nothing_counted_is_no_number() -> None:
    assert math.isnan(share(0, 0).value)
    assert str(share(0, 0)) == "-"
    assert percentile([], 50).total == 0


@pytest.mark.parametrize(
    ("lost", "won", "p"), [(0, 0, 1.0), (0, 5, 0.0625), (5, 0, 0.0625), (2, 8, 0.109375), (1, 9, 0.021484375)]
)
def test_mcnemar_is_the_exact_binomial(lost: int, won: int, p: float) -> None:
    assert mcnemar(lost, won) == pytest.approx(p)


def test_shares_are_counted_and_other_numbers_resampled() -> None:
    assert figure_of([1.0, 0.0, 1.0, 1.0]) == share(3, 4)
    measured = figure_of([0.2, 0.4, 0.6, 0.9])
    assert measured.value == pytest.approx(0.525)
    assert 0.2 <= measured.low < 0.525 < measured.high <= 0.9
    assert figure_of([0.2, 0.4, 0.6, 0.9]) == measured


def test_percentiles_stay_among_the_values() -> None:
    figure = percentile([float(value) for value in range(1, 101)], 95)
    assert figure.value == pytest.approx(95.05)
    assert 88 < figure.low < figure.value < figure.high <= 100


def test_the_bootstrap_of_a_constant_has_no_width() -> None:
    figure = bootstrap([3.0] * 9, lambda sample: sample.mean(axis=-1))
    assert (figure.low, figure.value, figure.high) == (3.0, 3.0, 3.0)


def test_scores_that_mean_what_they_say_have_no_calibration_error() -> None:
    scores = [0.25] * 40 + [0.75] * 40
    honest = [True] * 10 + [False] * 30 + [True] * 30 + [False] * 10
    assert calibration_error(scores, honest).value == pytest.approx(0.0)
    assert calibration_error(scores, [True] * 80).value == pytest.approx(0.5)
    low, high = reliability(scores, honest)
    assert (low.score, low.truth.value, high.score, high.truth.value) == (0.25, 0.25, 0.75, 0.75)


def test_a_score_of_one_belongs_to_the_last_bin() -> None:
    (only,) = reliability([1.0, 0.95], [True, True])
    assert only.truth.total == 2


def test_an_interval_reaches_all_and_nothing_exactly() -> None:
    assert all(share(total, total).high == 1.0 and share(0, total).low == 0.0 for total in range(1, 500))
