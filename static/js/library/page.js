// The library: filters without reloading the page (what is on its way up goes on), choosing rows, and word of trouble.
import { startBulk } from "./bulk.js";
import { startFilters } from "./filters.js";
import { startSnacks } from "./snacks.js";

startFilters(document.getElementById("filters"));
startBulk();
startSnacks();

const outOfDate = document.getElementById("out-of-date");
const asks = (event) => event.detail.requestConfig?.path.startsWith("/live") || event.target.id === "library-poll";
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, () => {
    outOfDate.hidden = false;
  });
}
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (asks(event) && event.detail.xhr.status < 400) outOfDate.hidden = true;
});
