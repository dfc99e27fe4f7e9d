// A form posted with progress. fetch() tells nothing of how much was sent, so this is XMLHttpRequest.

// The server's or the network's no. `mayPass`: the same thing may succeed later.
export class Refusal extends Error {
  constructor(message, mayPass) {
    super(message);
    this.mayPass = mayPass;
  }
}

const LOST = "The connection was lost before the file had arrived. Check the network, then try again.";
const WITHOUT_WORDS = {
  401: "You are signed out. Reload the page and sign in.",
  403: "This page was open for too long. Reload it, then try again.",
  413: "The file is larger than the server takes.",
};

export function post(action, { csrfmiddlewaretoken, ...fields }, signal, onProgress) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  const request = new XMLHttpRequest();
  request.open("POST", action);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", csrfmiddlewaretoken);
  return new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", onProgress);
    request.addEventListener("load", () => {
      const answer = parsed(request);
      if (request.status === 201) resolve(answer);
      else reject(new Refusal(reason(request.status, answer), request.status >= 500));
    });
    request.addEventListener("error", () => reject(new Refusal(LOST, true)));
    signal.addEventListener("abort", () => {
      request.abort();
      reject(signal.reason);
    });
    request.send(body);
  });
}

export function megabytes(bytes) {
  const units = ["KB", "MB", "GB", "TB"];
  const power = Math.min(Math.max(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), 1), units.length);
  const amount = bytes / 1024 ** power;
  return `${amount.toLocaleString(undefined, { maximumFractionDigits: amount < 10 ? 1 : 0 })} ${units[power - 1]}`;
}

function parsed(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {}; // a proxy's own page, or the server's for a form that expired
  }
}

function reason(status, answer) {
  return answer.detail ?? WITHOUT_WORDS[status] ?? `The server answered ${status}. Try again in a moment.`;
}
