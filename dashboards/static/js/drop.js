// A file dropped anywhere on the page is chosen and sent, and how far it is is seen; without this the form does the same.
(() => {
  const form = () => document.querySelector("form[data-drop]");
  if (!form()) return;
  let depth = 0;

  const carries = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  const over = (on) => form()?.classList.toggle("over", on);
  const within = (name) => form().querySelector(`[${name}]`);

  function tell() {
    const told = within("data-chosen");
    told.textContent = form().elements.file.files[0]?.name || told.dataset.none;
  }

  // The answer to a refused file is a whole page: its main part takes the place of ours.
  function arrived(request) {
    if (request.status < 400 && request.responseURL) { location.assign(request.responseURL); return; }
    const fresh = request.response?.querySelector("main");
    if (fresh) document.querySelector("main").replaceWith(document.adoptNode(fresh));
    if (form()) tell();
    document.querySelector("main [role=alert], main h1")?.scrollIntoView();
  }

  function send(event) {
    event.preventDefault();
    const busy = within("data-busy"), sent = within("data-sent"), button = form().querySelector("button");
    const request = new XMLHttpRequest();
    const broke = () => { busy.hidden = true; button.disabled = false; within("data-broke").hidden = false; };
    request.open("POST", form().action);
    request.responseType = "document";
    request.upload.addEventListener("progress", (step) => { if (step.lengthComputable) { sent.max = step.total; sent.value = step.loaded; } });
    request.addEventListener("load", () => arrived(request));
    request.addEventListener("error", broke);
    busy.hidden = false;
    within("data-broke").hidden = true;
    button.disabled = true;
    request.send(new FormData(form()));
  }

  document.addEventListener("dragenter", (event) => { if (carries(event)) { depth += 1; over(true); } });
  document.addEventListener("dragleave", (event) => { if (carries(event)) { depth -= 1; over(depth > 0); } });
  document.addEventListener("dragover", (event) => { if (carries(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!carries(event) || !form()) return;
    event.preventDefault();
    depth = 0;
    over(false);
    form().elements.file.files = event.dataTransfer.files;
    tell();
    form().requestSubmit();
  });
  document.addEventListener("change", (event) => { if (event.target.id === "file") tell(); });
  document.addEventListener("submit", (event) => { if (event.target === form()) send(event); });
  tell();
})();
