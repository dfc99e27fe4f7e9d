// Suggestions for tags with commas between them: a datalist of the browser's completes a whole field, not its last entry.

export function suggestTags(field) {
  const known = field.getAttribute("list");
  const fitting = document.createElement("datalist");
  fitting.id = `${field.id}-fitting`;
  field.after(fitting);
  field.setAttribute("list", fitting.id);
  const renew = () => fitting.replaceChildren(...suggestions(field.value, document.getElementById(known)).map(asOption));
  field.addEventListener("focus", renew);
  field.addEventListener("input", renew);
}

function suggestions(text, known) {
  const before = text.slice(0, text.lastIndexOf(",") + 1);
  const written = new Set(before.split(",").map((name) => name.trim().toLowerCase()));
  const names = [...(known?.options ?? [])].map((option) => option.value);
  return names.filter((name) => !written.has(name.toLowerCase())).map((name) => (before ? `${before} ${name}` : name));
}

function asOption(value) {
  return Object.assign(document.createElement("option"), { value });
}
