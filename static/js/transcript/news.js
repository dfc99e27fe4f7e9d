// What the server tells of while the page is open: newly heard segments, and what others have changed or said.

export class News {
  constructor({ segments, onNews }) {
    document.addEventListener("htmx:afterSettle", (event) => {
      if (event.target.id !== "transcript-poll") return;
      const told = document.querySelector("#news script");
      if (!told) return;
      const news = JSON.parse(told.textContent);
      told.remove();
      if (news.removed.length) segments.remove(news.removed);
      if (news.segments.length) segments.put(news.segments);
      segments.name(news.speakers);
      onNews(news);
    });
  }
}
