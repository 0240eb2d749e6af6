"""What the tests of the workflows put into the workers, beside probes.py."""

from {{ cookiecutter._project.package }} import workflows
{% include "broker/workflow_probes_imports.py" %}

from tests.integration.journal import hold, write

#: The order at which a worker waits to be killed, until the test releases it.
HELD = 25


def _export_order(order: int) -> None:
    write("exported", order=order)
    if order == HELD:
        hold("export")


workflows.export_order = _export_order
{% include "broker/workflow_probes.py" %}
