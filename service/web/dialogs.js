/** The dialogs that ask something: the key, and whether a talk is to be deleted. */

import { Trouble } from "./client.js";
import { byId, fill } from "./dom.js";
import { words } from "./words.js";

/** Every dialog closes by its own button; the browser adds Escape, and gives the focus back. */
export function wireDialogs() {
  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
}

let asked = null;

/** Gives the key that the person types, or null. Who asks meanwhile gets the same answer. */
export function askForKey(wasWrong) {
  asked ??= new Promise((resolve) => {
    const dialog = byId("key");
    const box = byId("key-box");
    let given = null;
    byId("key-trouble").textContent = wasWrong ? words.key.wrong : "";
    const submit = (event) => {
      event.preventDefault();
      // Any other character cannot stand in a header, so it cannot be a key.
      if (!/^[\x21-\x7e]+$/.test(box.value.trim())) {
        byId("key-trouble").textContent = words.key.wrong;
        return;
      }
      given = box.value.trim();
      dialog.close();
    };
    const closed = () => {
      byId("key-form").removeEventListener("submit", submit);
      box.value = "";
      asked = null;
      resolve(given);
    };
    byId("key-form").addEventListener("submit", submit);
    dialog.addEventListener("close", closed, { once: true });
    dialog.showModal();
    box.focus();
  });
  return asked;
}

/** Asks whether to delete; `remove()` does it, and the dialog stays open until it is done. */
export function wireDeletion(remove) {
  const dialog = byId("delete");
  const trouble = byId("delete-trouble");
  byId("delete-yes").addEventListener("click", async () => {
    try {
      await remove();
      dialog.close();
    } catch (fault) {
      if (!(fault instanceof Trouble)) throw fault;
      trouble.textContent = fill(words.delete.failed, { reason: fault.message });
    }
  });
  return () => {
    trouble.textContent = "";
    dialog.showModal();
  };
}
