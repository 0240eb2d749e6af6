REFUSED = [
    ("db.example.com/shop", "add tls=true"),
    ("mongo:27017,db.example.com:27017/shop", "add tls=true"),
    ("[2606:4700::1]:27017/shop", "add tls=true"),
    ("mongo/shop?tls=true;tlsInsecure=true", "write & between its options"),
    ("mongo/shop?tls=true&tlsInsecure=true", "take tlsInsecure out"),
    (
        "mongo/shop?tls=true&tlsallowinvalidhostnames=true",
        "take tlsAllowInvalidHostnames out",
    ),
]
ACCEPTED = [
    "localhost/shop",
    "mongo-1:27017,mongo-2:27017/shop?replicaSet=rs0",
    "10.0.0.7:27017/shop",
    "[fd00::7]:27017/shop",
    "db.example.com/shop?tls=true",
    "db.example.com/shop?tls=false",
]
