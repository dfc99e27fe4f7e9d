// Comments on passages, in the margin of their segment. Settled ones stay reachable, out of the way.
import { getJson, sendJson } from "./server.js";
import { announce, say } from "./strings.js";
import { toast } from "./toast.js";

const when = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
const parts = document.getElementById("comment-templates").content;

export class Comments {
  #comments = [];
  #margins = new Map(); // segment → its element

  constructor(segments, bar, text, mayComment) {
    this.segments = segments;
    this.text = text;
    this.mayComment = mayComment;
    this.address = segments.list.dataset.comments;
    this.button = bar.querySelector("[data-comments]");
    this.resolved = bar.querySelector("[data-resolved]");
    this.button.addEventListener("click", () => this.next());
    this.resolved.addEventListener("click", () => this.#showResolved());
    segments.addEventListener("change", () => this.#draw());
    this.refresh();
  }

  async refresh() {
    const answer = await getJson(this.address);
    if (!answer.ok) return;
    this.#comments = answer.body.comments;
    this.#draw();
  }

  // Write one on this segment.
  compose(segment) {
    if (!this.mayComment) return;
    const margin = this.#marginOf(segment);
    const form = margin.querySelector("form") ?? margin.appendChild(this.#form(segment));
    form.elements.text.focus();
  }

  async next() {
    await this.segments.reachAll();
    const { current } = this.text;
    const shown = this.#shown.map((comment) => this.#segmentOf(comment)).filter(Boolean);
    const segment = shown.find((one) => current?.isBefore(one)) ?? shown[0];
    if (!segment) return;
    this.text.go(segment);
    segment.element.scrollIntoView({ block: "center" });
  }

  get #shown() {
    const all = this.resolved.ariaPressed === "true";
    return this.#comments.filter((comment) => all || !comment.resolved_at);
  }

  #showResolved() {
    this.resolved.ariaPressed = String(this.resolved.ariaPressed !== "true");
    this.#draw();
  }

  // Its own segment, or what stands there now.
  #segmentOf(comment) {
    const own = this.segments.get(comment.index);
    return own ?? (this.segments.isComplete ? this.segments.lastBegun(comment.start_ms) : null);
  }

  #draw() {
    for (const [segment, margin] of this.#margins) {
      margin.querySelector(".thread").replaceChildren();
      if (!margin.querySelector("form")) this.#close(segment, margin);
    }
    for (const comment of this.#shown) {
      const segment = this.#segmentOf(comment);
      if (segment) this.#marginOf(segment).querySelector(".thread").append(this.#item(segment, comment));
    }
    const settled = this.#comments.filter((comment) => comment.resolved_at).length;
    this.resolved.hidden = !settled;
    this.resolved.querySelector("[data-count]").textContent = settled;
    this.button.hidden = !this.#comments.length;
    this.button.querySelector("[data-count]").textContent = this.#comments.length - settled;
  }

  #marginOf(segment) {
    const known = this.#margins.get(segment);
    if (known?.isConnected) return known;
    const margin = parts.querySelector(".margin").cloneNode(true);
    this.#margins.set(segment, margin);
    segment.element.append(margin);
    segment.element.classList.add("with-margin");
    return margin;
  }

  #close(segment, margin) {
    this.#margins.delete(segment);
    margin.remove();
    segment.element.classList.remove("with-margin");
  }

  #item(segment, comment) {
    const item = parts.querySelector(".comment").cloneNode(true);
    item.classList.toggle("resolved", Boolean(comment.resolved_at));
    item.querySelector("[data-author]").textContent = comment.author;
    item.querySelector("[data-when]").textContent = when.format(new Date(comment.created_at));
    item.querySelector("[data-text]").textContent = comment.text;
    const act = (name, isOffered, does) => {
      const button = item.querySelector(`[data-act=${name}]`);
      button.hidden = !isOffered;
      button.addEventListener("click", does);
    };
    act("resolve", this.mayComment && !comment.resolved_at, () => this.#change("PATCH", comment, { resolved: true }));
    act("reopen", this.mayComment && comment.resolved_at, () => this.#change("PATCH", comment, { resolved: false }));
    act("reply", this.mayComment, () => this.compose(segment));
    act("delete", comment.mine, () => this.#change("DELETE", comment));
    return item;
  }

  #form(segment) {
    const form = parts.querySelector("form").cloneNode(true);
    form.addEventListener("submit", (event) => this.#send(event, segment, form));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#dismiss(segment, form);
    });
    form.querySelector("[data-dismiss]").addEventListener("click", () => this.#dismiss(segment, form));
    return form;
  }

  #dismiss(segment, form) {
    form.remove();
    this.#draw();
    segment.element.focus({ preventScroll: true });
  }

  async #send(event, segment, form) {
    event.preventDefault();
    const answer = await sendJson(this.address, { index: segment.index, text: form.elements.text.value });
    if (!answer.ok) {
      toast(answer.body.detail ?? say("offline")); // what was written stays in its field
      return;
    }
    this.#comments.push(answer.body);
    this.#comments.sort((one, other) => one.start_ms - other.start_ms || one.id - other.id);
    announce(say("commented"));
    this.#dismiss(segment, form);
  }

  async #change(method, comment, body = {}) {
    const answer = await sendJson(`${this.address}/${comment.id}`, body, { method });
    if (!answer.ok) toast(answer.body.detail ?? say("offline"));
    await this.refresh();
  }
}
