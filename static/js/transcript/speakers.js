// Who speaks: for one segment, for a run of them, or under a new name everywhere.
import { say } from "./strings.js";

export class Speakers {
  #segment = null;
  #chosen = [];

  constructor(dialog, segments, edits) {
    this.dialog = dialog;
    this.segments = segments;
    this.edits = edits;
    this.form = dialog.querySelector("form");
    this.field = this.form.elements.speaker;
    this.known = dialog.querySelector("[data-known]");
    this.rename = dialog.querySelector("[data-rename]");
    this.several = dialog.querySelector("[data-several]");
    this.form.addEventListener("submit", (event) => this.#save(event));
    this.known.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.field.value = button.textContent;
      this.field.focus();
    });
  }

  // For `segment`, or for several that were selected.
  async open(segment, selected) {
    await this.segments.reachAll(); // names and runs are those of the whole text
    this.#segment = segment;
    this.#chosen = selected.length > 1 && selected.includes(segment) ? selected : [segment];
    const { speaker } = segment.row;
    this.field.value = speaker;
    this.#offerNames();
    this.several.hidden = this.#chosen.length < 2;
    this.several.querySelector("span").textContent = say("selectedSegments", { count: this.#chosen.length });
    this.rename.hidden = !speaker;
    this.rename.querySelector("span").textContent = say("everywhere", { speaker });
    this.form.elements.scope.value = this.#chosen.length > 1 ? "several" : "one";
    this.dialog.showModal();
    this.field.select();
  }

  #offerNames() {
    const names = [...new Set(this.segments.ordered.map(({ row }) => row.speaker).filter(Boolean))].sort();
    this.known.replaceChildren(...names.map(nameButton));
  }

  async #save(event) {
    event.preventDefault();
    this.dialog.close();
    const speaker = this.field.value.trim();
    const scope = this.form.elements.scope.value;
    const edit =
      scope === "everywhere"
        ? { kind: "rename_speaker", from: this.#segment.row.speaker, to: speaker }
        : { kind: "speaker", speaker, segments: this.#meant(scope).map(named) };
    if (await this.edits.do(edit)) this.segments.get(this.#segment.index)?.element.focus({ preventScroll: true });
  }

  #meant(scope) {
    if (scope === "several") return this.#chosen;
    if (scope === "one") return [this.#segment];
    const from = this.segments.ordered.slice(this.segments.ordered.indexOf(this.#segment));
    const end = from.findIndex(({ row }) => row.speaker !== this.#segment.row.speaker);
    return end < 0 ? from : from.slice(0, end);
  }
}

function nameButton(name) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button small", textContent: name, dir: "auto" });
  return button;
}

function named({ row: { index, version } }) {
  return { index, version };
}
