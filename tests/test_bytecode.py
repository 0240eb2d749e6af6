"""Compiled templates, kept between runs."""

from __future__ import annotations

import marshal
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jinja2 import DictLoader, Environment

from celery_scaffold.bytecode import PlainStrings, TemplateCache

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = "{% for name in names %}{{ name }},{% endfor %}"


def rendered(source: str = SOURCE, name: str = "src/shop/page.py") -> tuple[str, int]:
    """What a template renders in a run of its own, and how many templates that run compiled."""
    cache = TemplateCache.load()
    environment = Environment(loader=DictLoader({name: source}), bytecode_cache=cache, autoescape=False)  # noqa: S701
    compiled = []
    compile_ = environment.compile
    environment.compile = lambda *args, **kwargs: compiled.append(1) or compile_(*args, **kwargs)  # type: ignore[assignment,func-returns-value,method-assign]
    text = environment.get_template(name).render(names=["a", "b"])
    cache.save()
    return text, len(compiled)


def cache_file() -> Path:
    [file] = Path(os.environ["XDG_CACHE_HOME"], "celery-scaffold").iterdir()
    return file


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_a_template_is_compiled_once_and_again_when_its_source_changes() -> None:
    assert [rendered(), rendered(), rendered(SOURCE + "!"), rendered()] == [
        ("a,b,", 1),
        ("a,b,", 0),
        ("a,b,!", 1),
        ("a,b,", 0),
    ]


def test_the_template_of_a_project_with_another_name_is_not_compiled_again() -> None:
    assert [rendered(), rendered(name="src/store/page.py"), rendered(name="src/store/other.py")] == [
        ("a,b,", 1),
        ("a,b,", 0),
        ("a,b,", 1),
    ]


def damaged(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def of_another_form(file: Path) -> None:
    file.write_bytes(marshal.dumps(dict.fromkeys(marshal.loads(file.read_bytes()), b"j2\x05")))  # noqa: S302


def writable_by_others(file: Path) -> None:
    file.chmod(0o666)


@pytest.mark.parametrize("spoil", [damaged, of_another_form, writable_by_others])
def test_a_cache_that_cannot_be_trusted_costs_a_compilation(spoil: Callable[[Path], None]) -> None:
    rendered()
    spoil(cache_file())
    assert [rendered(), rendered()] == [("a,b,", 1), ("a,b,", 0)]


def test_an_unwritable_cache_directory_costs_a_compilation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert [rendered(), rendered()] == [("a,b,", 1), ("a,b,", 1)]


@pytest.mark.parametrize("text", ["src/shop/app.py", "", "100 %", "{{ name }}", "{# gone #}", "two\r\nlines\n", "{"])
def test_text_without_an_expression_renders_as_jinja_would(text: str) -> None:
    plain = Environment(keep_trailing_newline=True, autoescape=False)  # noqa: S701
    quick = Environment(keep_trailing_newline=True, autoescape=False, extensions=[PlainStrings])  # noqa: S701
    assert quick.from_string(text).render(name="x") == plain.from_string(text).render(name="x")


@pytest.mark.parametrize("path", ["/srv/{{ 7 * 7 }}/shop", "/srv/{% raw %}", "/srv/{# gone #}\r\n/shop\n"])
def test_an_absolute_path_is_data(path: str) -> None:
    quick = Environment(autoescape=False, extensions=[PlainStrings])  # noqa: S701
    assert quick.from_string(path).render() == path
