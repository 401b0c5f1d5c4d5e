// Keys (workspace.md 3). Matched on the physical key, because Vietnamese input methods compose letters.
// A page adds a key by `data-key="x"` on a link, button or summary, and a place to go to by `data-go="x"`.
// A module that must act itself listens to `soc:key` on the document and prevents its default.
(() => {
  const OFF = "soc-keys-off";
  const typing = (target) => target.closest?.("input, select, textarea, [contenteditable]");
  const seen = (one) => one.getClientRects().length > 0;
  // The topmost: under it the page is still, its keys too.
  const sheet = () => [...document.querySelectorAll("dialog[open]")].at(-1);
  const rows = () => [...document.querySelectorAll("[data-row] a[data-open]")].filter(seen);
  let prefix = false;

  const off = () => localStorage.getItem(OFF) !== null;
  const NAMES = { Slash: "/", Period: ".", Escape: "Escape" };
  const nameOf = (code) => NAMES[code] || /^(?:Key|Digit)(.)$/.exec(code)?.[1].toLowerCase();

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const row = document.activeElement.closest("[data-row]") || document.querySelector("[data-row][aria-current]");
    const here = row ? all.indexOf(row.querySelector("a[data-open]")) : -1;
    all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1)].focus();
  }

  function act(key) {
    const ground = sheet() || document;
    const found = [...ground.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(seen);
    if (!found) return false;
    const details = found.closest("details");
    if (found.tagName === "SUMMARY" && details) {
      details.open = true;
      (details.querySelector("input:not([type=hidden]), select, textarea") || found).focus();
    } else {
      found.click();
    }
    return true;
  }

  function press(key, event) {
    const asked = new CustomEvent("soc:key", { detail: { key, shift: event.shiftKey }, cancelable: true });
    if (!document.dispatchEvent(asked)) return true;
    if (event.shiftKey) return false;
    if (key === "j" || key === "k") { move(key === "j" ? 1 : -1); return true; }
    if (key === "/") { document.getElementById("search")?.focus(); return true; }
    return act(key);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey && event.target.form) return event.target.form.requestSubmit();
    const key = nameOf(event.code);
    if (key === "Escape") return leave(event);
    if (!key || typing(event.target) || event.ctrlKey || event.altKey || event.metaKey || off()) return undefined;
    if (sheet() && key !== ".") {
      if (!event.shiftKey && act(key)) event.preventDefault();
      return undefined;
    }
    if (key === "/" && event.shiftKey) return show("keys", event);
    if (prefix) {
      prefix = false;
      const there = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
      if (there) location.assign(there.href);
      return undefined;
    }
    if (key === "g" && !event.shiftKey) { prefix = true; setTimeout(() => { prefix = false; }, 1500); return undefined; }
    if (press(key, event)) event.preventDefault();
    return undefined;
  });

  // Esc leaves the nearest thing: a field, an open form, then whatever the page closes.
  function leave(event) {
    if (sheet()) return;
    const details = event.target.closest?.("details[open]") || document.querySelector("details.popup[open]");
    if (details) { details.open = false; details.querySelector("summary").focus(); return; }
    if (typing(event.target)) { event.target.blur(); return; }
    if (document.dispatchEvent(new CustomEvent("soc:key", { detail: { key: "Escape" }, cancelable: true }))) act("Escape");
  }

  // Dialogs: `href="#id"` of a <dialog>; without scripts the address alone shows it.
  function show(id, event) {
    const dialog = document.getElementById(id);
    if (!dialog?.showModal) return;
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    const dialog = link && document.getElementById(link.hash.slice(1));
    if (dialog?.tagName === "DIALOG") show(dialog.id, event);
    const closing = event.target.closest?.("dialog [data-close]");
    if (closing) { event.preventDefault(); closing.closest("dialog").close(); }
    for (const popup of document.querySelectorAll("details.popup[open]")) {
      if (!popup.contains(event.target)) popup.open = false;
    }
  });

  for (const change of document.querySelectorAll("[data-keys-switch]")) {
    const name = () => { change.textContent = off() ? change.dataset.on : change.dataset.off; };
    change.hidden = false;
    name();
    change.addEventListener("click", () => {
      if (off()) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "1");
      name();
    });
  }

  document.getElementById("problems")?.focus();
})();
