// The form of filters stands beside the list and is not replaced with it: it is told by the address what is on.

export function startFilters(form) {
  const tags = form.querySelector("[data-tags]");
  const follow = () => show(form, tags, new URLSearchParams(location.search));
  document.addEventListener("htmx:pushedIntoHistory", follow);
  document.addEventListener("htmx:historyRestore", follow);
}

function show(form, tags, query) {
  for (const field of form.elements) {
    if (field.name && field.name !== "tag") field.value = query.get(field.name) ?? "";
  }
  form.querySelector("#filter-tag").value = "";
  tags.replaceChildren(
    ...query.getAll("tag").map((value) => Object.assign(document.createElement("input"), { type: "hidden", name: "tag", value })),
  );
}
