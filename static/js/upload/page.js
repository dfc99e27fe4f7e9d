// The upload panel: files and folders chosen or dropped anywhere, the microphone, or a link.
import { say } from "../transcript/strings.js";
import { watchDrops } from "../drops.js";
import { recordings } from "./entries.js";
import { FileTransfer } from "./file_transfer.js";
import { startOptions } from "./options.js";
import { Queue } from "./queue.js";
import { startRecorder } from "./recorder.js";
import { showUnfinished } from "./unfinished.js";
import { UrlTransfer } from "./url_transfer.js";

const form = document.getElementById("upload-form");
const place = { ...form.dataset, csrf: form.elements.csrfmiddlewaretoken.value, maxBytes: Number(form.dataset.maxBytes) };
const news = document.getElementById("upload-news");
const queue = new Queue(document.getElementById("transfers"));
const options = startOptions(form);
const unfinished = showUnfinished(document.getElementById("unfinished"));

queue.onSent = (name) => {
  tell(say("queued", { name }));
  document.body.dispatchEvent(new CustomEvent("recordings-changed"));
};

for (const picker of form.querySelectorAll(".file-input")) {
  picker.addEventListener("change", () => {
    send([...picker.files], picker.webkitdirectory);
    picker.value = "";
  });
}
watchDrops(document.getElementById("drop-veil"), send);
startRecorder(document.getElementById("recorder"), (file) => send([file]), tell);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const url = form.elements.url;
  if (!url.value.trim() || !url.reportValidity() || !options.areRight()) return;
  queue.add(new UrlTransfer(url.value.trim(), place, options.take(1)));
  url.value = "";
});
addEventListener("beforeunload", (event) => {
  if (queue.isBusy) event.preventDefault();
});

// Of a folder only what can be a recording; what people chose one by one is tried, whatever it is called.
function send(files, isFolder = false) {
  if (!options.areRight()) return;
  const wanted = isFolder ? recordings(files) : files;
  const others = files.length - wanted.length;
  if (others) tell(say(wanted.length ? "leftOut" : "nothingInFolder", { count: others }));
  const given = options.take(wanted.length);
  for (const file of wanted) queue.add(new FileTransfer(file, place, given, unfinished));
}

function tell(text) {
  news.textContent = text;
}
