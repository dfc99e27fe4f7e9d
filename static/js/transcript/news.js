// What the server tells of while the page is open: newly heard segments, and what others have changed.

export class News {
  constructor(segments, onHeard) {
    document.addEventListener("htmx:afterSettle", () => {
      const told = document.querySelector("#news script");
      if (!told) return;
      const { segments: rows, removed } = JSON.parse(told.textContent);
      told.remove();
      if (removed.length) segments.remove(removed);
      if (rows.length) segments.put(rows);
      onHeard();
    });
  }
}
