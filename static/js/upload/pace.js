// How fast it goes, and how long it will still take, in words.
import { say } from "../transcript/strings.js";
import { size } from "./sizes.js";

// Long enough to be calm, short enough to notice that the train has left the tunnel.
const WINDOW_MS = 8000;

export class Pace {
  #seen = [];

  constructor(total) {
    this.total = total;
  }

  // After `sent` bytes, at `now` in milliseconds.
  words(sent, now = performance.now()) {
    this.#seen.push({ sent, now });
    while (this.#seen.length > 2 && now - this.#seen[0].now > WINDOW_MS) this.#seen.shift();
    const done = say("sentOf", { sent: size(sent), total: size(this.total) });
    const first = this.#seen[0];
    const perSecond = (1000 * (sent - first.sent)) / (now - first.now);
    if (!(perSecond > 0) || now - first.now < 500) return done;
    const left = Math.ceil((this.total - sent) / perSecond);
    return [done, say("speed", { size: size(perSecond) }), timeLeft(left)].filter(Boolean).join(" · ");
  }
}

function timeLeft(seconds) {
  if (!seconds) return "";
  if (seconds < 60) return say("secondsLeft", { count: seconds });
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? say("minutesLeft", { count: minutes }) : say("hoursLeft", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
