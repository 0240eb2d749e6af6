# JSON in a signed envelope, and nothing else: who can write to the broker or the result backend
# cannot bring a worker arguments that no trusted key has signed. A task's name, id and times are
# headers, which are not signed. What is sent can be read by whoever can read there: it is signed,
# not encrypted. Results are signed because chords call tasks with them.
accept_content = ["auth"]
task_serializer = "auth"
result_serializer = "auth"
event_serializer = "auth"
security_key = str(_settings.security_key)
security_certificate = str(_settings.security_certificate)
security_cert_store = str(_settings.security_cert_store)
