// Writing in a segment: the paragraph itself becomes a field of plain text, so that the words stay where they are and
// the spoken one stays marked. One segment at a time; leaving it saves it.
import { caretOffset, isAtEdge, setCaret } from "./caret.js";
import { drafts } from "./drafts.js";
import { Segment } from "./segment.js";
import { say } from "./strings.js";
import { toast } from "./toast.js";

export class Editor {
  #segments;
  #saving;
  #edits;
  #segment = null;
  #version = 0;

  constructor(segments, saving, edits, isLocked) {
    this.#segments = segments;
    this.#saving = saving;
    this.#edits = edits;
    this.isLocked = isLocked;
    const { list } = segments;
    list.addEventListener("dblclick", (event) => this.#doubleClicked(event));
    list.addEventListener("input", () => this.#typed());
    list.addEventListener("beforeinput", (event) => this.#before(event));
    list.addEventListener("keydown", (event) => this.#pressed(event));
    list.addEventListener("focusout", (event) => {
      if (event.target === this.#segment?.paragraph) this.stop();
    });
    saving.onArrived = ({ index, version }) => {
      if (index === this.#segment?.index) this.#version = version;
    };
  }

  get isOpen() {
    return this.#segment !== null;
  }

  start(segment, offset = null) {
    if (!segment) return;
    if (this.isLocked()) {
      toast(say("locked"));
      return;
    }
    if (segment !== this.#segment) {
      this.stop();
      this.#segment = segment;
      this.#version = drafts.get(segment.index)?.version ?? segment.row.version;
      segment.beWrittenIn(true);
      this.#open(segment.paragraph);
    }
    segment.paragraph.focus({ preventScroll: true });
    if (offset !== null) setCaret(segment.paragraph, offset);
    segment.element.scrollIntoView({ block: "nearest" });
  }

  stop() {
    const segment = this.#segment;
    if (!segment) return;
    this.#segment = null;
    const { paragraph } = segment;
    for (const name of ["contenteditable", "role", "aria-label", "aria-multiline"]) paragraph.removeAttribute(name);
    segment.element.classList.remove("written-in");
    segment.beWrittenIn(false);
    this.#saving.flush();
  }

  #open(paragraph) {
    paragraph.contentEditable = "plaintext-only";
    paragraph.role = "textbox";
    paragraph.ariaMultiLine = "true";
    paragraph.ariaLabel = say("textOfSegment");
    paragraph.closest(".segment").classList.add("written-in");
  }

  // The first of the two clicks has set the caret already where the text is not yet written in.
  #doubleClicked(event) {
    const segment = event.target.closest(".words") && Segment.of(event.target);
    if (!segment || segment === this.#segment) return;
    const offset = caretOffset(segment.paragraph);
    this.start(segment, offset ?? segment.text.length);
  }

  #typed() {
    if (this.#segment) this.#saving.note(this.#segment, plain(this.#segment.paragraph), this.#version);
  }

  // One line of plain text, whatever is pasted or dropped into it.
  #before(event) {
    if (event.inputType.startsWith("format")) event.preventDefault();
    if (["insertParagraph", "insertLineBreak"].includes(event.inputType)) event.preventDefault();
    if (["insertFromPaste", "insertFromDrop"].includes(event.inputType)) {
      const pasted = event.dataTransfer?.getData("text/plain") ?? "";
      if (!/[\r\n]/.test(pasted)) return;
      event.preventDefault();
      document.execCommand("insertText", false, pasted.replace(/\s+/g, " "));
    }
  }

  #pressed(event) {
    if (event.isComposing || !this.#segment || event.target !== this.#segment.paragraph) return;
    const act = this.#meaning(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  // Enter, Backspace, Delete and the arrows at the edges do what they do in any text of paragraphs.
  #meaning(event) {
    const segment = this.#segment;
    const bare = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
    const at = getSelection().isCollapsed ? caretOffset(segment.paragraph) : null;
    const end = segment.paragraph.textContent.length;
    if (event.key === "Escape") return () => this.#leave(segment);
    if (!bare) return null;
    if (event.key === "Enter") return () => this.#enter(segment, at, end);
    if (event.key === "Backspace" && at === 0) return () => this.#join(segment, -1);
    if (event.key === "Delete" && at === end) return () => this.#join(segment, 1);
    if (event.key === "ArrowUp" && isAtEdge(segment.paragraph, -1)) return () => this.#go(segment, -1);
    if (event.key === "ArrowDown" && isAtEdge(segment.paragraph, 1)) return () => this.#go(segment, 1);
    return null;
  }

  #leave(segment) {
    this.stop();
    segment.element.focus({ preventScroll: true });
  }

  async #go(segment, step) {
    const next = await this.#segments.beside(segment, step);
    if (next) this.start(next, step > 0 ? 0 : next.text.length);
  }

  #enter(segment, at, end) {
    if (at === end) this.#go(segment, 1);
    else if (at) this.split(segment, at);
  }

  // Part the segment before the caret; the text goes to the server first, since that is what is parted.
  async split(segment, at) {
    const before = oneLine(segment.paragraph.textContent.slice(0, at)).length;
    this.stop();
    if (!(await this.#saving.settle())) return;
    const { index, version } = segment.row;
    const done = await this.#edits.do({ kind: "split", index, version, offset: before });
    const second = done?.segments.find((row) => row.index !== index);
    this.start(second ? this.#segments.get(second.index) : segment, second ? 0 : before);
  }

  async #join(segment, step) {
    const other = await this.#segments.beside(segment, step);
    if (!other) return;
    this.stop();
    if (!(await this.#saving.settle())) return;
    const [first, second] = step > 0 ? [segment, other] : [other, segment];
    const joint = first.row.text.length;
    const done = await this.#edits.do({
      kind: "merge",
      index: first.index,
      version: first.row.version,
      with_index: second.index,
      with_version: second.row.version,
    });
    if (done) this.start(this.#segments.get(first.index), joint);
    else this.start(segment, step > 0 ? joint : 0);
  }
}

function plain(paragraph) {
  return oneLine(paragraph.textContent).trimEnd();
}

function oneLine(text) {
  return text.replace(/[\s]+/g, " ").trimStart();
}
