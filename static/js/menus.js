// <details class="menu"> opens by itself; closing by Escape, by a click elsewhere or by leaving it needs a hand.

export function startMenus() {
  document.addEventListener("click", (event) => closeAllBut(event.target.closest("[data-menu]")));
  document.addEventListener("focusin", (event) => closeAllBut(event.target.closest("[data-menu]")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

function closeAllBut(kept) {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (menu !== kept) menu.open = false;
  }
}
