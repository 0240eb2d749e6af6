@pytest.fixture
def backend(broker_url: str, result_backend_url: str) -> Iterator[Backend]:
    with connected_to(app, broker_url, result_backend_url):
        yield Backend(app=app, url=result_backend_url)
