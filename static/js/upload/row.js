// How one file or link on its way looks. `doing` has a function for each of its buttons.
import { say } from "../transcript/strings.js";

const KEEP_SENT_MS = 4000;
const BUTTONS = ["pause", "resume", "again", "anyway", "cancel"];
// Which buttons there are beside "cancel", which is always there.
const OFFERED = { sending: ["pause"], paused: ["resume"], known: ["anyway"], failed: ["again"] };

export class Row {
  constructor(name, doing) {
    this.name = name;
    this.element = document.getElementById("transfer-template").content.cloneNode(true).firstElementChild;
    const find = (selector) => this.element.querySelector(selector);
    [this.bar, this.note] = [find("progress"), find(".transfer-note")];
    find(".transfer-name").textContent = find(".transfer-name").title = name;
    this.buttons = Object.fromEntries(BUTTONS.map((verb) => [verb, find(`[data-do="${verb}"]`)]));
    for (const [verb, button] of Object.entries(this.buttons)) {
      button.addEventListener("click", () => doing[verb]?.());
      button.setAttribute("aria-label", say(`${verb}Named`, { name }));
    }
    this.bar.setAttribute("aria-label", say("progressNamed", { name }));
    this.show("waiting", say("waiting"));
  }

  // Where it stands: "waiting", "sending", "paused", "known", "failed", "refused" or "sent", and that in words.
  show(state, ...words) {
    const had = this.element.contains(document.activeElement);
    this.element.dataset.state = state;
    for (const [verb, button] of Object.entries(this.buttons)) {
      button.hidden = verb !== "cancel" && !OFFERED[state]?.includes(verb);
    }
    if (["failed", "refused", "known"].includes(state)) this.note.setAttribute("role", "alert");
    else this.note.removeAttribute("role");
    this.bar.hidden = !["sending", "paused"].includes(state);
    if (["failed", "refused", "sent"].includes(state)) this.buttons.cancel.setAttribute("aria-label", say("dismissNamed", { name: this.name }));
    this.tell(...words);
    // The button that was pressed is gone: the focus goes on to the one that took its place.
    if (had && document.activeElement === document.body) this.#firstButton().focus();
  }

  tell(...words) {
    this.note.replaceChildren(...words);
  }

  // Of 0 to 1, or null while nobody knows.
  progress(share) {
    if (share === null) this.bar.removeAttribute("value");
    else this.bar.value = 100 * share;
  }

  sent(url) {
    this.show("sent", `${say("isQueued")} `, link(url, say("open")));
    setTimeout(() => this.element.matches(":focus-within, :hover") || this.remove(), KEEP_SENT_MS);
  }

  remove() {
    const next = this.element.nextElementSibling ?? this.element.previousElementSibling;
    if (this.element.contains(document.activeElement)) {
      (next?.querySelector("button:not([hidden])") ?? document.getElementById("upload-file")).focus();
    }
    this.element.remove();
  }

  #firstButton() {
    return Object.values(this.buttons).find((button) => !button.hidden);
  }
}

export function link(href, textContent) {
  return Object.assign(document.createElement("a"), { href, textContent });
}
