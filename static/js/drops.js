// Files and folders may be dropped anywhere on the page.
import { dropped } from "./upload/entries.js";

export function watchDrops(veil, receive) {
  let depth = 0; // dragenter and dragleave come for every element on the way
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  const show = (shown) => {
    depth = shown ? depth : 0;
    veil.hidden = !shown;
  };

  addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    depth += 1;
    show(true);
  });
  addEventListener("dragleave", (event) => {
    if (!carriesFiles(event)) return;
    depth -= 1;
    if (depth <= 0) show(false);
  });
  addEventListener("dragover", (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    show(false);
    const { files, isFolder } = await dropped(event.dataTransfer);
    receive(files, isFolder);
  });
}
