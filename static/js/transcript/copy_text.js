// The whole text into the clipboard: the file that the export would give, so that it is in the audit trail like any.
import { copy } from "./clipboard.js";
import { say } from "./strings.js";
import { toast } from "./toast.js";

let waiting = null; // a text that came too late for the click that asked for it

// `settle` sends what is not saved yet; false if it cannot.
export function startCopyText(settle) {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy-text]");
    if (!button) return;
    const text = waiting ?? (await textOf(button.dataset.copyText, settle));
    if (text === null) {
      toast(say("offline"));
      return;
    }
    const copied = copy(text);
    waiting = copied ? null : text;
    toast(say(copied ? "textCopied" : "copyAgain"));
    if (copied) close(button.closest("[data-menu]"));
  });
}

async function textOf(address, settle) {
  try {
    if (!(await settle())) return null;
    const answer = await fetch(address);
    return answer.ok && !answer.redirected ? await answer.text() : null;
  } catch {
    return null; // nobody answered
  }
}

function close(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}
