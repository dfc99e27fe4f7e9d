// What every page has: menus, dialogs, times in the reader's zone, and polling that rests while nobody looks.
import { startDialogs } from "./dialogs.js";
import { startMenus } from "./menus.js";
import { startSearchKey } from "./search_key.js";
import { startTimes } from "./times.js";

startMenus();
startDialogs();
startTimes();
startSearchKey();

document.addEventListener("htmx:beforeRequest", (event) => {
  const polls = event.detail.requestConfig.triggeringEvent === undefined;
  if (polls && document.hidden) event.preventDefault();
});
