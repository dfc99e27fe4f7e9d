// A link with data-dialog opens that dialog instead of the page it leads to; data-close closes the one it stands in.

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    const closer = event.target.closest("dialog [data-close]");
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    } else if (closer) {
      event.preventDefault();
      closer.closest("dialog").close();
    }
  });
}
