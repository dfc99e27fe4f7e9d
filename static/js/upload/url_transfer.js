// A link that the hub fetches itself.
import { say } from "../transcript/strings.js";
import { post, Refusal } from "../post.js";
import { Row } from "./row.js";

export class UrlTransfer {
  constructor(url, place, options) {
    this.name = url;
    this.place = place;
    this.fields = { csrfmiddlewaretoken: place.csrf, ...options, url };
    this.onReady = () => {};
    this.row = new Row(url, { again: () => this.#again(), cancel: () => this.#cancel() });
  }

  async run() {
    if (this.isCancelled) return false;
    this.leaving = new AbortController();
    this.row.show("fetching", say("fetching"));
    try {
      const made = await post(this.place.urlAction, this.fields, this.leaving.signal);
      this.row.sent(made.url);
      return true;
    } catch (error) {
      if (error.name === "AbortError") return false;
      if (!(error instanceof Refusal)) throw error;
      this.row.show(error.mayPass ? "failed" : "refused", error.message);
      return false;
    }
  }

  #again() {
    this.row.show("waiting", say("waiting"));
    this.onReady();
  }

  #cancel() {
    this.isCancelled = true;
    this.leaving?.abort();
    this.row.remove();
  }
}
