

@pytest.mark.usefixtures("role")
def test_a_request_to_connect_to_the_database_is_signed_as_botocore_does() -> None:
    host = "my-database.xxxxxx.eu-central-1.rds.amazonaws.com"
    client = identity._session().create_client("rds", region_name="eu-central-1")
    for _ in range(3):  # Both say in which second they were signed.
        expected = client.generate_db_auth_token(DBHostname=host, Port=5433, DBUsername="me")
        if identity.token("rds", f"scheme://me@{host}:5433/shop?sslmode=verify-full") == expected:
            return
    pytest.fail("another token")
