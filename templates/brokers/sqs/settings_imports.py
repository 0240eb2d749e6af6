from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
