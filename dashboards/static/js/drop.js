// A file dropped anywhere on the page is chosen and sent; without this file the form does the same.
(() => {
  const form = document.querySelector("form[data-drop]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const busy = form.querySelector("[data-busy]");
  let depth = 0;

  const carries = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  const over = (on) => form.classList.toggle("over", on);

  document.addEventListener("dragenter", (event) => { if (carries(event)) { depth += 1; over(true); } });
  document.addEventListener("dragleave", (event) => { if (carries(event)) { depth -= 1; over(depth > 0); } });
  document.addEventListener("dragover", (event) => { if (carries(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
  form.addEventListener("submit", () => { busy.hidden = false; form.setAttribute("aria-busy", "true"); });
})();
