// The one menu of every value (key `.`, click): narrow, leave out, look alone, group, open its page, copy.
(() => {
  const words = document.getElementById("menu-words");
  let menu = null;
  let from = null;

  const said = (value) => JSON.parse(value.dataset.value);
  const quoted = (text) => `"${text.replace(/[\\"]/g, "\\$&")}"`;
  const defanged = (text) => text.replace(/\./g, "[.]").replace(/^(h)tt(ps?):/i, "$1xx$2:");

  function asks(field, value) {
    const here = new URLSearchParams(location.pathname === "/hunt" ? location.search : "");
    const before = (here.get("q") || "").trim();
    const term = `${field}:${quoted(value)}`;
    const link = (query, more = {}) => {
      const next = new URLSearchParams(here);
      next.set("q", query);
      for (const [key, given] of Object.entries(more)) next.set(key, given);
      return `/hunt?${next}`;
    };
    const and = (part) => (before ? `(${before}) and ${part}` : part);
    return { only: link(and(term)), without: link(and(`not ${term}`)), alone: link(term), group: link(before, { group: field }) };
  }

  function close(back) {
    if (!menu) return;
    menu.remove();
    menu = null;
    if (back) from?.focus();
  }

  function open(value) {
    close(false);
    from = value;
    const { field, href } = value.dataset;
    const text = said(value);
    menu = words.content.firstElementChild.cloneNode(true);
    menu.querySelector("[data-said]").textContent = field;
    const links = asks(field, text);
    for (const item of menu.querySelectorAll("[data-ask]")) {
      const ask = item.dataset.ask;
      if (links[ask]) item.href = links[ask];
      if (ask === "page") { if (href) item.href = href; else item.remove(); }
    }
    (value.closest("dialog") || document.body).append(menu);
    place(value);
    menu.querySelector("[role=menuitem]").focus();
    count(menu, field, text);
  }

  function place(value) {
    const box = value.getBoundingClientRect();
    const left = Math.min(box.left, innerWidth - menu.offsetWidth - 8);
    const below = box.bottom + menu.offsetHeight + 8 < innerHeight;
    menu.style.left = `${Math.max(8, left) + scrollX}px`;
    menu.style.top = `${(below ? box.bottom + 2 : Math.max(8, box.top - menu.offsetHeight - 2)) + scrollY}px`;
  }

  // Counts for 24 hours, shown before the click; without an answer the menu works all the same.
  async function count(shown, field, value) {
    try {
      const answer = await fetch(`/api/v1/values/count?${new URLSearchParams({ field, value })}`);
      if (!answer.ok) return;
      const found = await answer.json();
      const number = new Intl.NumberFormat(document.documentElement.lang);
      for (const place of shown.querySelectorAll("[data-count]")) {
        const n = found[place.dataset.count];
        if (typeof n === "number") place.textContent = number.format(n);
      }
    } catch { /* offline: no figures */ }
  }

  document.addEventListener("click", (event) => {
    const copy = event.target.closest?.("[data-ask=copy]");
    if (copy && menu) {
      const text = said(from);
      navigator.clipboard?.writeText(event.shiftKey ? text : defanged(text));
      return close(true);
    }
    const value = event.target.closest?.(".value");
    if (value) { event.preventDefault(); return open(value); }
    if (menu && !menu.contains(event.target)) close(false);
    return undefined;
  });

  document.addEventListener("keydown", (event) => {
    if (!menu) {
      if ((event.key === "Enter" || event.key === " ") && event.target.matches?.(".value")) { event.preventDefault(); open(event.target); }
      return;
    }
    const items = [...menu.querySelectorAll("[role=menuitem]")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopImmediatePropagation();
      close(true);
    }
  }, true);

  document.addEventListener("soc:key", (event) => {
    if (event.detail.key !== ".") return;
    const ground = document.activeElement.closest("[data-row]") || document.querySelector("#pane .matched") || document;
    const value = document.activeElement.matches(".value") ? document.activeElement : ground.querySelector(".value");
    if (value) { event.preventDefault(); open(value); }
  });
})();
