// Find and replace: every match is shown before it is changed, and can be left out.
import { clock } from "./clock.js";
import { sendJson } from "./server.js";
import { announce, say } from "./strings.js";

const PAUSE_MS = 300;

export class Replace {
  #timer = null;
  #asked = 0;
  #preview = { matches: [], count: 0, truncated: false };

  constructor(dialog, edits, saving, address) {
    this.dialog = dialog;
    this.edits = edits;
    this.saving = saving;
    this.address = address;
    this.form = dialog.querySelector("form");
    this.list = dialog.querySelector("[data-matches]");
    this.status = dialog.querySelector("[data-status]");
    this.button = dialog.querySelector("[data-replace]");
    this.template = dialog.querySelector("template").content.firstElementChild;
    this.form.addEventListener("input", (event) => {
      if (event.target.closest("[data-matches]")) this.#tell();
      else this.#later();
    });
    this.form.addEventListener("submit", (event) => this.#replace(event));
  }

  async open(selected) {
    this.dialog.showModal();
    if (selected) this.form.elements.find.value = selected;
    this.form.elements.find.select();
    await this.saving.settle(); // what is replaced is what the server has
    this.#show();
  }

  get #wanted() {
    const { find, replace, match_case: matchCase, whole_words: wholeWords } = this.form.elements;
    return {
      find: find.value,
      replace: replace.value,
      match_case: matchCase.checked,
      whole_words: wholeWords.checked,
    };
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(), PAUSE_MS);
  }

  async #show() {
    const asked = (this.#asked += 1);
    const wanted = this.#wanted;
    const answer = wanted.find.trim() ? await sendJson(this.address, wanted) : { ok: true, body: { matches: [], count: 0 } };
    if (asked !== this.#asked) return; // typed on meanwhile
    this.#preview = answer.ok ? answer.body : { matches: [], count: 0 };
    this.list.replaceChildren(...this.#preview.matches.map((match) => this.#item(match)));
    if (answer.ok) this.#tell();
    else this.status.textContent = answer.body.detail ?? say("offline");
  }

  #item({ index, start_ms: start, before, after }) {
    const item = this.template.cloneNode(true);
    item.querySelector("input").value = index;
    item.querySelector("[data-time]").textContent = clock(start);
    item.querySelector("[data-change]").append(...changes(before, after, this.#wanted));
    return item;
  }

  get #ticked() {
    return [...this.list.querySelectorAll("input:checked")].map((box) => Number(box.value));
  }

  #tell() {
    const { matches, count, truncated } = this.#preview;
    const ticked = this.#ticked.length;
    const all = ticked === matches.length ? count : ticked;
    this.button.disabled = !all;
    this.button.textContent = say("replaceCount", { count: all });
    const news = truncated ? "matchesListed" : "matches";
    this.status.textContent = this.form.elements.find.value.trim() ? say(news, { count, listed: matches.length }) : "";
  }

  async #replace(event) {
    event.preventDefault();
    if (this.button.disabled) return;
    const ticked = this.#ticked;
    const only = ticked.length === this.#preview.matches.length ? {} : { only: ticked };
    const done = await this.edits.do({ kind: "replace", ...this.#wanted, ...only });
    if (!done) return;
    this.dialog.close();
    announce(say("replaced", { count: done.segments.length }));
  }
}

// The text with what goes and what comes. Where our own search does not find what the server's found (letters whose
// case is a matter of language), the one wording and the other.
function changes(before, after, { find, replace, match_case: matchCase, whole_words: wholeWords }) {
  const literally = find.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const bounded = wholeWords ? `(?<![\\p{L}\\p{N}_])${literally}(?![\\p{L}\\p{N}_])` : literally;
  const sought = new RegExp(bounded, matchCase ? "gu" : "giu");
  if (before.replace(sought, () => replace).replace(/\s+/g, " ").trim() !== after) {
    return [marked("del", before), " ", marked("ins", after)];
  }
  const pieces = [];
  let end = 0;
  for (const match of before.matchAll(sought)) {
    pieces.push(before.slice(end, match.index), marked("del", match[0]), marked("ins", replace));
    end = match.index + match[0].length;
  }
  return [...pieces, before.slice(end)];
}

function marked(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
