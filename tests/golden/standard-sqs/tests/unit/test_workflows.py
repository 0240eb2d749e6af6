"""Every workflow, by the rules of a worker."""

import pytest
from celery import states

from standard_sqs import workflows

from tests.strict_eager import StrictEager


def runs(strict_eager: StrictEager) -> list[tuple[str, str]]:
    """Return the last part of the name, and the state, of each run."""
    return [(call.task.rpartition(".")[2], call.state) for call in strict_eager.calls]


def test_an_invoice_adds_the_tax_to_the_price(strict_eager: StrictEager) -> None:
    workflows.invoice(7, percent=20).apply_async()

    assert [call.args for call in strict_eager.calls] == [(7,), (700, 20)]
    assert runs(strict_eager) == [("price", states.SUCCESS), ("add_tax", states.SUCCESS)]


def test_an_invoice_that_fails_goes_no_further_and_is_reported(strict_eager: StrictEager) -> None:
    workflows.invoice(-1).apply_async()

    assert runs(strict_eager) == [("price", states.FAILURE), ("report_failure", states.SUCCESS)]


def test_prices_fail_each_for_itself(strict_eager: StrictEager) -> None:
    workflows.prices([1, -1, 3]).apply_async()

    assert runs(strict_eager) == [
        ("price", states.SUCCESS),
        ("price", states.FAILURE),
        ("price", states.SUCCESS),
    ]


@pytest.mark.usefixtures("strict_eager")
def test_the_revenue_is_the_total_of_all_orders() -> None:
    assert workflows.revenue([1, 2, 3]).apply_async().get(timeout=5) == 600


def test_a_failed_order_is_reported_instead_of_a_wrong_revenue(strict_eager: StrictEager) -> None:
    workflows.revenue([1, -1, 3]).apply_async()

    assert runs(strict_eager).count(("report_failure", states.SUCCESS)) == 1
    assert "total" not in dict(runs(strict_eager))


def test_a_chunk_is_one_message(strict_eager: StrictEager) -> None:
    workflows.prices_in_chunks([1, 2, 3, 4, 5], size=2).apply_async()

    assert [call.kwargs["it"] for call in strict_eager.calls] == [[[1], [2]], [[3], [4]], [[5]]]
    assert {call.state for call in strict_eager.calls} == {states.SUCCESS}


def test_a_map_is_one_task(strict_eager: StrictEager) -> None:
    workflows.prices_in_order([1, 2]).apply_async()

    assert runs(strict_eager) == [("map", states.SUCCESS)]


def test_a_starmap_spreads_the_arguments(strict_eager: StrictEager) -> None:
    workflows.taxes_in_order([(100, 20), (200, 10)]).apply_async()

    assert runs(strict_eager) == [("starmap", states.SUCCESS)]
    assert strict_eager.calls[0].result == [120, 220]


def test_an_export_sends_itself_until_the_end(
    strict_eager: StrictEager, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported: list[int] = []
    monkeypatch.setattr(workflows, "export_order", exported.append)

    workflows.export.delay(0, 25, 10)

    assert exported == list(range(25))
    assert [call.args for call in strict_eager.calls] == [(0, 25, 10), (10, 25, 10), (20, 25, 10)]
