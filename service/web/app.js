/** The page: puts its parts together, and knows how to leave. */

import { clearCheck, wireCheck } from "./check.js";
import { Client, Trouble } from "./client.js";
import { askForKey, wireDeletion, wireDialogs } from "./dialogs.js";
import { byId } from "./dom.js";
import { Help } from "./help.js";
import { Kept } from "./kept.js";
import { Session } from "./session.js";
import { Talk } from "./talk.js";
import { words } from "./words.js";

const client = new Client(askForKey);
const session = new Session();
const help = new Help(client);
const kept = new Kept({ client, session });
const talk = new Talk({ client, session, locale: () => help.locale, ready, changed });
const openDeletion = wireDeletion(removeTalk);

wireDialogs();
wireTabs([...document.querySelectorAll("[role=tab]")]);
wireCheck({ client, history: () => talk.history, openHelp: () => help.open() });
wireLeaving();
wireKeeping();
keepRoom([document.querySelector(".bar"), byId("composer")]);
for (const id of ["help-open", "intro-help"]) byId(id).addEventListener("click", () => help.open());
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("tab-talk").click();
  byId("box").focus();
});
help.load();

/** The session began, was left, or is remembered or not. */
function changed() {
  for (const id of ["delete-open", "kept-delete", "download"]) byId(id).disabled = !session.started;
  for (const box of document.querySelectorAll(".remember")) box.checked = session.remembered;
  if (session.started) byId("back").hidden = true;
}

async function removeTalk() {
  talk.stop();
  await forget(session.started ? session.id : Session.kept());
  if (!session.started) session.resume(Session.kept());
  talk.clear();
  clearCheck();
  kept.clear();
  session.renew();
  changed();
  byId("back").hidden = true;
  byId("tab-talk").click();
  byId("done").textContent = words.talk.deleted;
}

/** Delete on the service. Where nothing is there, nothing is left to delete. */
async function forget(id) {
  try {
    await client.request(`/v1/sessions/${id}`, { method: "DELETE" });
  } catch (fault) {
    if (!(fault instanceof Trouble) || !["missing", "gone"].includes(fault.kind)) throw fault;
  }
}

function wireKeeping() {
  for (const id of ["delete-open", "kept-delete", "back-delete"]) byId(id).addEventListener("click", openDeletion);
  for (const box of document.querySelectorAll(".remember")) {
    box.addEventListener("change", () => {
      byId("box-trouble").textContent = session.remember(box.checked) ? "" : words.talk.cannot_remember;
      changed();
    });
  }
  // Nothing of a kept talk is shown until someone asks for it: it may not be the same person.
  byId("back").hidden = Session.kept() === null;
  byId("back-go-on").addEventListener("click", goOn);
}

/** Before the first message: a talk that is kept here is gone on with, so that it is not lost for a new one. */
async function ready() {
  if (session.started || Session.kept() === null) return true;
  await goOn();
  return session.started || Session.kept() === null;
}

async function goOn() {
  const id = Session.kept();
  try {
    const { exchanges } = await client.json(`/v1/sessions/${id}`);
    session.resume(id);
    talk.restore(exchanges);
    byId("box").focus();
  } catch (fault) {
    if (!(fault instanceof Trouble)) throw fault;
    const gone = ["missing", "gone"].includes(fault.kind);
    byId("back-trouble").textContent = gone ? words.back.gone : fault.message;
    if (!gone) return;
    session.resume(id);
    session.renew();
  }
  changed();
}

function wireTabs(tabs) {
  const choose = (tab) => {
    for (const one of tabs) {
      const chosen = one === tab;
      one.setAttribute("aria-selected", String(chosen));
      one.tabIndex = chosen ? 0 : -1;
      byId(one.getAttribute("aria-controls")).hidden = !chosen;
    }
    scrollTo({ top: 0 });
    if (tab.id === "tab-kept") kept.show();
  };
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (step === undefined) return;
      const next = tabs[(index + step + tabs.length) % tabs.length];
      next.focus();
      next.click();
    });
  }
}

/** Lets go of what is pinned to the edges where, on a small screen or in large type, it leaves too little room. */
function keepRoom(pinned) {
  const panel = byId("talk");
  const observer = new ResizeObserver(() => {
    if (panel.hidden) return;
    const taken = pinned.reduce((sum, part) => sum + part.offsetHeight, 0);
    document.body.classList.toggle("unpinned", taken > innerHeight * 0.6);
  });
  for (const part of [...pinned, document.documentElement]) observer.observe(part);
}

function wireLeaving() {
  const leave = byId("leave");
  let escapes = [];
  leave.addEventListener("click", (event) => {
    event.preventDefault();
    leaveNow(leave.href);
  });
  addEventListener("keydown", ({ key, timeStamp }) => {
    escapes = key === "Escape" ? [...escapes, timeStamp].filter((at) => timeStamp - at < 2000) : [];
    if (escapes.length >= 3) leaveNow(leave.href);
  });
  addEventListener("pagehide", endTalk);
  // A page that the browser brings back from its memory would show a talk that has ended.
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
}

function leaveNow(address) {
  endTalk();
  document.title = words.bar.leave_title;
  document.body.replaceChildren();
  location.replace(address);
}

/** A talk that is not remembered ends with the page, on the service as well. */
function endTalk() {
  talk.stop();
  if (!session.started || session.remembered) return;
  session.started = false;
  client.request(`/v1/sessions/${session.id}`, { method: "DELETE", keepalive: true }).catch(() => {});
}
