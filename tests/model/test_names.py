import keyword
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.names import package_name, project_name, queue_name


@pytest.mark.parametrize("name", ["shop", "my-shop", "my_shop", "a1", "order-events2", "x" * 40])
def test_usable_names_are_taken_as_they_are(name: str) -> None:
    assert project_name(name) == name


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("", " is 0 long"),
        ("x", " is 1 long"),
        ("x" * 41, " is 41 long"),
        ("x" * 200, " is 200 long"),
        ("../shop", "not usable"),
        ("/etc/shop", "not usable"),
        ("shop/../..", "not usable"),
        ("{{ cookiecutter }}", "not usable"),
        ("{%raw%}", "not usable"),
        ("sh op", "not usable"),
        ("shop\n", "not usable"),
        ("sh\x00op", "not usable"),
        ("-shop", "not usable"),
        ("shop-", "not usable"),
        ("sh--op", "not usable"),
        ("1shop", "not usable"),
        ("Shop", "not usable"),
        ("shöp", "not usable"),
        ("class", "keyword"),
        ("match", "keyword"),
        ("nul", "reserved"),
        ("json", "Python's own module"),
        ("email", "Python's own module"),
        ("celery", "installed package"),
        ("redis", "installed package"),
        ("jinja2", "installed package"),
    ],
)
def test_unusable_names_are_refused_with_the_reason(name: str, because: str) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        project_name(name)
    assert because in refusal.value.message
    assert refusal.value.hint


@given(st.text(max_size=60))
def test_whatever_is_accepted_is_an_identifier_that_hides_nothing(text: str) -> None:
    try:
        name = project_name(text)
    except ScaffoldError as refusal:
        assert "\n" not in refusal.message  # noqa: PT017
        return
    package = name.replace("-", "_")
    assert package.isidentifier()
    assert not keyword.iskeyword(package)
    assert package not in sys.stdlib_module_names


def test_a_package_may_differ_from_the_project() -> None:
    assert package_name("shop_tasks") == "shop_tasks"
    with pytest.raises(ScaffoldError):
        package_name("shop-tasks")


def test_a_queue_may_be_called_like_a_module_of_python() -> None:
    assert queue_name("email") == "email"
