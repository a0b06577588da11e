/** Which talk this is. Its id is stored only where the person said so, and then on this device alone. */

const STORED = "trust-coach.session";

export class Session {
  id = newId();
  /** Whether anything was sent under this id, so that the service may know it. */
  started = false;
  remembered = false;

  begin() {
    this.started = true;
    this.#store();
  }

  /** Gives whether it worked: a browser may forbid the page to store anything. */
  remember(wanted) {
    this.remembered = wanted;
    return this.#store();
  }

  /** Go on under an id that was kept. */
  resume(id) {
    this.id = id;
    this.started = true;
    this.remembered = true;
  }

  /** Leave this talk behind: a new id, and nothing stored. */
  renew() {
    this.remember(false);
    this.id = newId();
    this.started = false;
  }

  static kept() {
    try {
      return localStorage.getItem(STORED);
    } catch {
      return null;
    }
  }

  #store() {
    try {
      if (this.remembered && this.started) localStorage.setItem(STORED, this.id);
      else if (!this.remembered && Session.kept() === this.id) localStorage.removeItem(STORED);
      return true;
    } catch {
      this.remembered = false;
      return false;
    }
  }
}

/** An id that nobody can guess. `crypto.randomUUID` is missing where a page is served without TLS. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
