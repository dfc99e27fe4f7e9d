// The tus client of static/vendor/tus, as this panel uses it. It is a classic script that defines `tus`.
import { refusal } from "../post.js";
import { say } from "../transcript/strings.js";

const { Upload } = window.tus;
// Small enough that a proxy which collects a request before it passes it on costs little when the line breaks.
export const PIECE_BYTES = 16 * 1024 ** 2;
// A closed laptop may be opened the next day: it is tried until somebody cancels it.
const RETRY_MS = [0, 1000, 3000, 5000, ...Array(10_000).fill(10_000)];

// An upload of `file`: the one that was begun and never ended, if this browser knows of one.
export async function beginOrGoOn(file, place, options) {
  const upload = new Upload(file, {
    endpoint: new URL(place.uploads, location).href,
    chunkSize: PIECE_BYTES,
    retryDelays: RETRY_MS,
    removeFingerprintOnSuccess: true,
    headers: { Accept: "application/json", "X-CSRFToken": place.csrf },
    metadata: { filename: file.name, ...options },
    onAfterResponse: checked,
  });
  const [previous] = (await upload.findPreviousUploads()).sort((a, b) => new Date(b.creationTime) - new Date(a.creationTime));
  if (previous) upload.resumeFromPreviousUpload(previous);
  return upload;
}

// Resolves when all of it is there; rejects with an error for `refusalOf`, or when `signal` is aborted.
// `onBreak` is told in words what is in the way, while it goes on trying.
export function goOn(upload, { onProgress, onBreak }, signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    Object.assign(upload.options, {
      onProgress,
      onSuccess: resolve,
      onError: reject,
      onShouldRetry: (error) => {
        const status = statusOf(error);
        if (mayPass(status)) onBreak(status ? say("tryingAgain", { reason: refusalOf(error).message }) : say("lost"));
        return mayPass(status);
      },
    });
    upload.start();
  });
}

export function halt(upload) {
  upload.abort();
}

// Its bytes are of no use any more; if nobody can be told so now, they are swept away in time.
export function giveUp(upload) {
  upload.abort(true).catch(() => {});
}

export function refusalOf(error) {
  const answer = error.originalResponse ?? error.causingError?.answer;
  return refusal(statusOf(error), answer?.getBody() ?? "");
}

// The client takes any trouble in asking how far it is for "no such upload" and would begin anew.
function checked(request, answer) {
  const status = answer.getStatus();
  if (request.getMethod() === "HEAD" && status >= 400 && ![404, 410].includes(status)) {
    throw Object.assign(new Error(`HEAD was answered ${status}`), { answer });
  }
}

function statusOf(error) {
  return (error.originalResponse ?? error.causingError?.answer)?.getStatus() ?? 0;
}

// 0: no answer. 409: another of our requests was quicker, ask again where it goes on. 507: only a person can help.
function mayPass(status) {
  return status === 0 || status === 409 || (status >= 500 && status !== 507);
}
