// The recording's title, renamed where it stands.
import { sendJson } from "./server.js";
import { say } from "./strings.js";
import { toast } from "./toast.js";

export function startTitle(title, button, form) {
  const field = form.elements.title;
  const close = () => {
    form.hidden = true;
    title.hidden = button.hidden = false;
    button.focus();
  };
  button.addEventListener("click", () => {
    field.value = title.textContent;
    form.hidden = false;
    title.hidden = button.hidden = true;
    field.select();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await sendJson(form.action, { title: field.value });
    if (!answer.ok) {
      toast(answer.body.detail ?? say("offline"));
      return;
    }
    document.title = document.title.replace(title.textContent, () => answer.body.title);
    title.textContent = answer.body.title;
    close();
  });
}
