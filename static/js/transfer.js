// One file (or link) on its way: what it looks like, how far it is, and why it was refused.
import { megabytes, post, Refusal } from "./post.js";

const KEEP_SENT_MS = 4000;

export class Transfer {
  static ofFile(file, action, options, maxBytes) {
    const transfer = new Transfer(file.name, action, { ...options, file });
    if (file.size > maxBytes) transfer.reason = `Too large: ${megabytes(file.size)}. The limit is ${megabytes(maxBytes)}.`;
    else if (!file.size) transfer.reason = "The file is empty.";
    return transfer;
  }

  static ofUrl(url, action, options) {
    return new Transfer(url, action, { ...options, url });
  }

  constructor(name, action, fields) {
    this.name = name;
    this.action = action;
    this.fields = fields;
    this.reason = ""; // why it is not worth sending
    this.onAgain = () => {};
    this.#build();
    this.#say("Waiting");
  }

  // True once the server has it. What went wrong is on the page then, not thrown.
  async send() {
    if (this.stopped) return false;
    if (this.reason) return this.#refuse(this.reason, false);
    this.stopping = new AbortController();
    this.bar.hidden = false;
    this.bar.removeAttribute("value");
    this.#say(this.fields.url ? "Fetching…" : "Starting…");
    try {
      const answer = await post(this.action, this.fields, this.stopping.signal, (sent) => this.#progress(sent));
      this.#accept(answer);
      return true;
    } catch (error) {
      if (error.name === "AbortError") return false;
      if (!(error instanceof Refusal)) throw error;
      return this.#refuse(error.message, error.mayPass);
    }
  }

  #build() {
    this.element = document.getElementById("transfer-template").content.cloneNode(true).firstElementChild;
    const find = (selector) => this.element.querySelector(selector);
    [this.bar, this.note, this.again] = [find("progress"), find(".transfer-note"), find("[data-again]")];
    find(".transfer-name").textContent = find(".transfer-name").title = this.name;
    this.close = find("[data-cancel]");
    this.close.ariaLabel = `Cancel ${this.name}`;
    this.close.addEventListener("click", () => this.#stop());
    this.again.addEventListener("click", () => {
      this.element.classList.remove("refused");
      this.again.hidden = true;
      this.#say("Waiting");
      this.onAgain();
    });
    this.bar.hidden = true;
  }

  #stop() {
    this.stopped = true;
    this.stopping?.abort();
    this.element.remove();
  }

  #progress({ loaded, total }) {
    if (this.fields.url) return;
    this.bar.value = (100 * loaded) / total;
    this.#say(loaded < total ? `${megabytes(loaded)} of ${megabytes(total)}` : "Looking into it…");
    if (loaded >= total) this.bar.removeAttribute("value");
  }

  #accept({ url }) {
    this.bar.hidden = true;
    this.element.classList.add("sent");
    const link = Object.assign(document.createElement("a"), { href: url, textContent: "Open" });
    this.note.replaceChildren("In the queue. ", link);
    this.close.ariaLabel = `Dismiss ${this.name}`;
    setTimeout(() => this.element.matches(":focus-within") || this.element.remove(), KEEP_SENT_MS);
  }

  #refuse(reason, mayPass) {
    this.bar.hidden = true;
    this.element.classList.add("refused");
    this.note.setAttribute("role", "alert");
    this.again.hidden = !mayPass;
    this.close.ariaLabel = `Dismiss ${this.name}`;
    this.#say(reason);
    return false;
  }

  #say(text) {
    this.note.textContent = text;
  }
}
