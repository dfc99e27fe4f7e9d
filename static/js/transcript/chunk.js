// A stretch of the text that is laid out together. Empty until it is wanted: it keeps the room that it will need.
import { Segment } from "./segment.js";

export class Chunk {
  #late = new Map(); // rows that changed while this one was on its way, by index; null for those that are gone

  constructor(element) {
    this.element = element;
    this.count = Number(element.dataset.count);
    this.position = element.dataset.from.split(".").map(Number);
    this.segments = [];
    this.isFilled = false;
    element.style.setProperty("--count", this.count);
  }

  static empty(list, position) {
    const element = document.createElement("ol");
    element.className = "chunk";
    Object.assign(element.dataset, { from: position.join("."), count: 0 });
    list.append(element);
    const chunk = new Chunk(element);
    chunk.fill([]);
    return chunk;
  }

  get address() {
    return this.position.join(".");
  }

  begins({ start_ms: start, index }) {
    const [ownStart, ownIndex] = this.position;
    return ownStart < start || (ownStart === start && ownIndex <= index);
  }

  // With the rows of the server; `elements` where it has written them into the page already.
  fill(rows, elements = []) {
    this.segments = rows.map((row, number) => new Segment(row, elements[number]));
    this.element.replaceChildren(...this.segments.map((segment) => segment.element));
    this.isFilled = true;
    this.element.classList.add("filled");
    for (const [index, row] of this.#late) row ? this.put(row) : this.take(index);
    this.#late.clear();
  }

  put(row) {
    if (!this.isFilled) {
      this.#late.set(row.index, row);
      return;
    }
    const known = this.segments.find(({ index }) => index === row.index);
    if (known && known.row.version > row.version) return;
    if (known?.start === row.start_ms) known.become(row);
    else {
      this.take(row.index);
      this.#insert(new Segment(row));
    }
  }

  take(index) {
    if (!this.isFilled) this.#late.set(index, null);
    const known = this.segments.find((segment) => segment.index === index);
    known?.element.remove();
    this.segments = this.segments.filter((segment) => segment !== known);
  }

  #insert(segment) {
    const behind = this.segments.findIndex((other) => segment.isBefore(other));
    if (behind < 0) this.element.append(segment.element);
    else this.segments[behind].element.before(segment.element);
    this.segments.splice(behind < 0 ? this.segments.length : behind, 0, segment);
  }
}
