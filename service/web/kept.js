/** "What is kept": what the coach noted, with a way to take it back, and a copy of everything. */

import { Trouble } from "./client.js";
import { byId, el, fill } from "./dom.js";
import { words } from "./words.js";

export class Kept {
  #client;
  #session;

  constructor({ client, session }) {
    this.#client = client;
    this.#session = session;
    byId("download").addEventListener("click", () => this.#told(() => this.#download()));
  }

  /** Look up what is kept now, and show it. */
  async show() {
    if (!this.#session.started) return this.clear();
    byId("kept-status").textContent = words.kept.loading;
    await this.#told(async () => {
      try {
        this.#list(await this.#client.json(this.#path));
      } catch (fault) {
        if (fault.kind !== "missing") throw fault;
        this.clear();
      }
    });
    byId("kept-status").textContent = "";
    return undefined;
  }

  clear() {
    byId("kept-list").replaceChildren(el("p", {}, words.kept.nothing));
    byId("kept-status").textContent = "";
    byId("kept-trouble").textContent = "";
  }

  get #path() {
    return `/v1/sessions/${this.#session.id}`;
  }

  async #told(action) {
    byId("kept-trouble").textContent = "";
    try {
      await action();
    } catch (fault) {
      if (!(fault instanceof Trouble)) throw fault;
      byId("kept-trouble").textContent = fault.message;
    }
  }

  #list({ exchanges, ledger, journey }) {
    const count = exchanges.length;
    const kept = count === 1 ? words.kept.exchanges_one : fill(words.kept.exchanges_many, { count });
    const until = this.#session.remembered ? words.kept.until_deleted : words.kept.until_closed;
    const lists = [this.#notes("ledger", words.kept.noted, words.kept.noted_start, ledger)];
    if (Array.isArray(journey) && journey.length > 0) {
      lists.push(this.#notes("journey", words.kept.journey, words.kept.journey_start, journey));
    }
    byId("kept-list").replaceChildren(el("p", {}, `${kept} ${until}`), ...lists);
  }

  #notes(name, heading, start, entries) {
    const rows = entries.map((entry, number) => {
      const takeBack = el("button", { class: "button quiet", type: "button" }, words.kept.take_back);
      takeBack.addEventListener("click", () => this.#told(() => this.#takeBack(name, number)));
      return el("li", {}, ...described(entry), takeBack);
    });
    const list = rows.length > 0 ? el("ul", { class: "noted" }, ...rows) : el("p", {}, words.kept.noted_none);
    return el("section", { "aria-label": heading }, el("h3", {}, heading), el("p", { class: "small" }, start), list);
  }

  async #takeBack(name, number) {
    await this.#client.request(`${this.#path}/${name}/${number}`, { method: "DELETE" });
    await this.show();
    byId("kept-status").textContent = words.kept.taken_back;
    byId("kept-heading").focus();
  }

  async #download() {
    const response = await this.#client.request(`${this.#path}/export`);
    const address = URL.createObjectURL(await response.blob());
    el("a", { href: address, download: words.kept.file }).click();
    URL.revokeObjectURL(address);
  }
}

/** An entry as what it means, and the sentence that told it. */
function described({ sentence, ...meaning }) {
  const told = Object.values(meaning).filter((value) => typeof value === "string" && value !== "");
  const label = told.map((value) => words.kept.wishes[value] ?? value.replaceAll("_", " ")).join(": ");
  const parts = label === "" ? [] : [el("strong", {}, label)];
  return typeof sentence === "string" ? [...parts, el("q", { dir: "auto" }, sentence)] : parts;
}
