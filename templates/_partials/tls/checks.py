{% import "partials/python.jinja" as python with context %}

{{ python.spread("    @field_validator(", cookiecutter._tls.file_fields, ")") }}
    @classmethod
    def _is_used(cls, file: Path | None, others: ValidationInfo) -> Path | None:
        server = str(others.field_name).removesuffix("_ca_file").removesuffix("_certificate_file")
        if file is not None and f"{server}_url" in others.data:
            check_use(others.data[f"{server}_url"].get_secret_value())
        return file

{{ python.spread("    @field_validator(", cookiecutter._tls.key_fields, ")") }}
    @classmethod
    def _fits_its_certificate(cls, key: Path | None, others: ValidationInfo) -> Path | None:
        certificate = str(others.field_name).replace("_key_", "_certificate_")
        if certificate in others.data:
            check_pair(others.data[certificate], key)
        return key
