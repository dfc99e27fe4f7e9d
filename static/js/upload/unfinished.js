// Uploads that broke off with an earlier page: the browser knows their names, not their files, so these must be chosen again.
import { say } from "../transcript/strings.js";
import { size } from "./sizes.js";

const MOST = 5;

// Lists them in `box`. `forget(address)` takes one off the list that goes on.
export function showUnfinished(box) {
  const rows = new Map();
  const forget = (address) => {
    rows.get(address)?.remove();
    rows.delete(address);
    box.hidden = !rows.size;
  };
  list(box, rows, forget);
  return { forget };
}

async function list(box, rows, forget) {
  const storage = window.tus.defaultOptions.urlStorage;
  for (const previous of (await storage.findAllUploads()).slice(-MOST)) {
    const sent = await offset(previous.uploadUrl);
    if (sent === null) continue;
    const row = document.getElementById("unfinished-template").content.cloneNode(true).firstElementChild;
    const name = previous.metadata.filename;
    row.querySelector("[data-name]").textContent = name;
    row.querySelector("[data-sent]").textContent = say("sentOf", { sent: size(sent), total: size(previous.size) });
    const button = row.querySelector("button");
    button.setAttribute("aria-label", say("forgetNamed", { name }));
    button.addEventListener("click", () => {
      storage.removeUpload(previous.urlStorageKey);
      forget(previous.uploadUrl);
    });
    rows.set(previous.uploadUrl, row);
    box.querySelector("ul").append(row);
    box.hidden = false;
  }
}

// How much of it the hub has; null if it is not there any more, somebody else's, or nobody can be asked.
async function offset(address) {
  try {
    const answer = await fetch(address, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0", Accept: "application/json" } });
    return answer.ok ? Number(answer.headers.get("Upload-Offset")) : null;
  } catch {
    return null;
  }
}
