// One segment of the text: the row that the server gave, and its element, which the page's own template shapes.
import { clock, moment } from "./clock.js";
import { doubts } from "./doubts.js";
import { drafts } from "./drafts.js";
import { knows, say } from "./strings.js";
import { colourOf } from "./voices.js";
import { placed, wordNodes } from "./words.js";

const template = document.getElementById("segment-template").content.firstElementChild;

export class Segment {
  #placed = null;
  #isSplit = false;
  #isSame = false;
  #isWrittenIn = false;

  constructor(row, element = template.cloneNode(true)) {
    this.row = row;
    this.element = element;
    this.element.segment = this;
    this.#show();
  }

  static of(node) {
    return (node?.closest ? node : node?.parentElement)?.closest?.(".segment")?.segment ?? null;
  }

  get index() {
    return this.row.index;
  }

  get start() {
    return this.row.start_ms;
  }

  get end() {
    return this.row.end_ms;
  }

  // What is shown: what the server has, or what was typed and is not there yet.
  get text() {
    return drafts.get(this.index)?.text ?? this.row.text;
  }

  get paragraph() {
    return this.element.querySelector(".words");
  }

  get words() {
    return (this.#placed ??= drafts.get(this.index) ? [] : placed(this.row.words));
  }

  get unsureWords() {
    return this.words.filter((word) => doubts.includes(word));
  }

  get isDoubtful() {
    return this.row.flags.length > 0 || this.unsureWords.length > 0;
  }

  isBefore(other) {
    return this.start < other.start || (this.start === other.start && this.index < other.index);
  }

  become(row) {
    this.row = row;
    this.#show();
  }

  // False if the row that was given this name is not the one that follows ours.
  beNamed(speaker, version) {
    if (this.row.version >= version) return true;
    if (this.row.version < version - 1) return false;
    this.row = { ...this.row, speaker, version, edited: true };
    this.#showSpeaker();
    return true;
  }

  // A name is written where it changes. Who speaks in the end, for the next one.
  follow(speaker) {
    const same = speaker === this.row.speaker;
    if (same !== this.#isSame) this.element.classList.toggle("same-speaker", (this.#isSame = same));
    return this.row.speaker;
  }

  // Here something has changed.
  flash() {
    this.element.classList.remove("changed");
    requestAnimationFrame(() => this.element.classList.add("changed"));
  }

  // Each word an element of its own; needed where one of them is pointed at or played.
  split() {
    if (this.#isSplit || this.#isWrittenIn || !this.words.length) return;
    this.#isSplit = true;
    this.showWords();
  }

  wordAt(ms) {
    this.split();
    const spoken = this.words.findLastIndex((word) => word.start <= ms);
    return this.paragraph.querySelectorAll(".word")[spoken] ?? null;
  }

  // The word that stands at this offset of the text, or the next one.
  wordFrom(offset) {
    return this.words.find((word) => word.offset + word.length > offset) ?? null;
  }

  // While somebody writes in it, the paragraph is theirs: nothing is drawn under the caret.
  beWrittenIn(isWrittenIn) {
    if (isWrittenIn) this.split();
    this.#isWrittenIn = isWrittenIn;
    if (!isWrittenIn) this.showText();
  }

  showText() {
    this.#placed = null;
    this.#isSplit = false;
    this.showWords();
  }

  showWords() {
    if (this.#isWrittenIn) return;
    const look = { all: this.#isSplit, isDoubtful: (word) => doubts.includes(word) };
    this.paragraph.replaceChildren(...wordNodes(this.text, this.words, look));
    this.element.classList.toggle("unsaved", Boolean(drafts.get(this.index)));
    this.#noteUnsureWords();
  }

  #show() {
    const { element, row } = this;
    element.id = `s${row.index}`;
    element.dataset.start = row.start_ms;
    element.classList.toggle("doubtful", row.flags.length > 0);
    const timecode = element.querySelector(".timecode");
    timecode.href = moment(row.start_ms);
    timecode.textContent = clock(row.start_ms);
    this.#showSpeaker();
    element.querySelector(".doubts").hidden = !row.flags.length;
    element.querySelector(".doubts-what").textContent = row.flags.map(inWords).join(". ");
    this.showText();
  }

  #showSpeaker() {
    const name = this.element.querySelector(".speaker");
    name.textContent = this.row.speaker;
    if (this.row.speaker) name.dataset.voice = colourOf(this.row.speaker);
  }

  // Read after the text: a mark within it would be announced by few screen readers, and by some in every word.
  #noteUnsureWords() {
    const unsure = this.unsureWords.map(({ offset, length }) => this.text.slice(offset, offset + length));
    const note = this.element.querySelector(".unsure-note");
    note.textContent = unsure.length ? say("unsureWords", { words: unsure.join(", ") }) : "";
  }
}

function inWords(flag) {
  const name = `doubt${flag}`;
  if (knows(name)) return say(name);
  const words = flag.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
