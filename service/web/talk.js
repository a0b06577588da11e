/** The conversation: sends what the person writes, shows what comes, and loses no word of either. */

import { Trouble } from "./client.js";
import { byId, codePoints, el, fill, MOST_CHARACTERS } from "./dom.js";
import { Answer } from "./reply.js";
import { words } from "./words.js";

const KINDS = { session_deleted: "gone", too_large: "too_large", bad_request: "unclear", provider_unavailable: "busy" };
const TURNS_SHOWN_TO_THE_GUARDS = 6;

export class Talk {
  #client;
  #session;
  #locale;
  #ready;
  #changed;
  #turns = [];
  #running = null;

  /** `ready()` tells whether to send; `locale()` gives a language tag; `changed()` hears that the session changed. */
  constructor({ client, session, locale, ready, changed }) {
    this.#client = client;
    this.#session = session;
    this.#locale = locale;
    this.#ready = ready;
    this.#changed = changed;
    this.#wire(byId("composer"), byId("box"));
  }

  /** What was said, as a review is told of it. */
  get history() {
    return this.#turns
      .filter((turn) => turn.said !== null)
      .slice(-TURNS_SHOWN_TO_THE_GUARDS)
      .flatMap(({ message, said }) => [{ role: "user", content: message }, { role: "assistant", content: said }]);
  }

  /** Show a talk that the service kept. */
  restore(exchanges) {
    for (const { message, reply, decision } of exchanges) {
      const turn = this.#open(message);
      turn.answer.restore(reply, decision);
      turn.said = reply;
    }
    scrollTo({ top: document.documentElement.scrollHeight });
  }

  stop() {
    this.#running?.abort();
    this.#running = null;
  }

  clear() {
    this.stop();
    this.#turns = [];
    byId("log").replaceChildren();
    byId("box").value = "";
    byId("openers").hidden = false;
  }

  #wire(form, box) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(box);
    });
    box.addEventListener("keydown", (event) => {
      // On a phone Enter is a new line; with a keyboard it sends, but never in the middle of composing a character.
      const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
      if (!sends || !matchMedia("(pointer: fine)").matches) return;
      event.preventDefault();
      this.#submit(box);
    });
    box.addEventListener("input", () => {
      byId("box-trouble").textContent = tooLong(box.value);
    });
    for (const opener of byId("openers").querySelectorAll("button")) {
      opener.addEventListener("click", () => {
        box.value = `${opener.textContent} `;
        box.focus();
      });
    }
  }

  async #submit(box) {
    const message = box.value;
    if (message.trim() === "") return box.focus();
    const trouble = this.#running === null ? tooLong(message) : words.talk.wait;
    byId("box-trouble").textContent = trouble;
    if (trouble !== "" || !(await this.#ready())) return undefined;
    box.value = "";
    // A phone's keyboard would cover the answer.
    if (!matchMedia("(pointer: fine)").matches) box.blur();
    return this.#say(message);
  }

  #open(message) {
    const answer = new Answer();
    const mine = el("div", { class: "mine", dir: "auto", "aria-live": "off" });
    mine.append(el("h3", { class: "unseen" }, words.talk.you), el("p", {}, message));
    const turn = { message, answer, element: el("article", { class: "turn" }, mine, answer.element), said: null };
    this.#turns.push(turn);
    byId("log").append(turn.element);
    byId("openers").hidden = true;
    byId("done").textContent = "";
    return turn;
  }

  async #say(message) {
    const turn = this.#open(message);
    const control = new AbortController();
    this.#running = control;
    this.#session.begin();
    this.#changed();
    byId("said").textContent = words.talk.answering;
    const follow = follower(turn.element);
    follow();
    try {
      await this.#answer(turn, control, follow);
      byId("said").textContent = words.talk.answered;
    } catch (fault) {
      if (!(fault instanceof Trouble)) throw fault;
      this.#tellTrouble(turn, fault);
      follow(true);
    } finally {
      if (this.#running === control) this.#running = null;
    }
  }

  async #answer(turn, control, follow) {
    const body = { message: turn.message, session_id: this.#session.id, locale: this.#locale() };
    for await (const { name, data } of this.#client.turn(body, control)) {
      if (name === "status") turn.answer.status(data.step);
      else if (name === "sentence") turn.answer.add(data.text);
      else if (name === "error") throw new Trouble(KINDS[data.error.type] ?? "broken");
      else if (name === "reply") {
        turn.answer.complete(data);
        turn.said = data.reply;
        follow(data.decision === "escalate");
        return;
      }
      follow();
    }
    throw new Trouble("lost");
  }

  #tellTrouble(turn, trouble) {
    if (trouble.kind === "stopped") return;
    byId("said").textContent = "";
    if (trouble.kind === "gone") {
      this.#session.renew();
      this.#changed();
    }
    const midway = trouble.kind === "lost" && turn.answer.text !== "";
    const again = () => this.#running === null && this.#again(turn);
    const change = () => this.#change(turn);
    turn.answer.broken(midway ? words.trouble.lost_midway : trouble.message, [
      el("button", { class: "button", type: "button", click: again }, words.talk.again),
      el("button", { class: "button quiet", type: "button", click: change }, words.talk.change),
    ]);
  }

  #again(turn) {
    this.#remove(turn);
    this.#say(turn.message);
    byId("box").focus({ preventScroll: true });
  }

  /** Put the words back into the box, before whatever was typed there since. */
  #change(turn) {
    this.#remove(turn);
    const box = byId("box");
    box.value = [turn.message, box.value].filter((text) => text !== "").join("\n\n");
    box.focus();
  }

  #remove(turn) {
    turn.element.remove();
    this.#turns = this.#turns.filter((one) => one !== turn);
  }
}

function tooLong(text) {
  const over = codePoints(text).length - MOST_CHARACTERS;
  return over > 0 ? fill(words.talk.too_long, { over }) : "";
}

/** Keeps a growing turn in view, its beginning at most at the top, until the person scrolls; or shows its end. */
function follower(element) {
  let left = false;
  for (const name of ["wheel", "touchmove"]) addEventListener(name, () => (left = true), { once: true, passive: true });
  return (toItsEnd = false) => {
    if (left) return;
    const under = document.querySelector(".bar").getBoundingClientRect().bottom;
    const top = scrollY + element.getBoundingClientRect().top - Math.max(under, 0) - 16;
    const end = document.documentElement.scrollHeight - innerHeight;
    const target = toItsEnd ? end : Math.min(top, end);
    if (target > scrollY) scrollTo({ top: target });
  };
}
