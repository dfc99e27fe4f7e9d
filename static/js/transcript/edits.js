// Corrections on their way to the server, one after the other, and the rows that come back.
import { sendJson } from "./server.js";
import { announce, say } from "./strings.js";
import { toast } from "./toast.js";

export class Edits extends EventTarget {
  #last = Promise.resolve();

  constructor(segments, bar) {
    super();
    this.segments = segments;
    this.address = segments.list.dataset.edits;
    this.undoButton = bar.querySelector("[data-undo]");
    this.redoButton = bar.querySelector("[data-redo]");
    this.editCount = Number(segments.list.dataset.editCount);
  }

  // { ok, status, body }. Each waits for the one before: its version may be what that one makes.
  send(edit, { keepalive = false } = {}) {
    const sent = this.#last.then(() => this.#send(edit, keepalive));
    this.#last = sent;
    return sent;
  }

  // As `send`, for what is lost if it fails: says why. Null then.
  async do(edit) {
    const answer = await this.send(edit);
    if (answer.ok) return answer.body;
    if (answer.status === 409) this.segments.put(answer.body.segments ?? []);
    toast(answer.status ? answer.body.detail ?? say("refused") : say("offline"));
    return null;
  }

  async undo() {
    const done = await this.do({ kind: "undo" });
    if (done) this.#tell(say("undone"), done);
    return done;
  }

  async redo() {
    const done = await this.do({ kind: "redo" });
    if (done) this.#tell(say("redone"), done);
    return done;
  }

  async #send(edit, keepalive) {
    const answer = await sendJson(this.address, edit, { keepalive });
    if (!answer.ok) return answer;
    const { segments, speakers, removed, edit_count: count, can_undo: canUndo, can_redo: canRedo } = answer.body;
    if (removed.length) this.segments.remove(removed);
    if (segments.length) this.segments.put(segments);
    await this.segments.name(speakers);
    this.editCount = count;
    this.undoButton.disabled = !canUndo;
    this.redoButton.disabled = !canRedo;
    this.dispatchEvent(new Event("edited"));
    return answer;
  }

  #tell(news, { segments, speakers }) {
    const named = Object.values(speakers).flat().map(([index]) => index);
    const changed = [...segments.map(({ index }) => index), ...named].map((index) => this.segments.get(index));
    changed[0]?.element.scrollIntoView({ block: "nearest" });
    for (const segment of changed) segment?.flash();
    announce(news);
  }
}
