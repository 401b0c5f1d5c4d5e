// A region (`data-region`) that htmx fills: nothing for 150 ms, then a skeleton of the same height, after 3 s a way out;
// what could not be loaded says so in its place and can be tried again.
(() => {
  const waits = new WeakMap();
  const copy = (id) => document.getElementById(id).content.cloneNode(true);
  const region = (event) => {
    const target = event.detail?.ctx?.target;
    return target?.matches?.("[data-region]") ? target : null;
  };

  document.addEventListener("htmx:before:request", (event) => {
    const place = region(event);
    if (!place) return;
    const { ctx } = event.detail;
    const wait = { abort: () => ctx.request.abort?.() };
    wait.first = setTimeout(() => {
      place.setAttribute("aria-busy", "true");
      place.prepend(copy("wait-words").querySelector(".skeleton"));
    }, 150);
    wait.second = setTimeout(() => {
      const way = copy("wait-words").querySelector(".waiting");
      way.querySelector("[data-cancel]").addEventListener("click", () => { wait.abort(); clear(place); });
      place.prepend(way);
    }, 3000);
    waits.set(place, wait);
  });

  function clear(place) {
    const wait = waits.get(place);
    if (!wait) return;
    clearTimeout(wait.first);
    clearTimeout(wait.second);
    place.removeAttribute("aria-busy");
    for (const one of place.querySelectorAll(":scope > .skeleton, :scope > .waiting")) one.remove();
  }

  document.addEventListener("htmx:finally:request", (event) => { const place = region(event); if (place) clear(place); });
  document.addEventListener("htmx:error", (event) => {
    const place = region(event);
    if (!place) return;
    clear(place);
    const line = copy("again-words").firstElementChild;
    const { action } = event.detail.ctx.request;
    line.querySelector("[data-again]").addEventListener("click", () => htmx.ajax("GET", action, { target: place, swap: "innerHTML" }));
    place.replaceChildren(line);
  });

  const scope = document.querySelector("[data-scope]");
  document.documentElement.classList.add("scripted");
  scope?.addEventListener("change", () => scope.requestSubmit());
})();
