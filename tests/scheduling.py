"""How pytest-xdist spreads the tests over its processes.

`--dist loadgroup` would do, but xdist 3.8 tells groups by a suffix of node ids that pytest 9.2 ignores, and then shares
out the tests as if they had no group: https://github.com/pytest-dev/pytest-xdist/issues/1386
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

# Their tests share what takes long to make.
TOGETHER = (
    "test_failover.py",
    "test_packaging.py",
    "test_rules_kept.py",
    "test_signed_stack.py",
    "test_sqs_faults.py",
    "test_switch.py",
    "test_tls_hosts.py",
    "test_tls_sentinel.py",
)
# And these what is made anew for each value of their one parameter, such as the containers of a stack, or the
# projects with one broker.
TOGETHER_BY_PARAMETER = ("test_acceptance.py", "test_combinations.py", "test_stacks.py", "test_tls.py")


class ByModule(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """The tests of some modules stay in one process, or those of one parameter; all others go where there is room."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if module.endswith(TOGETHER_BY_PARAMETER):
            return f"{module}[{nodeid.rpartition('[')[2]}"
        return module if module.endswith(TOGETHER) else nodeid
