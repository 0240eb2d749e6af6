"""Changes a TOML document where its value has to change, and nowhere else; tomlkit keeps the rest as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celery_scaffold.structure.values import BeyondError, keys_of, value_of

if TYPE_CHECKING:
    from celery_scaffold.structure.values import Value

_MOST_CHANGES = 100


def edited(text: str, wanted: Value, new: str) -> str:
    """The text with the value that is wanted; what it lacks is taken from `new`, with the comments above it.

    Raises:
        ValueError: one of the texts does not parse, or the edited one would not.
        BeyondError: tomlkit cannot make the change.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        for _ in range(_MOST_CHANGES):
            have, source = tomlkit.parse(text), tomlkit.parse(new)
            if _value(have) == wanted:
                return text
            if not isinstance(wanted, dict) or have.as_string() != text:
                raise BeyondError
            text = _changed(have, wanted, source)
    except (TOMLKitError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # What tomlkit raises for tables that are scattered over a document is not only its own errors.
        raise BeyondError from error
    raise BeyondError


def _changed(document: Any, wanted: dict[str, Value], source: Any) -> str:
    """The document with one change."""
    missing = _change_table(document, wanted, source, ())
    text: str = document.as_string()
    return f"{text.rstrip()}\n\n{missing}" if missing else text


def _change(have: Any, wanted: Value, source: Any, path: tuple[str, ...]) -> str | None:
    """Changes one thing below a table or list; what returns is to be appended, None where it has to be replaced."""
    if isinstance(wanted, dict) and isinstance(have, dict) and isinstance(source, dict):
        return _change_table(have, wanted, source, path)
    if isinstance(wanted, list) and isinstance(have, list) and isinstance(source, list):
        return _change_list(have, wanted, source, path)
    return None


def _change_table(have: Any, wanted: dict[str, Value], source: Any, path: tuple[str, ...]) -> str:
    for key in list(have):
        if key not in wanted:
            del have[key]
            return ""
    for key, value in wanted.items():
        if key not in have:
            return _add(have, key, source, path)
        if _value(have[key]) != value:
            missing = _change(have[key], value, source[key], (*path, key))
            if missing is None:
                have[key] = _with_trivia_of(have[key], source[key])
            return missing or ""
    raise BeyondError


def _change_list(have: Any, wanted: list[Value], source: Any, path: tuple[str, ...]) -> str:
    found = keys_of(_values(have), wanted, _values(source))
    if found is None:
        raise BeyondError
    names, targets, names_new = found
    for place, name in enumerate(names):
        if name not in targets:
            del have[place]
            return ""
    for place, name in enumerate(targets):
        if name not in names:
            have.insert(place, _set_apart(source[names_new.index(name)]))
            return ""
        if _value(have[place]) != wanted[place]:
            item = source[names_new.index(name)]
            missing = _change(have[place], wanted[place], item, path)
            if missing is None:
                have[place] = item
            elif missing:
                raise BeyondError  # a table below one of several tables of one name
            return ""
    raise BeyondError


def _add(have: Any, key: str, source: Any, path: tuple[str, ...]) -> str:
    """Puts a key of the new template behind its neighbour there; a table goes to the end of the document."""
    from tomlkit.items import AoT, InlineTable, Table

    if isinstance(have, InlineTable):
        have.append(key, source[key])
        return ""
    if isinstance(source[key], (AoT, Table)):
        return _rendered(_body(source), key, path)
    line = _rendered(_body(source), key, ())
    keys = [name for name in source if name in have and not isinstance(have[name], (AoT, Table))]
    earlier = [name for name in keys if list(source).index(name) < list(source).index(key)]
    if earlier:
        have[earlier[-1]].trivia.trail += line
    elif path:
        have.trivia.trail += line
    else:
        raise BeyondError
    return ""


def _rendered(body: list[tuple[Any, Any]], key: str, path: tuple[str, ...]) -> str:
    """A key of a table as it is written there, below the tables of `path`, with the comments above it."""
    import tomlkit
    from tomlkit.items import Comment

    place = next(place for place, (name, _) in enumerate(body) if name is not None and name.key == key)
    first = place
    while first and isinstance(body[first - 1][1], Comment):
        first -= 1
    comments = "".join(item.as_string() for _, item in body[first:place])
    document = tomlkit.document()
    table: Any = document
    for name in path:
        table.append(name, tomlkit.table(is_super_table=True))
        table = table[name]
    table.append(*body[place])
    return comments + document.as_string().rstrip() + "\n"


def _body(table: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = table.body if hasattr(table, "body") else table.value.body
    return found


def _with_trivia_of(old: Any, new: Any) -> Any:
    """The new item where the old one was, with its comment."""
    new.trivia.indent, new.trivia.trail = old.trivia.indent, old.trivia.trail
    if old.trivia.comment:
        new.trivia.comment_ws, new.trivia.comment = old.trivia.comment_ws, old.trivia.comment
    return new


def _set_apart(item: Any) -> Any:
    """An item for a list; a table of several with one name has a blank line before it."""
    from tomlkit.items import Table

    if isinstance(item, Table):
        item.trivia.indent = "\n"
    return item


def _value(item: Any) -> Value:
    return value_of(item.unwrap() if hasattr(item, "unwrap") else item)


def _values(items: Any) -> list[Value]:
    return [_value(item) for item in items]
