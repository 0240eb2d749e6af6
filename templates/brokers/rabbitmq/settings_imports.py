from pydantic import SecretStr, ValidationError, field_validator
