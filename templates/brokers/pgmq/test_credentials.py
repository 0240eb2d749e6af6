

@pytest.mark.parametrize("setting", ["broker_password"])
def test_libpq_is_told_the_user_of_the_url_and_the_password_of_the_file(file: Path) -> None:
    told = credentials.libpq_parameters("pgmq://shop@host:5433/queues?target_session_attrs=any")
    assert told == {
        "user": "shop",
        "password": file.read_text().strip(),
        "host": "host",
        "port": "5433",
        "dbname": "queues",
        "target_session_attrs": "any",
    }


@pytest.mark.parametrize("setting", ["broker_password"])
def test_libpq_is_told_a_password_with_any_characters(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.delenv(f"{ENV_PREFIX}BROKER_PASSWORD_FILE")
    assert file.exists()
    told = credentials.libpq_parameters("pgmq://u:a%20%27%5C%40%2Fb@h/d")
    assert told["password"] == "a '\\@/b"  # noqa: S105 - of no server
