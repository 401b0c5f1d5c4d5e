// The queue: the chosen row opens in the pane beside it, by j, k and click; its moves never leave the list.
// Without this file a row is a link to the alert's page.
(() => {
  const pane = document.getElementById("pane");
  const list = document.querySelector(".desk .list");
  if (!pane || !list) return;
  const wide = () => pane.getClientRects().length > 0;
  const rowOf = (id) => list.querySelector(`[data-row="${CSS.escape(id)}"]`);
  const chosen = () => list.querySelector("[data-row][aria-current]");
  let timer = 0;
  let next = null;
  let current = chosen()?.dataset.row || "";
  if (new URL(location.href).searchParams.has("open")) chosen()?.scrollIntoView({ block: "nearest" });
  // Where there is no room for the pane no row is chosen: the first j goes to the first.
  if (!wide()) { chosen()?.removeAttribute("aria-current"); current = ""; }

  function address(id) {
    const here = new URL(location.href);
    if (id) here.searchParams.set("open", id); else here.searchParams.delete("open");
    history.replaceState(history.state, "", here);
  }

  function choose(row, wait = 90) {
    if (!wide() || row.hasAttribute("aria-current")) return;
    chosen()?.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    current = row.dataset.row;
    clearTimeout(timer);
    timer = setTimeout(() => {
      address(row.dataset.row);
      htmx.ajax("GET", `/alerts/${row.dataset.row}/pane`, { source: pane, target: pane, swap: "innerHTML" });
    }, wait);
  }

  // Ticked rows: `x` on the row one stands on; `b` then acts on these alone.
  const ticked = () => list.querySelectorAll(".tick:checked");

  function tick(event) {
    const box = (document.activeElement.closest("[data-row]") || chosen())?.querySelector(".tick");
    if (!box) return;
    event.preventDefault();
    box.checked = !box.checked;
  }

  function close() {
    const row = chosen();
    // While it is still the chosen one: focus on another row would choose it.
    row?.querySelector("[data-open]").focus();
    row?.removeAttribute("aria-current");
    current = "";
    clearTimeout(timer);
    address("");
    pane.replaceChildren();
  }

  // One request a row at a time; who was told that somebody was faster stays told.
  const told = new Set();
  const busy = new Map();

  async function renew(id) {
    if (busy.has(id)) { busy.set(id, true); return; }
    busy.set(id, false);
    const row = rowOf(id);
    const focused = row?.contains(document.activeElement);
    const kept = row?.querySelector(".tick:checked");
    const query = new URLSearchParams({ told: told.has(id) });
    if (row) await htmx.ajax("GET", `/alerts/${id}/row?${query}`, { source: row, target: row, swap: "outerHTML" });
    const fresh = rowOf(id);
    // Which row is chosen may have changed since the question was asked.
    if (fresh && current === id) fresh.setAttribute("aria-current", "true");
    fresh?.classList.add("changed");
    if (kept && fresh) fresh.querySelector(".tick").checked = true;
    // Only focus that went with the old row is given back: by now the hands may be in the form of the pane.
    if (focused && document.activeElement === document.body) fresh?.querySelector("[data-open]").focus();
    const again = busy.get(id);
    busy.delete(id);
    if (again) renew(id);
  }

  list.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row) choose(row);
  });

  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    const link = event.target.closest("a[data-open]");
    if (!row || !wide() || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (event.target.closest(".value, a:not([data-open]), input, label")) return;
    // Enter on the link is a click without a pointer: it goes to the page.
    if (link && event.detail === 0) return;
    event.preventDefault();
    row.querySelector("[data-open]").focus();
    choose(row, 0);
  });

  // Enter opens the page of the chosen alert, also before any row was stepped on.
  document.addEventListener("keydown", (event) => {
    const link = chosen()?.querySelector("[data-open]");
    if (event.key === "Enter" && event.target === document.body && link && !document.querySelector("dialog[open]")) location.assign(link.href);
  });

  document.addEventListener("soc:key", (event) => {
    const { key } = event.detail;
    if (key === "Escape" && chosen()) { event.preventDefault(); close(); }
    if (key === "x") tick(event);
    if (key === "b" && ticked().length) { event.preventDefault(); document.getElementById("ticked").requestSubmit(); }
  });

  pane.addEventListener("click", (event) => {
    if (event.target.closest('[data-key="Escape"]')) { event.preventDefault(); close(); }
  });

  // Rows may have been drawn anew under a sheet: the focus goes to the chosen one. What was acted on is ticked no more.
  document.addEventListener("soc:sheet-closed", (event) => {
    if (event.detail.sent) for (const box of ticked()) box.checked = false;
    if (document.activeElement === document.body) chosen()?.querySelector("[data-open]").focus();
  });

  // A move from the pane: the row follows; after closing, the next row is opened.
  pane.addEventListener("htmx:before:request", (event) => {
    const form = event.target.closest?.("form");
    if (!form) return;
    const row = chosen();
    next = null;
    if (form.action.endsWith("/close") && row) {
      let after = row.nextElementSibling;
      while (after && !after.dataset.row) after = after.nextElementSibling;
      next = after?.dataset.row || null;
    }
  });

  pane.addEventListener("htmx:after:request", (event) => {
    const form = event.target.closest?.("form");
    const id = form && /\/alerts\/([^/]+)\//.exec(form.action)?.[1];
    if (!id) return;
    const { status } = event.detail.ctx.response;
    if (status === 409 || status === 412) told.add(id); else told.delete(id);
    renew(id);
    const there = status < 400 && next ? rowOf(next) : null;
    if (there) setTimeout(() => there.querySelector("[data-open]").focus(), 60);
  });

  // What others change shows in its row at once; new rows wait behind the bar.
  document.addEventListener("alert-changed", (event) => {
    try {
      const { id } = JSON.parse(event.detail.data);
      if (rowOf(id)) renew(id);
    } catch { /* a reset names no alert */ }
  });
})();
