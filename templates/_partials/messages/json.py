# JSON and nothing else: unpickling runs whatever somebody who can write to the broker put there.
accept_content = ["json"]
task_serializer = "json"
result_serializer = "json"
