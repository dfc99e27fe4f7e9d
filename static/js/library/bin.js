// The bin works as a plain form; scripts add choosing all at once, and the question before anything is gone for good.

const form = document.querySelector("[data-bin]");
const boxes = () => document.querySelectorAll('input[name="recording"]');

form?.querySelector("[data-pick-all]").addEventListener("change", (event) => {
  for (const box of boxes()) box.checked = event.target.checked;
});

form?.addEventListener("submit", (event) => {
  if (![...boxes()].some((box) => box.checked)) {
    event.preventDefault();
    boxes()[0].focus();
    return;
  }
  const dialog = event.submitter?.dataset.confirm && document.getElementById(event.submitter.dataset.confirm);
  if (!dialog) return;
  event.preventDefault();
  dialog.querySelector("[data-yes]").onclick = () => {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "sure", value: "yes" }));
    form.action = event.submitter.getAttribute("formaction");
    form.submit();
  };
  dialog.showModal();
});
