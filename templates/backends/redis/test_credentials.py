

@pytest.mark.parametrize("setting", ["result_backend_password"])
@pytest.mark.parametrize(
    ("url", "login"), [("redis://host/0", ("first",)), ("redis://shop@host/0", ("shop", "first"))]
)
def test_the_client_is_told_the_user_of_the_result_backend_url_and_the_password_of_the_file(
    monkeypatch: pytest.MonkeyPatch, file: Path, url: str, login: tuple[str, ...]
) -> None:
    assert file.exists()
    monkeypatch.setenv(f"{ENV_PREFIX}RESULT_BACKEND_URL", url)
    get_settings.cache_clear()
    assert credentials.ResultBackendPassword().get_credentials() == login
