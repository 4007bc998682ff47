"""Questions of many parameters, read at once: the framework takes parameters apart one by one, which cost more than to answer them."""

from __future__ import annotations

from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

Asked = TypeVar("Asked", bound=BaseModel)


def read(model: type[Asked], request: Request) -> Asked:
    """The query of a request as this model; raises RequestValidationError, which never holds what was sent."""
    try:
        return model.model_validate(dict(request.query_params))
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([{**one, "loc": ("query", *one["loc"])} for one in wrong]) from None


def described(model: type[BaseModel]) -> dict[str, Any]:
    """What the contract says of such a question: each field is a parameter of the query. For ``openapi_extra``."""
    schema = model.model_json_schema()
    shared = schema.get("$defs", {})
    return {"parameters": [_parameter(name, one, shared) for name, one in schema["properties"].items()]}


def _parameter(name: str, schema: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    told = {"description": schema["description"]} if "description" in schema else {}
    return {"name": name, "in": "query", "required": False, **told, "schema": _inlined(schema, shared)}


def _inlined(schema: Any, shared: dict[str, Any]) -> Any:
    """The schema with what it refers to in its place."""
    if isinstance(schema, list):
        return [_inlined(one, shared) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return shared[schema["$ref"].rpartition("/")[2]]
    return {name: _inlined(one, shared) for name, one in schema.items()}
