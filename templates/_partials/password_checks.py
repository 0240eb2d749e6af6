{% if cookiecutter._passwords.settings %}

    @field_validator("{{ cookiecutter._passwords.settings | join('_url", "') }}_url")
    @classmethod
    def _can_be_read(cls, urls: SecretStr) -> SecretStr:
        """Otherwise a driver says that a part of the password is no port."""
        try:
            _ = [urlsplit(url).port for url in urls.get_secret_value().split(";")]
        except ValueError:
            raise ValueError("write / ? # [ ] @ : % in its password as %2F and so on") from None
        return urls

    @field_validator("{{ cookiecutter._passwords.settings | join('_password", "') }}_password")
    @classmethod
    def _is_given_once(cls, password: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        url = info.data.get(str(info.field_name).replace("_password", "_url"))
        urls = url.get_secret_value().split(";") if url else []
        if password and any(urlsplit(one).password for one in urls):
            raise ValueError("the URL has a password as well: leave one out")
        return password
{% endif %}
