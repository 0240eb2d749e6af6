"""Keys are made, and replaced in three steps between which every message is taken."""

from pathlib import Path

import pytest
from celery.exceptions import SecurityError
from celery.security.certificate import Certificate, FSCertStore
from celery.security.key import PrivateKey
from celery.security.serialization import SecureSerializer

from {{ cookiecutter._project.package }}.signing import Keys


def process(keys: Keys) -> SecureSerializer:
    """Sign and verify with the files as they are now, at the start of a process."""
    return SecureSerializer(
        PrivateKey(keys.key.read_text()),
        Certificate(keys.certificate.read_text()),
        FSCertStore(str(keys.trusted)),
    )


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    made = Keys(tmp_path / "signing")
    made.make()
    return made


def test_only_the_owner_enters_the_directory_and_a_key_that_is_there_stays(keys: Keys) -> None:
    assert keys.key.parent.stat().st_mode & 0o777 == 0o700
    before = keys.key.read_bytes()
    keys.make()
    assert keys.key.read_bytes() == before


def test_what_an_unknown_key_has_signed_is_refused(keys: Keys, tmp_path: Path) -> None:
    other = Keys(tmp_path / "other")
    other.make()
    with pytest.raises(SecurityError, match="Unknown certificate"):
        process(keys).deserialize(process(other).serialize("x"))


def test_each_step_takes_what_the_step_before_has_signed(keys: Keys) -> None:
    before = process(keys)
    keys.announce()
    announced = process(keys)
    keys.use()
    using = process(keys)
    for sender, reader in [(before, announced), (announced, before)]:
        assert reader.deserialize(sender.serialize("x")) == "x"
    for sender, reader in [(before, using), (announced, using), (using, announced)]:
        assert reader.deserialize(sender.serialize("x")) == "x"
    with pytest.raises(SecurityError, match="Unknown certificate"):
        before.deserialize(using.serialize("x"))


def test_a_key_that_is_forgotten_is_not_trusted(keys: Keys) -> None:
    old = process(keys)
    keys.announce()
    keys.use()
    keys.forget()
    new = process(keys)
    assert new.deserialize(new.serialize("x")) == "x"
    with pytest.raises(SecurityError, match="Unknown certificate"):
        new.deserialize(old.serialize("x"))


def test_the_next_key_is_announced_before_it_is_used(keys: Keys) -> None:
    with pytest.raises(SystemExit, match="announce"):
        keys.use()
