// Buttons that copy a text of the page: shown only where the browser can.
"use strict";
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const from = document.querySelector(button.dataset.copy);
    if (from) navigator.clipboard.writeText(from.textContent);
  });
}
