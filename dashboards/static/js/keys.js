// Keys (workspace.md 3). Matched on the physical key, because Vietnamese input methods compose letters.
// Pages work without this file: a key only follows a link, opens a form or moves the focus.
(() => {
  const OFF = "soc-keys-off";
  const list = document.getElementById("keys");
  const rows = () => [...document.querySelectorAll("[data-row] a[data-open]")];
  const typing = (target) => target.closest("input, select, textarea, [contenteditable]");
  let prefix = false;

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const here = all.indexOf(document.activeElement);
    all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1)].focus();
  }

  function act(key) {
    const found = document.querySelector(`[data-key="${key}"]`);
    if (!found) return;
    const details = found.closest("details");
    if (found.tagName === "SUMMARY" && details) {
      details.open = true;
      (details.querySelector("input:not([type=hidden]), select, textarea") || found).focus();
    } else {
      found.click();
    }
  }

  const go = { KeyA: "/alerts", KeyS: "/sources", KeyV: "/health" };
  const plain = { KeyJ: () => move(1), KeyK: () => move(-1), Slash: () => document.getElementById("search")?.focus() };
  for (const letter of "tcawour") plain[`Key${letter.toUpperCase()}`] = () => act(letter);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey && event.target.form) return event.target.form.requestSubmit();
    if (list?.open) return undefined;
    if (event.key === "Escape") return escape(event.target);
    if (typing(event.target) || event.ctrlKey || event.altKey || event.metaKey) return undefined;
    if (localStorage.getItem(OFF)) return undefined;
    if (event.code === "Slash" && event.shiftKey) return show(event);
    if (prefix) {
      prefix = false;
      if (go[event.code]) location.assign(go[event.code]);
      return undefined;
    }
    if (event.code === "KeyG") { prefix = true; return undefined; }
    const handler = event.shiftKey ? null : plain[event.code];
    if (handler) { event.preventDefault(); handler(); }
    return undefined;
  });

  function escape(target) {
    const details = target.closest("details[open]");
    if (details) { details.open = false; details.querySelector("summary").focus(); } else { target.blur(); }
  }

  function show(event) {
    event.preventDefault();
    list?.showModal();
  }

  // The list of keys: a dialog here, a place on the page without scripts.
  if (list) {
    const change = document.getElementById("keys-switch");
    const name = () => { change.textContent = localStorage.getItem(OFF) ? change.dataset.on : change.dataset.off; };
    change.hidden = false;
    name();
    change.addEventListener("click", () => {
      if (localStorage.getItem(OFF)) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "1");
      name();
    });
    document.querySelector('a[href="#keys"]')?.addEventListener("click", show);
    document.getElementById("keys-close").addEventListener("click", (event) => { event.preventDefault(); list.close(); });
  }

  document.getElementById("problems")?.focus();
})();
