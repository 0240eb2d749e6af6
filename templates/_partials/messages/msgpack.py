# MessagePack carries bytes as they are, which JSON cannot. JSON is read as well: what waits from
# before, and what programs of others send. But no pickle: unpickling runs whatever somebody who can
# write to the broker put there.
accept_content = ["msgpack", "json"]
task_serializer = "msgpack"
result_serializer = "msgpack"
