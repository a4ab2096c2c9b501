"""Promises about the seconds of query time that each client has."""

from __future__ import annotations

import pytest

from publisher.store import OverBudget
from publisher.store.budgets import Budgets


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_is_used_comes_back_at_a_steady_rate() -> None:
    clock = Clock()
    budgets = Budgets(60, within=60, clock=clock)

    budgets.charge("a", 90)
    with pytest.raises(OverBudget) as caught:
        budgets.check("a")
    assert caught.value.wait == 31

    clock.now += 29
    with pytest.raises(OverBudget):
        budgets.check("a")
    clock.now += 2
    budgets.check("a")


def test_a_budget_never_grows_beyond_its_size() -> None:
    clock = Clock()
    budgets = Budgets(10, clock=clock)
    clock.now += 10_000

    budgets.charge("a", 10)

    with pytest.raises(OverBudget):
        budgets.check("a")


def test_one_client_does_not_pay_for_another() -> None:
    budgets = Budgets(10)
    budgets.charge("a", 50)

    budgets.check("b")


@pytest.mark.parametrize(("seconds", "client"), [(0, "a"), (10, "")])
def test_no_limit_and_nobody_are_never_refused(seconds: float, client: str) -> None:
    budgets = Budgets(seconds)
    budgets.charge(client, 1_000)

    budgets.check(client)


def test_a_million_clients_do_not_fill_the_memory() -> None:
    budgets = Budgets(10)
    for number in range(12_000):
        budgets.charge(str(number), 1)

    assert len(budgets._left) == 10_000
