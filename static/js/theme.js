// Light, dark, or as the system says. Loaded before the first paint; the admin keeps its choice in the same place.
{
  const THEMES = ["auto", "light", "dark"];
  const root = document.documentElement;

  const stored = () => {
    const theme = localStorage.getItem("theme");
    return THEMES.includes(theme) ? theme : "auto";
  };

  const show = (theme) => {
    root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      button.title = button.ariaLabel = button.dataset[theme];
    }
  };

  // From the system's theme first to the other one, so that the first press is always seen.
  const next = (theme) => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const order = dark ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
    return order[(order.indexOf(theme) + 1) % order.length];
  };

  root.classList.add("scripted");
  show(stored());
  document.addEventListener("DOMContentLoaded", () => show(stored()));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const theme = next(stored());
    localStorage.setItem("theme", theme);
    show(theme);
  });
}
