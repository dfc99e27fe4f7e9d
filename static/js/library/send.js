// A form sent by script. The answer is what the server says: { ok, detail, … }, in words also where nobody answered.
import { say } from "../transcript/strings.js";

export async function sendForm(form, submitter = null) {
  const action = submitter?.getAttribute("formaction") ?? form.action;
  const body = new URLSearchParams(new FormData(form, submitter));
  try {
    const answer = await fetch(action, { method: "POST", body, headers: { Accept: "application/json" } });
    return { ok: answer.ok, ...(await told(answer)) };
  } catch {
    return { ok: false, detail: say("noAnswer") };
  }
}

async function told(answer) {
  try {
    return await answer.json();
  } catch {
    return { detail: say("refused", { status: answer.status }) }; // a page: of a proxy, or for a form that expired
  }
}
