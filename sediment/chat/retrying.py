"""Asks a model until it answers or asking cannot help: retries, the budget of a run, and the log of every call."""

from __future__ import annotations

import hashlib
import itertools
import json
import threading
import time
from dataclasses import replace

from sediment.chat.calling import Fault, Prompt, call
from sediment.chat.endpoints import Endpoint
from sediment.chat.local import served
from sediment.config import ChatConfig
from sediment.errors import BudgetSpent
from sediment.evidence import estimate_tokens
from sediment.models import Reply, Request
from sediment.protocols import CallLog

ATTEMPTS = 3
_JUST_JSON = "只输出一个合法、完整的 JSON 对象，不要别的文字；写不下就少写几条。"


class PatientModel:
    """A ChatModel on one endpoint. Safe to use from several threads; they share the budget."""

    def __init__(self, endpoint: Endpoint, config: ChatConfig, log: CallLog, system: str, pause: float = 1.0) -> None:
        self._endpoint, self._config, self._log, self._system, self._pause = endpoint, config, log, system, pause
        self._spent = 0
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._endpoint.name

    @property
    def window(self) -> int:
        return self._config.window

    @property
    def concurrency(self) -> int:
        return self._config.concurrency

    def reply(self, request: Request) -> Reply:
        """The logged reply where there is one, else the model's. Raises ModelTimeout, ModelRefused, ModelCut, BudgetSpent or ModelError."""
        key = request_key(self.name, self._system, request)
        if known := self._log.find(key):
            return replace(known, cached=True)
        outcome = self._ask(key, request)
        if isinstance(outcome, Fault):
            raise outcome.error
        return outcome

    def _ask(self, key: str, request: Request) -> Reply | Fault:
        ends = time.monotonic() + self._config.deadline
        prompt = Prompt(self._system, f"{request.shared}\n\n{request.task}".strip(), request.json)
        broken = False
        for attempt in itertools.count(1):
            outcome = self._paid(prompt, max(0.01, ends - time.monotonic()))
            if isinstance(outcome, Reply):
                self._log.record(key, request, self.name, outcome, "")
                break
            self._log.record(key, request, self.name, None, str(outcome.error))
            rest = 0.0 if outcome.plain else max(outcome.wait, self._pause * attempt)
            is_last = attempt == ATTEMPTS or time.monotonic() + rest >= ends
            if not outcome.again or (broken and outcome.broken) or is_last:
                break
            broken, prompt = broken or outcome.broken, replace(prompt, plain=prompt.plain or outcome.plain)
            if outcome.broken and prompt.json:  # the same words again would bring the same reply
                prompt = replace(prompt, user=f"{prompt.user}\n\n{_JUST_JSON}")
            time.sleep(rest)
        return outcome

    def _paid(self, prompt: Prompt, seconds: float) -> Reply | Fault:
        """One call. Its estimate is set aside while it runs, so that calls side by side cannot overspend."""
        aside, used = estimate_tokens(prompt.system + prompt.user), 0
        self._set_aside(aside)
        try:
            outcome = call(served(self._endpoint, self._config), prompt, seconds)
            used = outcome.tokens if isinstance(outcome, Fault) else outcome.prompt_tokens + outcome.completion_tokens
        finally:
            with self._lock:
                self._spent += used - aside
        return outcome

    def _set_aside(self, tokens: int) -> None:
        with self._lock:
            if self._spent + tokens > self._config.budget:
                spent = f"the run's budget of {self._config.budget} tokens is used up"
                raise BudgetSpent(spent, hint="Raise `budget` in [chat].")
            self._spent += tokens


def request_key(model: str, system: str, request: Request) -> str:
    """The hash under which a call is remembered: the model and every word it is asked, but not the address, since the same model answers at many."""
    asked = [model, request.name, system, request.shared, request.task, request.json]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()
