// Where the text stands: draft, in review, approved and locked; and whose turn it is. The server draws the bar.
import { sendJson } from "./server.js";
import { say } from "./strings.js";
import { toast } from "./toast.js";

export class Review {
  #edits;
  #saving;

  constructor(edits, saving) {
    this.#edits = edits;
    this.#saving = saving;
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-review]");
      if (button) this.move(button.dataset.review);
    });
    document.addEventListener("change", (event) => {
      if (event.target.matches("[data-assign]")) this.#assign(event.target);
    });
  }

  get bar() {
    return document.getElementById("review");
  }

  get isLocked() {
    return this.bar.dataset.state === "approved";
  }

  // By key: one step on, as far as the reader may take it.
  advance() {
    this.bar.querySelector(".primary[data-review]")?.click();
  }

  // Nobody approves what they have not seen: the server compares the last edit.
  async move(state) {
    if (!(await this.#saving.settle())) return;
    await this.#send(this.bar.dataset.address, { state, edit_count: this.#edits.editCount });
  }

  #assign(select) {
    this.#send(this.bar.dataset.assign, { username: select.value || null });
  }

  async #send(address, body) {
    const answer = await sendJson(address, body);
    if (!answer.ok) toast(answer.body.detail ?? say("offline"));
    htmx.trigger("#transcript-poll", "news-wanted");
  }
}
