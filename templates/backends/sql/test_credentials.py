

@pytest.mark.parametrize("setting", ["result_backend_password"])
def test_the_database_is_told_the_password_of_the_file(file: Path) -> None:
    assert file.exists()
    engine = create_engine("sqlite://")
    credentials.log_in_with_present_password(engine)
    with pytest.raises(TypeError, match="password"):  # which SQLite's driver does not take
        engine.connect()
