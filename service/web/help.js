/** Whom to reach: the helplines of the person's country, which also tells the service where they are. */

import { Trouble } from "./client.js";
import { byId, el } from "./dom.js";
import { called, link, linked } from "./links.js";
import { words } from "./words.js";

const TOPICS = ["self_harm", "abuse", "violence", "minor", "legal"];
const OPEN = ["self_harm", "abuse"];
/** The world, as a region of a language tag. */
const WORLD = "001";

export class Help {
  #client;
  #tag = browserTag();
  #loaded = false;

  constructor(client) {
    this.#client = client;
    byId("country").addEventListener("change", ({ target }) => {
      this.#tag = `${this.#tag.split("-")[0]}-${target.value || WORLD}`;
      this.load();
    });
  }

  /** The browser's language with the person's country, as far as they are known. */
  get locale() {
    return this.#tag;
  }

  async load() {
    try {
      this.#show(await this.#client.json(`/v1/help?locale=${encodeURIComponent(this.#tag)}`));
      this.#loaded = true;
    } catch (fault) {
      if (!(fault instanceof Trouble)) throw fault;
      byId("help-failed").textContent = words.help.failed;
    }
  }

  async open() {
    byId("help").showModal();
    if (!this.#loaded) await this.load();
  }

  #show({ country, emergency, services, countries }) {
    const select = byId("country");
    if (select.length === 1) select.append(...countries.map(({ code, name }) => el("option", { value: code }, name)));
    select.value = countries.some(({ code }) => code === country) ? country : "";
    if (select.value !== "") this.#tag = `${this.#tag.split("-")[0]}-${country}`;
    byId("emergency").replaceChildren(...linked(emergency));
    const groups = TOPICS.map((topic) => [topic, services.filter(({ topics }) => topics.includes(topic))]);
    byId("services").replaceChildren(...groups.filter(([, some]) => some.length > 0).map(([topic, some]) => group(topic, some)));
    byId("help-failed").textContent = "";
  }
}

function group(topic, services) {
  const rows = services.map(({ name, number, url, hours, note }) =>
    el(
      "li",
      {},
      el("strong", {}, name),
      el("span", { class: "reach" }, ...(number ? called(number) : [link(url)])),
      el("span", { class: "small" }, [hours, note].filter((text) => text && text !== "see the website").join("; ")),
      ...(number ? [el("span", { class: "small" }, link(url, words.help.website))] : []),
    ),
  );
  const heading = el("summary", {}, words.help.topics[topic]);
  return el("details", { open: OPEN.includes(topic) }, heading, el("ul", { class: "services" }, ...rows));
}

/** The browser's first language that names a country, else its first language. */
function browserTag() {
  const tags = navigator.languages.filter((tag) => /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag));
  return tags.find((tag) => /-[A-Za-z]{2}$/.test(tag)) ?? tags[0] ?? "en";
}
