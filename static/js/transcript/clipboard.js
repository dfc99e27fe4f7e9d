// Into the clipboard. navigator.clipboard is there only over HTTPS; a hub of one's own network is often plain.

// False where the browser wants a fresh click for it.
export function copy(plain, html) {
  const fill = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/plain", plain);
    if (html) event.clipboardData.setData("text/html", html);
  };
  document.addEventListener("copy", fill, { once: true, capture: true });
  const copied = document.execCommand("copy");
  document.removeEventListener("copy", fill, { capture: true });
  return copied;
}
