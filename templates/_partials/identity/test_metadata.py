

class Metadata(BaseHTTPRequestHandler):
    """What a cloud says of the machine to processes on it."""

    def do_GET(self) -> None:
        seconds = 3600
        answer = {
            "access_token": f"token {len(self.server.asked)}",  # type: ignore[attr-defined]
            "expires_in": seconds,
            "expires_on": str(int(time.time()) + seconds),
            "token_type": "Bearer",
            "aliases": ["default"],
            "email": "me@example.org",
            "scopes": [],
        }
        if "token" in self.path or "resource=" in self.path:
            self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Metadata-Flavor", "Google")
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def metadata(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Metadata) as server:
        server.asked = []  # type: ignore[attr-defined]
        address = f"127.0.0.1:{server.server_port}"
        for name in ("GOOGLE_APPLICATION_CREDENTIALS", "AZURE_CLIENT_ID", "AZURE_TENANT_ID"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
        monkeypatch.setenv("GCE_METADATA_HOST", address)
        monkeypatch.setenv("GCE_METADATA_IP", address)
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://{address}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", "of this process")
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
