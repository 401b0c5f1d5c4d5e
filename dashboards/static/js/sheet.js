// A page of ours over this one: what a link or a form with `data-sheet` asks for comes as a dialog, and what stands in
// the dialog stays in it. Without scripts, or on a page without `#sheet-words`, it is a page like any other.
(() => {
  const words = document.getElementById("sheet-words");
  if (!words) return;
  const FIRST = ["#problems", "[data-again]", "[autofocus]", "form :is(select, textarea, input:not([type=hidden]))"];
  let sheet = null;
  let sent = false;
  const waiting = new WeakSet();

  function make() {
    sheet = words.content.firstElementChild.cloneNode(true);
    sent = false;
    sheet.addEventListener("close", (event) => gone(event.target));
    sheet.addEventListener("htmx:after:request", (event) => {
      const { request, response } = event.detail.ctx;
      if (request.method === "POST" && response.status < 400) sent = true;
    });
    // A text field that was drawn larger carries a style; htmx would copy it, and the policy would refuse.
    sheet.addEventListener("htmx:before:swap", () => {
      for (const one of sheet?.querySelectorAll("[style]") || []) one.removeAttribute("style");
    });
    document.body.append(sheet);
  }

  // The browser gives the focus back; who drew the page anew meanwhile listens and mends it.
  function gone(one) {
    one.remove();
    if (one !== sheet) return;
    sheet = null;
    document.dispatchEvent(new CustomEvent("soc:sheet-closed", { detail: { sent } }));
  }

  function show(one) {
    if (one.isConnected && !one.open) one.showModal();
  }

  // What was wrong, else the first thing to do; the sheet itself takes the keys where there is nothing to do.
  function settle() {
    const found = FIRST.map((part) => sheet.querySelector(part)).find(Boolean) || sheet;
    found.focus({ preventScroll: true });
  }

  async function ask(method, href, source) {
    if (sheet && waiting.has(sheet)) return;
    // Closed a moment ago: its event comes later than the next key.
    if (sheet && !sheet.open) gone(sheet);
    if (!sheet) make();
    const mine = sheet;
    waiting.add(mine);
    const slow = setTimeout(() => show(mine), 150);
    const target = mine.querySelector("[data-region]");
    await htmx.ajax(method, href, { source: source || target, target, swap: "innerHTML" });
    clearTimeout(slow);
    waiting.delete(mine);
    if (sheet !== mine) return;
    show(mine);
    mine.scrollTop = 0;
    settle();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-sheet]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    ask("GET", link.href, null);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-sheet]")) return;
    event.preventDefault();
    // The attribute: a field may be called "action".
    ask(form.method, form.getAttribute("action"), form);
  });
})();
