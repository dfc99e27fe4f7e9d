// The keyboard. The dialog that lists the shortcuts is also where they are defined: <kbd data-key> in <tr data-action>.
// A single key works outside of fields, and characters can be switched off (WCAG 2.1.4); a combination works everywhere.

const REMEMBERED = "single-keys";
const MODIFIERS = ["Ctrl", "Alt", "Shift"];

export class Keys {
  #bindings = new Map(); // "Ctrl+Space" → action
  #actions = {};

  constructor(dialog) {
    this.dialog = dialog;
    for (const key of dialog.querySelectorAll("[data-key]")) {
      this.#bindings.set(key.dataset.key, key.closest("[data-action]").dataset.action);
    }
    this.singleKeys = dialog.querySelector("[data-single-keys]");
    this.singleKeys.checked = localStorage.getItem(REMEMBERED) !== "off";
    this.singleKeys.addEventListener("change", () => {
      localStorage.setItem(REMEMBERED, this.singleKeys.checked ? "on" : "off");
    });
    addEventListener("keydown", (event) => this.#pressed(event));
  }

  // What to do, by the names of the dialog. An action that returns false leaves the key to the browser.
  on(actions) {
    Object.assign(this.#actions, actions);
  }

  #pressed(event) {
    if (event.isComposing || event.defaultPrevented) return;
    if (document.querySelector("dialog:modal")) return;
    const name = nameOf(event);
    const isSingle = !/^(Ctrl|Alt)\+|^F\d/.test(name);
    if (isSingle && isTaken(event)) return;
    if (isSingle && isCharacter(event.key) && !this.singleKeys.checked) return;
    const action = this.#actions[this.#bindings.get(name)];
    if (action && action(event) !== false) event.preventDefault();
  }
}

// "Ctrl+Shift+z", "Alt+ArrowDown", "n", "?": Shift is named only where the key does not say it itself.
function nameOf(event) {
  const isLetter = /^Key[A-Z]$/.test(event.code);
  // With Alt a key writes something else on many keyboards.
  const key = event.key === " " ? "Space" : isLetter && event.altKey ? event.code.at(-1).toLowerCase() : event.key;
  const pressed = { Ctrl: event.ctrlKey || event.metaKey, Alt: event.altKey, Shift: event.shiftKey && saysNoShift(key) };
  const plain = key.length === 1 ? key.toLowerCase() : key;
  return [...MODIFIERS.filter((modifier) => pressed[modifier]), plain].join("+");
}

function saysNoShift(key) {
  return key.length > 1 || key.toLowerCase() !== key.toUpperCase();
}

// What a speech program may type: not the space bar, the arrows or Escape.
function isCharacter(key) {
  return key.length === 1 && key !== " ";
}

// Keys that the focused element needs for itself.
function isTaken(event) {
  const { target } = event;
  if (target.closest("input:not([type=range], [type=checkbox]), textarea, select, [contenteditable], dialog")) return true;
  const pressesIt = ["Enter", " "].includes(event.key);
  if (pressesIt && target.closest("button, a, summary, input, label")) return true;
  return event.key.startsWith("Arrow") && Boolean(target.closest("input"));
}
