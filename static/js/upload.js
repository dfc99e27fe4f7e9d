// The upload panel: files chosen, dropped anywhere, or a link; two on their way at a time, the others wait.
import { watchDrops } from "./drops.js";
import { Transfer } from "./transfer.js";

const AT_ONCE = 2;

const form = document.getElementById("upload-form");
const list = document.getElementById("transfers");
const news = document.getElementById("upload-news");
const waiting = [];
let underWay = 0;

const picker = form.elements.file;
picker.addEventListener("change", () => {
  enqueueFiles([...picker.files]);
  picker.value = "";
});
watchDrops(document.getElementById("drop-veil"), enqueueFiles);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const url = form.elements.url;
  if (!url.value.trim() || !url.reportValidity()) return;
  enqueue(Transfer.ofUrl(url.value.trim(), form.dataset.urlAction, options()));
  url.value = "";
});
form.elements.language.addEventListener("input", () => showLanguageProblem(""));
addEventListener("beforeunload", (event) => {
  if (underWay) event.preventDefault();
});

function enqueueFiles(files) {
  if (!languageIsKnown()) return;
  for (const file of files) enqueue(Transfer.ofFile(file, form.action, options(), Number(form.dataset.maxBytes)));
}

function enqueue(transfer) {
  list.append(transfer.element);
  transfer.onAgain = () => wait(transfer);
  wait(transfer);
}

function wait(transfer) {
  waiting.push(transfer);
  startNext();
}

async function startNext() {
  if (underWay >= AT_ONCE || !waiting.length) return;
  underWay += 1;
  const transfer = waiting.shift();
  try {
    if (await transfer.send()) {
      news.textContent = `${transfer.name} is in the queue.`;
      document.body.dispatchEvent(new CustomEvent("recordings-changed"));
    }
  } finally {
    underWay -= 1;
    startNext();
  }
}

function options() {
  return {
    csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
    language: form.elements.language.value.trim(),
    task: form.elements.task.value,
  };
}

// Said before anything is sent; codes such as "es" or "en-US" are left to the server, which knows them.
function languageIsKnown() {
  const wanted = form.elements.language.value.trim().toLowerCase();
  const known = [...form.elements.language.list.options].some((option) => option.value.toLowerCase() === wanted);
  const plausible = !wanted || known || /^[a-z]{2,3}([-_][a-z0-9]+)*$/.test(wanted);
  showLanguageProblem(plausible ? "" : "Choose a language from the list, or leave it empty.");
  if (!plausible) form.elements.language.focus();
  return plausible;
}

function showLanguageProblem(text) {
  document.getElementById("upload-language-error").textContent = text;
  form.elements.language.ariaInvalid = text ? "true" : null;
}
