// One file on its way, in pieces: it can be paused, goes on after a break, and is held if the hub has it already.
import { say } from "../transcript/strings.js";
import { post, Refusal } from "../post.js";
import { known } from "./known.js";
import { Pace } from "./pace.js";
import { link, Row } from "./row.js";
import { size } from "./sizes.js";
import { PIECE_BYTES, beginOrGoOn, giveUp, goOn, halt, refusalOf } from "./tus.js";

export class FileTransfer {
  // `options` as the form names them; `unfinished` is told which broken uploads go on.
  constructor(file, place, options, unfinished) {
    this.name = file.name;
    this.file = file;
    this.place = place;
    this.options = options;
    this.unfinished = unfinished;
    this.onReady = () => {};
    this.state = "waiting";
    this.sent = 0;
    this.row = new Row(file.name, {
      pause: () => this.#hold("paused", say("paused")),
      resume: () => this.#again(),
      again: () => this.#again(),
      anyway: () => this.#sendAnyway(),
      cancel: () => this.#cancel(),
    });
    this.isRefused = this.#refuseAtOnce();
    if (!this.isRefused) this.#lookWhetherKnown();
  }

  // True once the hub has a transcript to make of it. What went wrong is on the page then, not thrown.
  async run() {
    if (this.state !== "waiting" || this.isRefused) return false;
    this.state = "sending";
    this.row.show("sending", say("starting"));
    this.row.progress(null);
    try {
      await this.#send();
      await this.knowing; // nobody should learn afterwards that the file was here before
      if (this.state !== "sending") return false;
      this.row.tell(say("looking"));
      this.row.progress(null);
      const made = await post(`${this.upload.url}/transcribe`, { csrfmiddlewaretoken: this.place.csrf }, this.leaving.signal);
      this.state = "sent";
      this.row.sent(made.url);
      return true;
    } catch (error) {
      return this.#failed(error);
    }
  }

  // Until all of it is there, or until somebody holds it.
  async #send() {
    this.leaving = new AbortController();
    const pace = new Pace(this.file.size);
    const hooks = {
      onProgress: (sent) => {
        if (this.state !== "sending") return;
        this.sent = sent;
        this.row.progress(sent / this.file.size);
        this.row.tell(pace.words(sent));
      },
      onBreak: (words) => this.state === "sending" && this.row.tell(words),
    };
    this.upload ??= await beginOrGoOn(this.file, this.place, this.options);
    this.unfinished.forget(this.upload.url);
    if (this.state === "sending") await goOn(this.upload, hooks, this.leaving.signal);
  }

  #refuseAtOnce() {
    const { maxBytes } = this.place;
    const isTooLarge = this.file.size > maxBytes;
    if (this.file.size && !isTooLarge) return false;
    const reason = isTooLarge ? say("tooLarge", { size: size(this.file.size), limit: size(maxBytes) }) : say("empty");
    this.state = "refused";
    this.row.show("refused", reason);
    return true;
  }

  async #lookWhetherKnown() {
    this.knowing = known(this.file, this.place.knownAction);
    const found = await this.knowing;
    if (!found || this.anyway || !["waiting", "sending"].includes(this.state)) return;
    this.#hold("known", `${say("known")} `, link(found.url, found.title));
    if (this.upload && (this.sent >= this.file.size || this.file.size <= PIECE_BYTES)) this.#takeBack();
  }

  #hold(state, ...words) {
    this.state = state;
    this.row.show(state, ...words);
    this.leaving?.abort();
    if (this.upload) halt(this.upload);
  }

  // The hub transcribes what is whole, also if nobody asks; whether to, somebody is being asked just now. Of one piece
  // nobody knows here whether it has arrived, and it is soon sent again.
  #takeBack() {
    giveUp(this.upload);
    this.upload = undefined;
    this.sent = 0;
  }

  #again() {
    this.state = "waiting";
    this.row.show("waiting", say("waiting"));
    this.onReady();
  }

  #sendAnyway() {
    this.anyway = true;
    this.#again();
  }

  #cancel() {
    const isOver = ["sent", "refused"].includes(this.state);
    this.state = "cancelled";
    this.leaving?.abort();
    if (this.upload && !isOver) giveUp(this.upload);
    this.row.remove();
  }

  #failed(error) {
    if (this.state !== "sending") return false; // paused, known or cancelled meanwhile
    const refusal = error instanceof Refusal ? error : refusalOf(error);
    this.state = refusal.mayPass ? "failed" : "refused";
    this.row.show(this.state, refusal.message);
    return false;
  }
}
