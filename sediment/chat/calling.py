"""One call to an OpenAI-compatible endpoint: it ends at its deadline whatever the server does, and what went wrong comes back as a value.

Exceptions of the libraries stay in here: their texts, and those of the exceptions chained to them, may hold the key."""

from __future__ import annotations

import functools
import logging
import os
import queue
import re
import ssl
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sediment.chat.endpoints import Endpoint
from sediment.errors import ModelCut, ModelError, ModelFiltered, ModelRefused, ModelTimeout
from sediment.evidence import estimate_tokens, parse_json
from sediment.models import Reply

if TYPE_CHECKING:
    import httpx
    from langchain_core.messages import AIMessage
    from langchain_openai import ChatOpenAI
    from openai import APIStatusError


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong in one call, and whether to ask again."""

    error: ModelError
    again: bool = False
    plain: bool = False  # ask again without JSON mode and extras
    broken: bool = False  # an unusable reply: asking twice is enough
    wait: float = 0.0  # seconds that the server asks for
    tokens: int = 0  # paid for nothing


@dataclass(frozen=True, slots=True)
class Prompt:
    system: str
    user: str
    json: bool
    plain: bool = False  # without JSON mode and extras, for endpoints that refuse them


def call(endpoint: Endpoint, prompt: Prompt, seconds: float) -> Reply | Fault:
    """The reply, within `seconds`.

    httpx's timeouts are per read, so a server that drips never meets them: the call runs in a thread that is left behind at the deadline."""
    import httpx

    box: queue.SimpleQueue[Reply | Fault] = queue.SimpleQueue()
    client = httpx.Client(timeout=seconds, verify=_trusted(), trust_env=not endpoint.is_local)
    # Made out here: the first import takes seconds, which are not the server's.
    model = _model(endpoint, prompt, client)

    def work() -> None:
        outcome: Reply | Fault = Fault(ModelError(f"{endpoint.name}: the call broke off"))
        try:
            outcome = _call(endpoint, prompt, model)
        finally:
            box.put(outcome)

    threading.Thread(target=work, name=f"chat {endpoint.name}", daemon=True).start()
    try:
        return box.get(timeout=seconds)
    except queue.Empty:
        return Fault(_timeout(endpoint, seconds))
    finally:
        client.close()


def redact(text: str, key: str) -> str:
    """`text` without the key and without anything that looks like one."""
    hidden = text.replace(key, "***") if len(key) >= 4 else text
    return _SECRETS.sub(lambda match: f"{match[1] or ''}***", hidden)


_SECRETS = re.compile(
    r"((?:secret|access_token|api[_-]?key|token|password|authorization)['\"]?\s*[=:]\s*['\"]?(?:Bearer\s+)?)[^\s'\"&,}]{4,}|\b(?:sk|ak|pk|rk)[-_][\w*.-]{6,}|(Bearer\s+)[\w.~+/-]{6,}",
    re.IGNORECASE,
)
# In error texts of DeepSeek, Qwen, GLM, Kimi and OpenAI: the account is empty; the request or the reply was censored.
_NO_MONEY = re.compile(r"insufficient|quota|balance|billing|arrear|欠费|余额|资源包|exceeded_current", re.IGNORECASE)
_CENSORED = re.compile(
    r"content.?(?:filter|policy|exists risk|management)|data_inspection|inappropriate|sensitive|敏感|1301",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(
    r"context.{0,20}(?:length|window)|too (?:long|many tokens)|maximum.{0,30}tokens|range of input length|exceed.{0,20}(?:tokens|context)",
    re.IGNORECASE,
)
_FILTERED = "The provider's filter did it: leave the messages out, or use another model."
_ASK_LESS = "Ask for less: a smaller `window` in [chat]."
_LONGEST = 300  # characters of a provider's error that are kept


@functools.cache
def _trusted() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


def _model(endpoint: Endpoint, prompt: Prompt, client: httpx.Client) -> ChatOpenAI:
    """The endpoint behind langchain, whose own retries are off."""
    _be_quiet()
    from langchain_openai import ChatOpenAI

    extras: dict[str, Any] = {} if prompt.plain else {"extra_body": dict(endpoint.extra) or None}
    if prompt.json and not prompt.plain:
        extras["model_kwargs"] = {"response_format": {"type": "json_object"}}
    return ChatOpenAI(
        model=endpoint.model,
        base_url=endpoint.base_url,
        api_key=lambda: endpoint.key or "none",
        max_retries=0,
        http_client=client,
        cache=False,
        use_responses_api=False,
        **extras,
    )


def _call(endpoint: Endpoint, prompt: Prompt, model: ChatOpenAI) -> Reply | Fault:
    import openai

    started = time.monotonic()
    try:
        message = model.invoke([("system", prompt.system), ("human", prompt.user)])
    except openai.APIStatusError as error:
        return _refused(endpoint, prompt, error)
    except openai.ContentFilterFinishReasonError:
        return _filtered(endpoint)
    except openai.LengthFinishReasonError as error:
        return _cut(endpoint, error.completion.usage.total_tokens if error.completion.usage else 0)
    except openai.APITimeoutError:
        return Fault(_timeout(endpoint, time.monotonic() - started), again=True)
    except openai.APIError as error:
        return Fault(
            ModelError(f"{endpoint.name}: {_said(error, endpoint)}", hint="Is the endpoint reachable? Try again."),
            again=True,
        )
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        # Replies with status 200 that are no chat completion: an error object, a page of HTML, no choices.
        return _broken(endpoint, f"no chat completion: {_said(error, endpoint)}")
    return _judged(endpoint, prompt, message, time.monotonic() - started)


def _be_quiet() -> None:
    """No traces to LangSmith, whatever the user's environment says, and no log lines: they hold addresses and prompts."""
    for name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGCHAIN_TRACING"):
        os.environ[name] = "false"
    for name in ("httpx", "httpcore", "openai", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _judged(endpoint: Endpoint, prompt: Prompt, message: AIMessage, seconds: float) -> Reply | Fault:
    """The reply, when it is whole and what was asked for."""
    text, usage = str(message.text).strip(), message.usage_metadata
    spent_in = usage["input_tokens"] if usage else estimate_tokens(prompt.system + prompt.user)
    spent_out = usage["output_tokens"] if usage else estimate_tokens(text)
    reason = message.response_metadata.get("finish_reason")
    if reason in ("content_filter", "sensitive") or message.additional_kwargs.get("refusal"):
        return _filtered(endpoint, spent_in + spent_out)
    if reason == "length":
        return _cut(endpoint, spent_in + spent_out)
    if not text:
        return _broken(endpoint, "an empty reply", spent_in)
    if prompt.json:
        try:
            parse_json(text)
        except ModelError:
            return _broken(endpoint, "a reply that is no JSON object", spent_in + spent_out)
    return Reply(text, spent_in, spent_out, seconds)


def _filtered(endpoint: Endpoint, tokens: int = 0) -> Fault:
    return Fault(ModelFiltered(f"{endpoint.name}: the request was refused", hint=_FILTERED), tokens=tokens)


def _cut(endpoint: Endpoint, tokens: int) -> Fault:
    return Fault(ModelCut(f"{endpoint.name}: the reply was cut at the model's limit", hint=_ASK_LESS), tokens=tokens)


def _broken(endpoint: Endpoint, what: str, tokens: int = 0) -> Fault:
    return Fault(
        ModelError(f"{endpoint.name}: {what}", hint="Try again, or use another model."),
        again=True,
        broken=True,
        tokens=tokens,
    )


def _refused(endpoint: Endpoint, prompt: Prompt, error: APIStatusError) -> Fault:
    """What an HTTP status means for us."""
    status, said = error.status_code, _said(error, endpoint)
    what = f"{endpoint.name}: HTTP {status}: {said}"
    if status in (401, 403):
        return Fault(ModelRefused(what, hint="Check the key, and that it may use this model."))
    if status in (402, 429) and _NO_MONEY.search(said):
        return Fault(ModelRefused(what, hint="The account has no balance or quota left."))
    if _CENSORED.search(said):
        return Fault(ModelFiltered(what, hint=_FILTERED))
    if status in (400, 413, 422) and _TOO_LONG.search(said):
        return Fault(ModelCut(what, hint=_ASK_LESS))
    if status in (400, 404, 422) and not prompt.plain:
        return Fault(ModelError(what, hint="Check the model's name and the address."), again=True, plain=True)
    if status in (408, 409, 425, 429) or status >= 500:
        return Fault(
            ModelError(what, hint="The provider is overloaded: try again later."), again=True, wait=_retry_after(error)
        )
    return Fault(ModelError(what, hint="Check the model's name and the address."))


def _retry_after(error: APIStatusError) -> float:
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "0")))
    except ValueError:  # a date: our own pauses will do
        return 0.0


def _said(error: Exception, endpoint: Endpoint) -> str:
    return redact(" ".join(str(error).split()), endpoint.key)[:_LONGEST]


def _timeout(endpoint: Endpoint, seconds: float) -> ModelTimeout:
    return ModelTimeout(
        f"{endpoint.name}: no reply within {seconds:.0f} s", hint="Raise `deadline` in [chat], or lower `window`."
    )
