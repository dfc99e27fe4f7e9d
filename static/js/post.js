// A form posted by script; what went wrong is a `Refusal` in words.
import { say } from "./transcript/strings.js";

// The server's or the network's no. `mayPass`: the same thing may succeed later.
export class Refusal extends Error {
  constructor(message, mayPass) {
    super(message);
    this.mayPass = mayPass;
  }
}

const WITHOUT_WORDS = { 401: "signedOut", 403: "pageTooOld", 413: "tooLargeForServer" };

// The answer in JSON to what was taken in.
export async function post(action, { csrfmiddlewaretoken, ...fields }, signal) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfmiddlewaretoken };
  let answer;
  let text;
  try {
    answer = await fetch(action, { method: "POST", body: new URLSearchParams(fields), headers, signal });
    text = await answer.text();
  } catch (error) {
    throw signal.aborted ? error : refusal(0, "");
  }
  if (answer.status !== 201) throw refusal(answer.status, text);
  return JSON.parse(text);
}

// Of an answer's status (0: there was none) and body.
export function refusal(status, text) {
  if (!status) return new Refusal(say("noConnection"), true);
  const word = WITHOUT_WORDS[status] ?? "answered";
  return new Refusal(detail(text) ?? say(word, { status }), status >= 500 || status === 429);
}

function detail(text) {
  try {
    return JSON.parse(text).detail;
  } catch {
    return undefined; // a proxy's own page, or the server's for a form that expired
  }
}
