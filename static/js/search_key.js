// "/" goes to the search box, from anywhere but a field, unless single keys are switched off (the transcript's page).

const SINGLE_KEYS = "single-keys";

export function startSearchKey() {
  document.addEventListener("keydown", (event) => {
    if (localStorage.getItem(SINGLE_KEYS) === "off") return;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input:not([type=range], [type=checkbox]), textarea, select, [contenteditable], dialog")) return;
    const box = [...document.querySelectorAll("[data-search-box]")].find((field) => field.checkVisibility());
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}
