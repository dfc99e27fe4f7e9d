// What a segment said before: the machine's words and every change since, with the way back to each.
import { getJson } from "./server.js";
import { say } from "./strings.js";
import { toast } from "./toast.js";

const when = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

export class Versions {
  constructor(dialog, edits, saving, address, mayRestore) {
    this.dialog = dialog;
    this.edits = edits;
    this.saving = saving;
    this.address = address; // of the segments; `/<index>/history` follows
    this.mayRestore = mayRestore;
    this.list = dialog.querySelector("[data-versions]");
    this.template = dialog.querySelector("template").content.firstElementChild;
  }

  async open(segment) {
    await this.saving?.settle();
    const answer = await getJson(`${this.address}/${segment.index}/history`);
    if (!answer.ok) {
      toast(answer.body.detail ?? say("offline"));
      return;
    }
    const current = answer.body.at(-1);
    this.list.replaceChildren(...answer.body.toReversed().map((version) => this.#item(segment, version, current)));
    this.dialog.showModal();
  }

  #item(segment, version, current) {
    const item = this.template.cloneNode(true);
    const author = version.who ?? say("machine");
    item.querySelector("[data-who]").textContent = author;
    item.querySelector("[data-when]").textContent = version.when ? when.format(new Date(version.when)) : "";
    item.querySelector("[data-kind]").textContent = version.kind === "machine" ? "" : say(`kind${version.kind}`);
    item.querySelector("[data-speaker]").textContent = version.speaker;
    item.querySelector("[data-diff]").replaceChildren(...version.diff.map(piece));
    const restore = item.querySelector("[data-restore]");
    restore.hidden = !this.mayRestore() || version.text === current.text;
    restore.addEventListener("click", () => this.#restore(segment, version));
    return item;
  }

  async #restore(segment, { version: toVersion }) {
    this.dialog.close();
    const { index, version } = segment.row;
    if (await this.edits.do({ kind: "restore", index, version, to_version: toVersion })) segment.flash();
  }
}

function piece([what, text]) {
  const element = document.createElement({ "=": "span", "-": "del", "+": "ins" }[what]);
  element.textContent = text;
  return element;
}
