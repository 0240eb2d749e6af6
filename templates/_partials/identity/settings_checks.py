{% import "partials/python.jinja" as python with context %}

{{ python.spread("    @field_validator(", cookiecutter._identity.login_fields, ")") }}
    @classmethod
    def _is_a_password_or_a_token(cls, login: str, others: ValidationInfo) -> str:
        """Both would leave open which one counts, and without TLS a token is anybody's."""
        side = str(others.field_name).removesuffix("_login")
        url = others.data.get(f"{side}_url")
        if login != "password" and url:
            if others.data.get(f"{side}_password") or urlsplit(url.get_secret_value()).password:
                raise ValueError("there is a password as well: leave it out, or take this out")
            check_use(url.get_secret_value())
        return login
{% for side in cookiecutter._identity.sides %}

    @property
    def {{ side }}_logs_in(self) -> bool:
        """Whether each connection to the {{ side | replace("_", " ") }} asks for a password or a token."""
        return self.{{ side }}_password is not None or self.{{ side }}_login != "password"
{% endfor %}
