"""compose.yaml, as far as it repeats what the topology says."""

import re
from pathlib import Path

import pytest

from standard_sqs.topology import QUEUES, WorkQueue

COMPOSE = (Path(__file__).parents[2] / "compose.yaml").read_text()


@pytest.mark.parametrize("queue", QUEUES.values(), ids=QUEUES)
def test_the_container_of_a_worker_is_killed_after_its_grace_period(queue: WorkQueue) -> None:
    pattern = rf"^  worker-{queue.key}:\n(?:    .*\n)*?    stop_grace_period: (\d+)s$"
    assert re.findall(pattern, COMPOSE, re.MULTILINE) == [str(queue.stop_grace_period)]
