@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_children_do_not_read_on_the_connection_of_their_parent(backend: Backend) -> None:
    keys = [f"test-{uuid4()}" for _ in range(6)]
    for key in keys:
        backend.set(key, key)  # leaves a connection open, which a child inherits

    def read(key: str) -> None:
        os._exit(0 if {backend.get(key) for _ in range(50)} == {{ kept }} else 1)

    fork = get_context("fork")
    children = [fork.Process(target=read, args=(key,)) for key in keys]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * len(keys)
