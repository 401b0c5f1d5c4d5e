// The alert page: before and after in the queue that the person came from, and arrow keys in the process tree.
(() => {
  const trail = JSON.parse(sessionStorage.getItem("soc-trail") || "null");
  const part = (name) => document.querySelector(`[data-trail="${name}"]`);
  const place = trail ? trail.rows.indexOf(location.pathname) : -1;
  const there = { k: part("before"), j: part("after") };

  if (trail) {
    // Back to the list as it was, with this alert's row chosen where the list holds it.
    const list = new URL(trail.queue, location.href);
    if (place >= 0) list.searchParams.set("open", location.pathname.split("/")[2]);
    part("queue").href = list.pathname + list.search;
    part("keys").hidden = false;
    const neighbours = place < 0 ? { j: trail.rows[0] } : { k: trail.rows[place - 1], j: trail.rows[place + 1] };
    for (const [key, link] of Object.entries(there)) {
      if (neighbours[key]) link.href = neighbours[key]; else link.hidden = true;
    }
  }
  document.addEventListener("soc:key", (event) => {
    const link = there[event.detail.key];
    if (!link || !link.href || event.detail.shift) return;
    event.preventDefault();
    location.assign(link.href);
  });

  // A part that cannot be loaded, or takes long, leaves its link.
  const late = (event) => event.detail?.ctx?.target?.closest?.(".coming");
  document.addEventListener("htmx:before:request", (event) => {
    const part = late(event);
    if (part) setTimeout(() => part.classList.add("stuck"), 3000);
  });
  document.addEventListener("htmx:error", (event) => late(event)?.classList.add("stuck"));

  // A refused form comes back open; as a dialog of its own it keeps the keys.
  const refused = document.querySelector("dialog[open]") || document.querySelector("dialog:target");
  if (refused?.showModal) {
    history.replaceState(history.state, "", location.pathname + location.search);
    refused.close();
    refused.showModal();
    refused.querySelector("#problems")?.focus();
  }

  const items = (tree) => [...tree.querySelectorAll("[role=treeitem]")];
  const level = (item) => Number(item.getAttribute("aria-level"));
  function next(item, key) {
    const all = items(item.closest("[role=tree]"));
    const here = all.indexOf(item);
    if (key === "ArrowDown") return all[here + 1];
    if (key === "ArrowUp") return all[here - 1];
    if (key === "Home") return all[0];
    if (key === "End") return all[all.length - 1];
    if (key === "ArrowRight") return all[here + 1] && level(all[here + 1]) > level(item) ? all[here + 1] : undefined;
    if (key === "ArrowLeft") return all.slice(0, here).reverse().find((one) => level(one) < level(item));
    return undefined;
  }
  document.addEventListener("keydown", (event) => {
    const item = event.target.closest?.("[role=treeitem]");
    const found = item && next(item, event.key);
    if (!found) return;
    event.preventDefault();
    item.tabIndex = -1;
    found.tabIndex = 0;
    found.focus();
  });
})();
