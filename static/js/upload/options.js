// How it is to be transcribed. What was chosen stays chosen the next time, except the title, which is one file's own.
import { suggestTags } from "../tags.js";
import { say } from "../transcript/strings.js";

const KEPT = "whisperhub-upload-options";
const REMEMBERED = ["language", "task", "model", "priority", "glossary", "hotwords", "channels", "tags"];
const PER_FILE = "title";

export function startOptions(form) {
  const fields = REMEMBERED.map((name) => form.elements[name]).filter(Boolean);
  restore(fields);
  const count = () => showCount(form, fields);
  for (const field of fields) {
    field.addEventListener("input", () => {
      remember(fields);
      count();
    });
  }
  count();
  form.elements.language.addEventListener("input", () => showLanguageProblem(form, ""));
  suggestTags(form.elements.tags);
  return { areRight: () => languageIsKnown(form), take: (files) => take(form, fields, files) };
}

// As the server names them, the empty ones left out. A title goes to one file, and is used up by it.
function take(form, fields, files) {
  const given = Object.fromEntries(fields.map((field) => [field.name, valueOf(field)]).filter(([, value]) => value));
  const title = form.elements[PER_FILE];
  if (files === 1 && title.value.trim()) {
    given[PER_FILE] = title.value.trim();
    title.value = "";
  }
  return given;
}

function valueOf(field) {
  return field.type === "checkbox" ? (field.checked ? "true" : "") : field.value.trim();
}

function isDefault(field) {
  if (field.type === "checkbox") return !field.checked;
  return field.value.trim() === (field.options?.[0].value ?? "");
}

function showCount(form, fields) {
  const inside = fields.filter((field) => field.closest("details") && !isDefault(field)).length;
  form.querySelector("[data-option-count]").textContent = inside ? say("optionsSet", { count: inside }) : "";
}

function remember(fields) {
  const set = fields.filter((field) => !isDefault(field));
  try {
    localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(set.map((field) => [field.name, valueOf(field)]))));
  } catch {
    // No storage, or none left: they are asked again.
  }
}

function restore(fields) {
  const kept = read();
  for (const field of fields) {
    const value = kept[field.name];
    if (typeof value !== "string") continue;
    // The page may speak another language by now, and name languages by it.
    if (field.name === "language" && !isLanguage(field, value)) continue;
    if (field.type === "checkbox") field.checked = value === "true";
    // A choice that is no longer offered is not made.
    else if (!field.options || [...field.options].some((option) => option.value === value && !option.disabled)) field.value = value;
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

// Said before anything is sent; codes such as "es" or "en-US" are left to the server, which knows them.
function languageIsKnown(form) {
  const field = form.elements.language;
  const plausible = isLanguage(field, field.value.trim());
  showLanguageProblem(form, plausible ? "" : say("unknownLanguage"));
  if (!plausible) field.focus();
  return plausible;
}

function isLanguage(field, value) {
  const wanted = value.toLowerCase();
  const listed = [...field.list.options].some((option) => option.value.toLowerCase() === wanted);
  return !wanted || listed || /^[a-z]{2,3}([-_][a-z0-9]+)*$/.test(wanted);
}

function showLanguageProblem(form, text) {
  document.getElementById("upload-language-error").textContent = text;
  form.elements.language.ariaInvalid = text ? "true" : null;
}
