"""The protocols of the providers, as their public API documents tell them: what is asked, and what is answered."""

import json
from typing import Any, ClassVar, Literal

PROMPT_TOKENS, COMPLETION_TOKENS = 11, 7
SECRET = "secret-key-of-nobody"
Ending = Literal["stop", "length", "filter"]


class OpenAI:
    """`POST /v1/chat/completions`, streamed as server-sent events that end with `[DONE]`."""

    model, key, base, path = "openai/gpt-mock", "OPENAI_API_KEY", "/v1", "/v1/chat/completions"
    media = "text/event-stream"
    endings: ClassVar[dict[Ending, str]] = {"stop": "stop", "length": "length", "filter": "content_filter"}
    broken = b"data: {not json\n\n"

    def credential(self, headers: dict[str, str]) -> str:
        """The key that a request carries."""
        return headers.get("authorization", "").removeprefix("Bearer ")

    def prompt(self, body: dict[str, Any]) -> list[tuple[str, str]]:
        """Who said what, as a request tells it."""
        return [(message["role"], message["content"]) for message in body["messages"]]

    def limit(self, body: dict[str, Any]) -> int:
        """How many tokens a request allows."""
        return int(body.get("max_completion_tokens") or body["max_tokens"])

    def opening(self) -> bytes:
        """What comes before the first piece."""
        return self._chunk([{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}])

    def piece(self, text: str) -> bytes:
        """A piece of the reply."""
        return self._chunk([{"index": 0, "delta": {"content": text}, "finish_reason": None}])

    def closing(self, ending: Ending) -> bytes:
        """Why the reply ends, and what it took."""
        usage = {
            "prompt_tokens": PROMPT_TOKENS,
            "completion_tokens": COMPLETION_TOKENS,
            "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
        }
        last = [{"index": 0, "delta": {}, "finish_reason": self.endings[ending]}]
        return self._chunk(last) + self._chunk([], usage=usage) + b"data: [DONE]\n\n"

    def empty(self) -> bytes:
        """A reply without a choice."""
        return self._chunk([]) + b"data: [DONE]\n\n"

    def error(self, status: int) -> bytes:
        """Why a request is refused; it repeats the key, as some do."""
        message = f"Incorrect API key provided: {SECRET}."
        return _json({"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}})

    def _chunk(self, choices: list[dict[str, Any]], **fields: Any) -> bytes:
        head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-mock"}
        return _event({**head, "choices": choices, **fields})


class Azure(OpenAI):
    """A deployment: OpenAI's protocol under another path, with the prompt's filter results first."""

    model, key, base = "azure/coach-mock", "AZURE_API_KEY", ""
    path = "/openai/deployments/coach-mock/chat/completions"

    def credential(self, headers: dict[str, str]) -> str:
        return headers.get("api-key", "")

    def opening(self) -> bytes:
        results = [{"prompt_index": 0, "content_filter_results": {"hate": {"filtered": False, "severity": "safe"}}}]
        return self._chunk([], prompt_filter_results=results) + super().opening()


class Anthropic:
    """`POST /v1/messages`, streamed as named events from `message_start` to `message_stop`."""

    model, key, base, path = "anthropic/claude-mock", "ANTHROPIC_API_KEY", "", "/v1/messages"
    media = "text/event-stream"
    endings: ClassVar[dict[Ending, str]] = {"stop": "end_turn", "length": "max_tokens", "filter": "refusal"}
    broken = b"event: content_block_delta\ndata: {not json\n\n"

    def credential(self, headers: dict[str, str]) -> str:
        return headers.get("x-api-key", "")

    def prompt(self, body: dict[str, Any]) -> list[tuple[str, str]]:
        system = body.get("system", [])
        texts = [("system", system)] if isinstance(system, str) else [("system", part["text"]) for part in system]
        return texts + [(m["role"], "".join(part["text"] for part in m["content"])) for m in body["messages"]]

    def limit(self, body: dict[str, Any]) -> int:
        return int(body["max_tokens"])

    def opening(self) -> bytes:
        message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-mock", "content": []}
        usage = {"input_tokens": PROMPT_TOKENS, "output_tokens": 1}
        start = {**message, "stop_reason": None, "stop_sequence": None, "usage": usage}
        block = {"index": 0, "content_block": {"type": "text", "text": ""}}
        return _named("message_start", message=start) + _named("content_block_start", **block) + _named("ping")

    def piece(self, text: str) -> bytes:
        return _named("content_block_delta", index=0, delta={"type": "text_delta", "text": text})

    def closing(self, ending: Ending) -> bytes:
        delta = {"stop_reason": self.endings[ending], "stop_sequence": None}
        end = _named("message_delta", delta=delta, usage={"output_tokens": COMPLETION_TOKENS})
        return _named("content_block_stop", index=0) + end + _named("message_stop")

    def empty(self) -> bytes:
        return self.closing("stop")

    def error(self, status: int) -> bytes:
        return _json({"type": "error", "error": {"type": "api_error", "message": f"no: {SECRET}"}})


class Gemini:
    """`POST …:streamGenerateContent?alt=sse`: each event is a whole response; the connection's end is the end."""

    model, key, base = "gemini/gemini-mock", "GEMINI_API_KEY", "/v1beta"
    path = "/v1beta/models/gemini-mock:streamGenerateContent?alt=sse"
    media = "text/event-stream"
    endings: ClassVar[dict[Ending, str]] = {"stop": "STOP", "length": "MAX_TOKENS", "filter": "SAFETY"}
    broken = b'data: {"candidates": [{"content"\r\n\r\n'

    def credential(self, headers: dict[str, str]) -> str:
        return headers.get("x-goog-api-key", "")

    def prompt(self, body: dict[str, Any]) -> list[tuple[str, str]]:
        system = "".join(part["text"] for part in body.get("system_instruction", {}).get("parts", []))
        turns = [("assistant" if c["role"] == "model" else c["role"], c["parts"][0]["text"]) for c in body["contents"]]
        return ([("system", system)] if system else []) + turns

    def limit(self, body: dict[str, Any]) -> int:
        return int(body["generationConfig"]["max_output_tokens"])

    def opening(self) -> bytes:
        return b""

    def piece(self, text: str) -> bytes:
        return self._response([{"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}])

    def closing(self, ending: Ending) -> bytes:
        last = {"content": {"parts": [{"text": ""}], "role": "model"}, "index": 0}
        return self._response([{**last, "finishReason": self.endings[ending]}], COMPLETION_TOKENS)

    def empty(self) -> bytes:
        return _event({"promptFeedback": {"blockReason": "SAFETY"}, "modelVersion": "gemini-mock"})

    def error(self, status: int) -> bytes:
        return _json({"error": {"code": status, "message": f"no: {SECRET}", "status": "UNKNOWN"}})

    def _response(self, candidates: list[dict[str, Any]], written: int = 0) -> bytes:
        usage = {
            "promptTokenCount": PROMPT_TOKENS,
            "candidatesTokenCount": written,
            "totalTokenCount": PROMPT_TOKENS + written,
        }
        return _event({"candidates": candidates, "usageMetadata": usage, "modelVersion": "gemini-mock"})


class Ollama:
    """`POST /api/chat`: a JSON object a line, the last one `done`."""

    model, key, base, path = "ollama_chat/llama-mock", "OLLAMA_API_KEY", "", "/api/chat"
    media = "application/x-ndjson"
    endings: ClassVar[dict[Ending, str]] = {"stop": "stop", "length": "length"}
    broken = b'{"model": "llama-mock", "mess\n'

    def credential(self, headers: dict[str, str]) -> str:
        return headers.get("authorization", "").removeprefix("Bearer ")

    def prompt(self, body: dict[str, Any]) -> list[tuple[str, str]]:
        return [(message["role"], message["content"]) for message in body["messages"]]

    def limit(self, body: dict[str, Any]) -> int:
        return int(body["options"]["num_predict"])

    def opening(self) -> bytes:
        return b""

    def piece(self, text: str) -> bytes:
        return self._line(text, done=False)

    def closing(self, ending: Ending) -> bytes:
        counts = {"prompt_eval_count": PROMPT_TOKENS, "eval_count": COMPLETION_TOKENS, "total_duration": 9}
        return self._line("", done=True, done_reason=self.endings[ending], **counts)

    def empty(self) -> bytes:
        return self.closing("stop")

    def error(self, status: int) -> bytes:
        return _json({"error": f"no: {SECRET}"})

    def _line(self, text: str, **fields: Any) -> bytes:
        message = {"role": "assistant", "content": text}
        return _json({"model": "llama-mock", "created_at": "2026-01-01T00:00:00Z", "message": message, **fields})


Dialect = OpenAI | Anthropic | Gemini | Ollama
DIALECTS: tuple[Dialect, ...] = (OpenAI(), Anthropic(), Gemini(), Ollama(), Azure())


def _json(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def _event(data: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"


def _named(name: str, **fields: Any) -> bytes:
    return f"event: {name}\n".encode() + _event({"type": name, **fields})
