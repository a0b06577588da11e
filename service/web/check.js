/** "Check a message": what in a message to the ex could press on them, and what to do instead. */

import { Trouble } from "./client.js";
import { byId, codePoints, el, fill, MOST_CHARACTERS } from "./dom.js";
import { words } from "./words.js";

const NO_WORDING = ["boundary_violation", "no_contact_order"];
const CRISES = ["crisis_self_harm", "crisis_violence"];

/** `history()` gives what was said in the talk; `openHelp()` shows who answers. */
export function wireCheck({ client, history, openHelp }) {
  byId("check-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = byId("check-box").value;
    const trouble = byId("check-trouble");
    if (text.trim() === "") return byId("check-box").focus();
    const over = codePoints(text).length - MOST_CHARACTERS;
    trouble.textContent = over > 0 ? fill(words.talk.too_long, { over }) : "";
    if (over > 0) return undefined;
    byId("check-status").textContent = words.check.checking;
    try {
      const [review, own] = await Promise.all([
        judged(client, text, "message_to_ex", history()),
        judged(client, text, "user_message", []),
      ]);
      // A threat to oneself in a message is not only a fault of the message.
      const danger = own.categories.some((label) => CRISES.includes(label));
      byId("check-result").replaceChildren(...shown(text, review, danger ? openHelp : null));
      byId("check-result").focus();
    } catch (fault) {
      if (!(fault instanceof Trouble)) throw fault;
      trouble.textContent = fault.message;
    } finally {
      byId("check-status").textContent = "";
    }
    return undefined;
  });
}

export function clearCheck() {
  byId("check-box").value = "";
  byId("check-result").replaceChildren();
  byId("check-trouble").textContent = "";
}

function judged(client, text, surface, history) {
  return client.json("/v1/review", { method: "POST", body: { text, surface, history } });
}

function shown(text, review, openHelp) {
  const parts = [];
  if (openHelp !== null) {
    const button = el("button", { class: "button help", type: "button", click: openHelp }, words.bar.help);
    parts.push(el("div", { class: "card" }, el("p", {}, words.check.danger), button));
  }
  const places = placesOf(review.findings);
  if (places.length === 0) {
    return [...parts, el("h3", {}, words.check.pass), el("p", {}, words.check.pass_more)];
  }
  const count = places.length;
  parts.push(
    el("h3", {}, count === 1 ? words.check.flag_one : fill(words.check.flag_many, { count })),
    el("div", { class: "marked", role: "group", "aria-label": words.check.marked, dir: "auto" }, ...marked(text, places)),
    el("ol", { class: "findings" }, ...places.map(found)),
  );
  if (review.suggestion !== null) parts.push(suggestion(review));
  return parts;
}

/** Findings in the order of the message, those about the same words together. */
function placesOf(findings) {
  const places = new Map();
  for (const finding of [...findings].sort((one, other) => one.start - other.start || one.end - other.end)) {
    const { start, end, evidence } = finding;
    const place = places.get(`${start}-${end}`) ?? { start, end, evidence, findings: [] };
    places.set(`${start}-${end}`, { ...place, findings: [...place.findings, finding] });
  }
  return [...places.values()];
}

/** The message with its places marked, each with its number at its end; places may overlap. */
function marked(text, places) {
  const points = codePoints(text);
  const edges = [...new Set([0, points.length, ...places.flatMap(({ start, end }) => [start, end])])];
  edges.sort((one, other) => one - other);
  return edges.slice(1).map((end, index) => {
    const start = edges[index];
    const stretch = points.slice(start, end).join("");
    if (!places.some((place) => place.start <= start && end <= place.end)) return stretch;
    const ending = places.flatMap((place, number) => (place.end === end ? [number + 1] : []));
    return el("mark", {}, stretch, ...ending.map(placeNumber));
  });
}

function placeNumber(number) {
  const label = fill(words.check.place, { number });
  return el("sup", {}, el("span", { class: "unseen" }, `(${label})`), el("span", { "aria-hidden": "true" }, String(number)));
}

function found({ evidence, findings }) {
  const said = findings.flatMap(({ explanation, alternative }) => [
    el("p", {}, el("strong", {}, words.check.why), " ", explanation),
    el("p", {}, el("strong", {}, words.check.instead), " ", alternative),
  ]);
  return el("li", {}, el("blockquote", { dir: "auto" }, evidence), ...said);
}

function suggestion({ suggestion: text, categories }) {
  if (categories.some((label) => NO_WORDING.includes(label))) {
    return el("div", { class: "card" }, el("h3", {}, words.check.unsent), el("p", {}, words.check.unsent_start));
  }
  const copied = el("span", { class: "small", role: "status" });
  const version = el("blockquote", { class: "fairer", dir: "auto" }, text);
  const copy = async () => {
    copied.textContent = (await copiedText(text, version)) ? words.check.copied : words.check.copy_failed;
  };
  return el(
    "div",
    { class: "card" },
    el("h3", {}, words.check.fairer),
    version,
    el("p", { class: "small" }, words.check.fairer_start),
    el("p", { class: "row" }, el("button", { class: "button", type: "button", click: copy }, words.check.copy), copied),
  );
}

/** The clipboard is closed to pages without TLS; then the words are selected, to be copied by hand. */
async function copiedText(text, element) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return false;
  }
}
