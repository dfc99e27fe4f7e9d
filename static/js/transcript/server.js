// Questions to the server, answered as { ok, status, body }; status 0 where nobody answered.

export function getJson(address) {
  return ask(address, {});
}

export function sendJson(address, body, { method = "POST", keepalive = false } = {}) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": document.getElementById("strings").dataset.csrf };
  return ask(address, { method, headers, body: JSON.stringify(body), keepalive });
}

async function ask(address, { headers, ...options }) {
  try {
    const answer = await fetch(address, { ...options, headers: { Accept: "application/json", ...headers } });
    return { ok: answer.ok, status: answer.status, body: await bodyOf(answer) };
  } catch {
    return { ok: false, status: 0, body: {} };
  }
}

async function bodyOf(answer) {
  try {
    return await answer.json();
  } catch {
    return {}; // a proxy's own page
  }
}
