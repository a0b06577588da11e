/** How an answer of the coach is shown: its sentences as they come, its sources, and what the guards did. */

import { el, fill } from "./dom.js";
import { link, linked } from "./links.js";
import { words } from "./words.js";

const MARKER = /\s?\[(\d{1,2})\]/g;

/** The place where one answer grows. */
export class Answer {
  #words = el("div", { class: "words", dir: "auto" });
  #step = el("p", { class: "step", "aria-hidden": "true" });
  #notes = el("div", { class: "notes", "aria-live": "off" });
  #paragraph = null;
  /** The text that is shown. */
  text = "";

  constructor() {
    this.element = el("div", { class: "theirs" }, el("h3", { class: "unseen" }, words.talk.coach), this.#words);
    this.element.append(this.#step, this.#notes);
  }

  status(step) {
    this.#step.textContent = words.talk.steps[step] ?? "";
  }

  /** Add text that passed; a blank line begins a paragraph. */
  add(text) {
    this.text += text;
    text.split(/\n{2,}/).forEach((part, number) => {
      if (number > 0) this.#paragraph = null;
      if (part === "") return;
      if (this.#paragraph === null) {
        this.#paragraph = el("p");
        this.#words.append(this.#paragraph);
      }
      this.#paragraph.append(el("span", { class: "sentence" }, ...this.#marked(part)));
    });
  }

  /** The whole answer has come. */
  complete(reply) {
    this.#step.textContent = "";
    if (reply.reply !== this.text) this.#rewrite(reply.reply);
    if (reply.decision === "escalate" || reply.model === "fixed") this.#makeReachable(reply.decision === "escalate");
    if (reply.citations.length > 0) this.#notes.append(sources(reply.citations));
    const note = noteOf(reply);
    if (note !== null) this.#notes.append(note);
  }

  /** An answer of an earlier visit: its words are kept, its sources are not. */
  restore(text, decision) {
    this.add(text.replace(MARKER, ""));
    if (decision === "escalate") this.#makeReachable(true);
  }

  /** It broke off; `actions` are what the person can do. */
  broken(message, actions) {
    this.#step.textContent = "";
    this.#notes.append(el("p", { class: "trouble", role: "alert" }, message), el("p", { class: "row" }, ...actions));
  }

  clear() {
    this.text = "";
    this.#paragraph = null;
    for (const part of [this.#words, this.#step, this.#notes]) part.replaceChildren();
  }

  #rewrite(text) {
    this.#words.replaceChildren();
    this.#paragraph = null;
    this.text = "";
    this.add(text);
  }

  #marked(text) {
    const nodes = [];
    let told = 0;
    for (const match of text.matchAll(MARKER)) {
      nodes.push(text.slice(told, match.index), this.#marker(match[1]));
      told = match.index + match[0].length;
    }
    return [...nodes, text.slice(told)];
  }

  #marker(number) {
    const open = () => {
      const source = this.#notes.querySelector(`details[data-source="${number}"]`);
      if (source === null) return;
      source.open = true;
      source.querySelector("summary").focus();
    };
    const label = fill(words.sources.one, { number });
    return el("button", { class: "mark", type: "button", "aria-label": label, click: open }, number);
  }

  /** Numbers can be tapped; in danger each service stands on a line of its own. */
  #makeReachable(danger) {
    this.element.classList.toggle("crisis", danger);
    for (const paragraph of [...this.#words.children]) {
      const lines = paragraph.textContent.split("\n").map((line) => line.trim());
      if (lines.length === 1) paragraph.replaceChildren(...linked(lines[0]));
      else paragraph.replaceWith(el("ul", { class: "reach" }, ...lines.map((line) => el("li", {}, ...linked(line)))));
    }
  }
}

function sources(citations) {
  const rows = citations.map((citation) => {
    const number = citation.marker.replace(/\D/g, "");
    const from = /^https?:\/\//.test(citation.source) ? link(citation.source) : citation.source;
    return el(
      "details",
      { "data-source": number },
      el("summary", {}, el("span", { class: "number" }, number), el("cite", {}, citation.title)),
      el("blockquote", {}, citation.quote),
      el("p", { class: "small" }, from),
    );
  });
  return el("section", { class: "sources", "aria-label": words.sources.label }, ...rows);
}

/** What the guards did, where they did anything, in one note that says no more until it is opened. */
function noteOf({ decision, guardrails, model }) {
  const { findings } = guardrails.input;
  const held = distinct(guardrails.stopped ?? []).map((stopped) => el("p", {}, stopped.explanation));
  const parts = [];
  if (decision === "redirect") {
    parts.push([words.notes.redirect, el("p", {}, words.notes.redirect_start), ...distinct(findings).flatMap(reason)]);
  } else if (decision === "refuse") {
    const start = findings.some(({ label }) => label === "guard_failure") ? [] : [el("p", {}, words.notes.refuse_start)];
    parts.push([words.notes.refuse, ...start, ...distinct(findings).flatMap(reason)]);
  } else if (decision === "escalate") {
    return el("p", { class: "small" }, words.notes.crisis);
  }
  if (held.length > 0) parts.push([words.notes.held_back, el("p", {}, words.notes.held_back_start), ...held]);
  if (guardrails.composed && model !== "fixed") {
    parts.push([words.notes.composed, el("p", {}, words.notes.composed_start)]);
  }
  if (parts.length === 0) return null;
  const paragraphs = parts.flatMap(([, ...content]) => content);
  return el("details", { class: "note" }, el("summary", {}, parts[0][0]), ...paragraphs);
}

function reason({ explanation, alternative }) {
  return [el("p", {}, explanation), el("p", {}, el("strong", {}, words.notes.instead), " ", alternative)];
}

/** The first two with labels of their own: more would be a lecture. */
function distinct(told) {
  return [...new Map(told.map((one) => [one.label, one])).values()].slice(0, 2);
}
