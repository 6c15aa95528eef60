"""What every model is made of: nothing that came is lost, and a field that cannot be read takes nothing else with it."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationError,
    model_serializer,
    model_validator,
)
from typing_extensions import Self

T = TypeVar("T")


class DecodeError(Exception):
    """What came is not what it should be: where it differs, and the text itself."""

    def __init__(self, what: str, pointer: str, reason: str, raw: str) -> None:
        super().__init__(f"{what}: {pointer or '/'}: {reason}")
        self.what = what
        self.pointer = pointer
        self.reason = reason
        self.raw = raw


@dataclass(frozen=True)
class Defect:
    """A place of what came that could not be read."""

    pointer: str
    expected: str
    found: Any

    def __str__(self) -> str:
        return f"{self.pointer}: {self.expected}, found {self.found!r}"


_strict: ContextVar[bool] = ContextVar("strict", default=False)


@contextmanager
def strict() -> Generator[None]:
    """Inside, what cannot be read is an error: nothing is taken for absent."""
    token = _strict.set(True)
    try:
        yield
    finally:
        _strict.reset(token)


class Sent(BaseModel):
    """What a bot sends: what is required has to be given."""

    model_config = ConfigDict(extra="allow", populate_by_name=True, protected_namespaces=(), defer_build=True)

    # Fields that always hold the same word and are never left out.
    tags: ClassVar[frozenset[str]] = frozenset()

    def model_post_init(self, context: Any, /) -> None:
        """Has the tags written with what was given."""
        self.model_fields_set.update(self.tags)

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it; what was not given is left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class Received(BaseModel):
    """What an implementation sends: any field may be absent, and what came is kept as it came.

    A field that cannot be read is `None`; `defects` has the place, what was expected and what was found. `raw` is the whole.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        protected_namespaces=(),
        defer_build=True,
        coerce_numbers_to_str=True,
        frozen=True,
    )

    # Fields without which the kind of the object is unknown.
    essential: ClassVar[frozenset[str]] = frozenset()
    # Fields that the contract requires, by the key on the wire.
    required: ClassVar[frozenset[str]] = frozenset()

    _raw: Mapping[str, Any] | None = PrivateAttr(default=None)
    _own_defects: tuple[Defect, ...] = PrivateAttr(default=())

    @model_validator(mode="wrap")
    @classmethod
    def _leniently(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(data, dict):
            return handler(data)
        came = cast("dict[str, Any]", data)
        missing = [key for key in sorted(cls.required) if key not in came]
        defects = [Defect(f"/{key}", "a value that is required", None) for key in missing]
        if _strict.get() and missing:
            raise ValueError(f"/{missing[0]} is required and missing")
        try:
            model = handler(came)
        except ValidationError as error:
            if _strict.get():
                raise
            readable = dict(came)
            for problem in error.errors(include_url=False, include_context=False):
                key = str(problem["loc"][0]) if problem["loc"] else ""
                if key not in came or key in cls.essential:
                    raise
                pointer = "".join(f"/{step}" for step in problem["loc"])
                defects.append(Defect(pointer, problem["msg"], problem["input"]))
                readable.pop(key, None)
            model = handler(readable)
        model._raw = came
        model._own_defects = tuple(defects)
        return model

    @model_serializer(mode="wrap")
    def _as_it_came(self, handler: SerializerFunctionWrapHandler) -> Any:
        return handler(self) if self._raw is None else dict(self._raw)

    @property
    def raw(self) -> Mapping[str, Any]:
        """The object as it came."""
        return self.to_dict() if self._raw is None else self._raw

    @property
    def defects(self) -> list[Defect]:
        """What here, and below, is not as the contract says."""
        found = list(self._own_defects)
        for name, field in type(self).model_fields.items():
            for step, model in _models(getattr(self, name)):
                key = field.alias or name
                found += [Defect(f"/{key}{step}{it.pointer}", it.expected, it.found) for it in model.defects]
        return found

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it: what came, or what was given."""
        dumped: Any = self.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return dict(dumped)


def _models(value: object) -> Iterator[tuple[str, Received]]:
    if isinstance(value, Received):
        yield "", value
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[object]", value)):
            for step, model in _models(item):
                yield f"/{index}{step}", model


class Unknown(Received):
    """An object of a kind that no contract describes, whole."""


def decode(adapter: TypeAdapter[T], what: str, text: str | bytes) -> T:
    """Reads JSON as a type."""
    raw = text if isinstance(text, str) else text.decode("utf-8", "replace")
    try:
        return decode_value(adapter, what, json.loads(raw), raw)
    except (ValueError, RecursionError) as error:
        raise DecodeError(what, "", str(error), raw) from error


def decode_value(adapter: TypeAdapter[T], what: str, value: Any, raw: str | None = None) -> T:
    """Reads a value of JSON as a type."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False)[0]
        steps = [str(step) for step in problem["loc"]]
        pointer = "".join(f"/{step}" for step in steps)
        text = json.dumps(value, ensure_ascii=False) if raw is None else raw
        raise DecodeError(what, pointer, problem["msg"], text) from error
