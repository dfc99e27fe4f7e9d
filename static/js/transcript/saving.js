// Brings drafts to the server: after a pause, on demand, and again when the connection is back. Nothing is dropped
// before the server has it, or its writer has decided otherwise.
import { drafts } from "./drafts.js";
import { say } from "./strings.js";
import { toast } from "./toast.js";

const PAUSE_MS = 2500;
const AGAIN_MS = 5000;

export class Saving {
  #edits;
  #conflicts;
  #timer = null;
  #sending = null;
  #problem = "";
  #told = "";

  constructor(edits, conflicts, state) {
    this.#edits = edits;
    this.#conflicts = conflicts;
    this.state = state;
    this.onArrived = () => {};
    addEventListener("online", () => this.flush());
    addEventListener("beforeunload", (event) => {
      if (drafts.indexes.length) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.flush({ keepalive: true });
    });
    if (drafts.indexes.length) this.flush(); // left behind by a page that was closed offline
    else this.#show();
  }

  // Somebody has typed; `version` is that of the segment when they began.
  note(segment, text, version) {
    if (text === segment.row.text && version === segment.row.version) drafts.drop(segment.index);
    else drafts.put(segment.index, { version, text });
    this.#show();
    this.#later(PAUSE_MS);
  }

  // Until nothing waits any more; false if something cannot be sent.
  async settle() {
    while (drafts.indexes.length) if (!(await this.flush())) return false;
    return true;
  }

  // Send what waits. False if something cannot be sent.
  flush({ keepalive = false } = {}) {
    clearTimeout(this.#timer);
    this.#sending ??= this.#sendAll(keepalive).finally(() => {
      this.#sending = null;
      this.#show();
    });
    this.#show();
    return this.#sending;
  }

  async #sendAll(keepalive) {
    this.#problem = "";
    const tried = new Set();
    for (;;) {
      const index = drafts.indexes.find((one) => !tried.has(one));
      if (index === undefined) break;
      tried.add(index);
      if (!(await this.#sendOne(index, drafts.get(index), keepalive))) break;
    }
    if (!this.#problem && drafts.indexes.length) this.#later(PAUSE_MS); // typed on meanwhile
    return !this.#problem;
  }

  // Whether the others should be tried as well.
  async #sendOne(index, draft, keepalive) {
    const answer = await this.#edits.send({ kind: "text", index, ...draft }, { keepalive });
    const passes = answer.status === 0 || answer.status === 429 || answer.status >= 500;
    if (answer.ok) this.#arrived(index, draft, answer.body.segments);
    else if (answer.status === 409) await this.#decide(index, draft, answer.body);
    else this.#problem = passes ? say("notSavedOffline") : (answer.body.detail ?? say("refused"));
    if (passes) this.#later(AGAIN_MS);
    return !passes;
  }

  // The row that came back is what further typing is made of.
  #arrived(index, draft, rows) {
    const row = rows.find((one) => one.index === index);
    const newer = drafts.get(index);
    if (newer?.text !== draft.text && row) drafts.put(index, { version: row.version, text: newer.text });
    else drafts.drop(index);
    this.#edits.segments.get(index)?.showText();
    if (row) this.onArrived(row);
  }

  async #decide(index, { text }, { segments: theirs = [], detail }) {
    this.#edits.segments.put(theirs);
    const decided = await this.#conflicts.ask({ index, mine: text, theirs, detail });
    if (decided.keep === null) drafts.drop(index);
    else drafts.put(index, { version: decided.version, text: decided.keep });
    this.#edits.segments.get(index)?.showText();
    this.#later(0);
  }

  #later(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), ms);
  }

  #show() {
    const waiting = drafts.indexes.length > 0;
    const words = this.#problem || say(!waiting ? "saved" : this.#sending ? "saving" : "unsaved");
    this.state.textContent = words;
    this.state.classList.toggle("problem", Boolean(this.#problem));
    if (this.#problem && this.#problem !== this.#told) toast(this.#problem); // once, not at each attempt
    if (this.#problem || !waiting) this.#told = this.#problem;
  }
}
