"""Ranking measures."""

import math

import pytest

from evals.ranking import ndcg, rank_of_first


def test_ndcg_discounts_by_place() -> None:
    assert ndcg(["a", "b", "c"], {"a"}, 5) == 1.0
    assert ndcg(["b", "c", "a"], {"a"}, 5) == pytest.approx(1 / math.log2(4))
    both = (1 / math.log2(3) + 1 / math.log2(4)) / (1 + 1 / math.log2(3))
    assert ndcg(["x", "a", "b"], {"a", "b"}, 3) == pytest.approx(both)


def test_an_article_counts_once_and_only_within_k() -> None:
    assert ndcg(["b", "b", "a"], {"a"}, 2) == pytest.approx(1 / math.log2(3))
    assert ndcg(["b", "c", "a"], {"a"}, 2) == 0.0
    assert ndcg(["a"], set(), 5) == 0.0


def test_the_first_relevant_place() -> None:
    assert rank_of_first(["b", "a", "a"], {"a"}) == 2
    assert rank_of_first(["b"], {"a"}) is None
