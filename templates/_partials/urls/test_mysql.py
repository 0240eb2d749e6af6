REFUSED = [
    ("db.example.com/shop", "without ssl_ca any certificate is taken"),
    ("93.184.215.14:3306/shop", "without ssl_ca any certificate is taken"),
    ("db.example.com/shop?ssl_cert=/x", "without ssl_ca any certificate is taken"),
    ("db/shop?ssl_ca=/x&ssl_check_hostname=false", "take ssl_check_hostname out"),
    ("db/shop?ssl_ca=/x&ssl_verify_cert=false", "take ssl_verify_cert out"),
    ("db/shop?ssl_ca=/x&ssl_disabled=false", "take ssl_disabled out"),
    ("db/shop?ssl_ca=/x&ssl_disabled=true", "ssl_disabled=true turns TLS off"),
]
ACCEPTED = [
    "localhost/shop",
    "mariadb:3306/shop",
    "10.0.0.7/shop",
    "mysql.shop.svc/shop",
    "db.example.com/shop?ssl_ca=/run/tls/ca.pem",
    "db.example.com/shop?ssl_disabled=true",
]
