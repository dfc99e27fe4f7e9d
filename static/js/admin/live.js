// Overview and queue keep themselves up to date: word when they cannot, and no focus that falls to the ground with a
// row that went.
const outOfDate = document.getElementById("out-of-date");
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, () => {
    outOfDate.hidden = false;
  });
}

// Nobody looks: nothing is asked.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.requestConfig.triggeringEvent === undefined) event.preventDefault();
});

document.addEventListener("htmx:afterSettle", (event) => {
  outOfDate.hidden = true;
  const pressed = event.detail.requestConfig?.verb === "post";
  if (pressed && document.activeElement === document.body) document.getElementById("said").focus();
});
