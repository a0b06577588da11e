/** Talks to the service. The key is kept in this object's memory and nowhere else. */

import { words } from "./words.js";

const KINDS = { 403: "forbidden", 404: "missing", 409: "gone", 413: "too_large", 400: "unclear", 422: "unclear" };
const SILENCE_MS = 90_000;
const SILENT = "silent";

/** What went wrong, in plain words. `kind` is a key of `words.trouble`, or "stopped" where the person ended it. */
export class Trouble extends Error {
  constructor(kind) {
    super(words.trouble[kind] ?? words.trouble.broken);
    this.kind = kind;
  }
}

export class Client {
  #key = null;
  #askForKey;

  /** `askForKey(wasWrong)` gives a key, or null where the person would rather not. */
  constructor(askForKey) {
    this.#askForKey = askForKey;
  }

  async request(path, { method = "GET", body, keepalive = false, control = new AbortController() } = {}) {
    for (;;) {
      const used = this.#key;
      const response = await this.#send(path, { method, body, keepalive, control });
      if (response.ok) return response;
      if (response.status !== 401) throw new Trouble(kindOf(response.status));
      // Another request may have been given the key meanwhile.
      if (this.#key === used) this.#key = (await this.#askForKey(used !== null)) ?? null;
      if (this.#key === null) throw new Trouble("key");
    }
  }

  async json(path, options) {
    const response = await this.request(path, options);
    return heard(new AbortController(), () => response.json());
  }

  /**
   * The events of one turn as `{ name, data }`; `control` is an AbortController that ends it.
   * Ends in Trouble where the line breaks or stays silent too long.
   */
  async *turn(body, control) {
    const response = await this.request("/v1/chat", { method: "POST", body: { ...body, stream: true }, control });
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let waiting = "";
    for (;;) {
      const { value, done } = await heard(control, () => reader.read());
      if (done) return;
      const blocks = (waiting + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
      waiting = blocks.pop();
      yield* blocks.map(parsed).filter((event) => event !== null);
    }
  }

  #send(path, { method, body, keepalive, control }) {
    const headers = {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (this.#key !== null) headers.Authorization = `Bearer ${this.#key}`;
    const sent = { method, headers, keepalive, cache: "no-store", credentials: "same-origin", signal: control.signal };
    return heard(control, () => fetch(path, body === undefined ? sent : { ...sent, body: JSON.stringify(body) }));
  }
}

/** Waits for the service, but not for ever; tells a broken line from a person who stopped it. */
async function heard(control, wait) {
  const timer = setTimeout(() => control.abort(SILENT), SILENCE_MS);
  try {
    return await wait();
  } catch {
    const { aborted, reason } = control.signal;
    throw new Trouble(aborted && reason !== SILENT ? "stopped" : "lost");
  } finally {
    clearTimeout(timer);
  }
}

function kindOf(status) {
  if (status === 429 || status === 503) return "busy";
  return KINDS[status] ?? "broken";
}

function parsed(block) {
  const data = [];
  let name = "message";
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith("event:")) name = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  return data.length === 0 ? null : { name, data: JSON.parse(data.join("\n")) };
}
