"""What the Reconciliation Service API lets a service answer, as JSON Schema (draft 2020-12).

Written from the text of the specification: version 0.2 (Final Community Group Report, 2023) and the
1.0 draft.
"""

from __future__ import annotations

from typing import Any

STRING: dict[str, Any] = {"type": "string"}
BOOLEAN: dict[str, Any] = {"type": "boolean"}
NUMBER: dict[str, Any] = {"type": "number"}


def object_of(required: dict[str, Any], optional: dict[str, Any], closed: bool = False) -> Any:
    return {
        "type": "object", "required": list(required), "properties": {**required, **optional},
        "additionalProperties": not closed,
    }  # fmt: skip


def list_of(items: Any) -> Any:
    return {"type": "array", "items": items}


def template(variable: str) -> Any:
    return object_of({"url": {"type": "string", "pattern": variable}}, {})


TYPE = object_of({"id": STRING, "name": STRING}, {"broader": list_of(STRING)})
TYPE_OR_ID = {"oneOf": [object_of({"id": STRING}, {"name": STRING}), STRING]}
SERVICE = object_of(
    {}, {"service_url": STRING, "service_path": STRING, "flyout_service_url": STRING,
         "flyout_service_path": {"type": "string", "pattern": r"\$\{id\}"}}
)  # fmt: skip
SETTING_02 = object_of(
    {"type": {"enum": ["number", "text", "checkbox", "select"]}, "label": STRING, "name": STRING},
    {"default": True, "help_text": STRING},
)
SETTING_10 = object_of(
    {"type": {"enum": ["number", "text", "checkbox", "select"]}, "id": STRING, "name": STRING},
    {"default": True, "helpText": STRING},
)

MANIFEST_02 = object_of(
    {
        "versions": {"type": "array", "items": STRING, "contains": {"const": "0.2"}},
        "name": STRING, "identifierSpace": STRING, "schemaSpace": STRING,
    },
    {
        "documentation": STRING, "serviceVersion": STRING, "logo": STRING,
        "view": template(r"\{\{id\}\}"), "feature_view": template(r"\{\{id\}\}"),
        "defaultTypes": {**list_of(TYPE), "uniqueItems": True},
        "suggest": object_of({}, {"entity": SERVICE, "property": SERVICE, "type": SERVICE}),
        "preview": object_of(
            {"url": {"type": "string", "pattern": r"\{\{id\}\}"},
             "width": {"type": "integer"}, "height": {"type": "integer"}}, {}),
        "extend": object_of(
            {}, {"propose_properties": SERVICE, "property_settings": list_of(SETTING_02)}),
    },
)  # fmt: skip
MANIFEST_10 = object_of(
    {
        "versions": {"type": "array", "items": STRING, "contains": {"const": "1.0-draft"}},
        "name": STRING, "view": template(r"\{.*id.*\}"),
    },
    {
        "documentation": STRING, "serviceVersion": STRING, "logo": STRING,
        "defaultTypes": {**list_of(TYPE), "uniqueItems": True},
        "suggest": object_of({"entity": BOOLEAN, "property": BOOLEAN, "type": BOOLEAN}, {}),
        "preview": object_of({"width": {"type": "integer"}, "height": {"type": "integer"}}, {}),
        "extend": object_of(
            {}, {"proposeProperties": BOOLEAN, "propertySettings": list_of(SETTING_10)}),
        "standardizedScore": BOOLEAN,
    },
)  # fmt: skip

_FEATURE = {"id": STRING, "name": STRING, "value": {"type": ["boolean", "number"]}}
_ABOUT = {
    "description": STRING, "match": BOOLEAN, "type": list_of(TYPE_OR_ID),
    "features": list_of(object_of(_FEATURE, {})),
}  # fmt: skip
RESULTS_02 = {
    "type": "object",
    "additionalProperties": object_of(
        {"result": list_of(object_of({"id": STRING, "name": STRING, "score": NUMBER}, _ABOUT))}, {}
    ),
}
RESULTS_10 = object_of(
    {
        "results": list_of(
            object_of(
                {
                    "candidates": list_of(
                        object_of(
                            {"id": STRING, "name": STRING},
                            {**_ABOUT, "image": STRING,
                             "score": {"type": "number", "minimum": 0, "maximum": 100}},
                        )
                    )
                },
                {},
            )
        )
    },
    {},
)  # fmt: skip

VALUE = {
    "oneOf": [
        object_of({}, {}, closed=True),
        object_of({"id": STRING, "name": STRING}, {"description": STRING}, closed=True),
        object_of({"str": STRING}, {}, closed=True),
        object_of({"float": NUMBER}, {}, closed=True),
        object_of({"int": {"type": "integer"}}, {}, closed=True),
        object_of(
            {"date": {"type": "string", "pattern": r"^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d.*$"}},
            {}, closed=True,
        ),
    ]
}  # fmt: skip
META = list_of(
    object_of(
        {"id": STRING, "name": STRING},
        {"type": object_of({"id": STRING}, {"name": STRING}),
         "service": {"type": "string", "pattern": "^https?://"}},
    )
)  # fmt: skip
EXTENSION_02 = object_of(
    {
        "meta": META,
        "rows": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": list_of(VALUE)},
        },
    },
    {},
)
EXTENSION_10 = object_of(
    {
        "meta": META,
        "rows": list_of(
            object_of(
                {
                    "id": STRING,
                    "properties": list_of(object_of({"id": STRING, "values": list_of(VALUE)}, {})),
                },
                {},
            )
        ),
    },
    {},
)
PROPOSAL = object_of(
    {"properties": list_of(object_of({"id": STRING, "name": STRING}, {"description": STRING}))},
    {"type": STRING, "limit": NUMBER},
)
SUGGESTIONS = object_of(
    {
        "result": list_of(
            object_of(
                {"id": STRING, "name": STRING},
                {"description": STRING, "notable": list_of(TYPE_OR_ID)},
            )
        )
    },
    {},
)
