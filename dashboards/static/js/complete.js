// Completion of the query bar as an ARIA combobox: proposals come 150 ms after the last key, from an index.
// Everything shown is text; the page works without this file.
(() => {
  const bar = document.querySelector("[data-complete]");
  if (!bar) return;
  const list = document.getElementById(`${bar.id}-proposals`);
  let timer = 0;
  let asked = null;
  let found = null;
  let chosen = -1;
  let composing = false;

  bar.setAttribute("role", "combobox");
  bar.setAttribute("aria-autocomplete", "list");
  bar.setAttribute("aria-haspopup", "listbox");
  bar.setAttribute("aria-controls", list.id);
  bar.setAttribute("aria-expanded", "false");

  const open = () => !list.hidden;

  function close() {
    list.hidden = true;
    chosen = -1;
    bar.setAttribute("aria-expanded", "false");
    bar.removeAttribute("aria-activedescendant");
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  }

  async function ask() {
    if (composing || document.activeElement !== bar) return;
    asked?.abort();
    asked = new AbortController();
    const given = new URLSearchParams({ q: bar.value, at: bar.selectionStart });
    try {
      const answer = await fetch(`${bar.dataset.complete}?${given}`, { signal: asked.signal });
      if (!answer.ok) return close();
      found = await answer.json();
      show();
    } catch { /* a newer key, or no connection: no proposals */ }
    return undefined;
  }

  function show() {
    if (!found.items.length) return close();
    list.replaceChildren(...found.items.map(option));
    list.hidden = false;
    bar.setAttribute("aria-expanded", "true");
    return choose(-1);
  }

  function option(item, number) {
    const made = document.createElement("li");
    made.id = `${list.id}-${number}`;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    const [label, note] = [document.createElement("span"), document.createElement("span")];
    label.className = "figure";
    label.textContent = item.label;
    note.className = "muted";
    note.textContent = item.note;
    made.append(label, note);
    made.addEventListener("mousedown", (event) => { event.preventDefault(); take(number); });
    return made;
  }

  function choose(number) {
    chosen = number;
    [...list.children].forEach((one, here) => one.setAttribute("aria-selected", String(here === number)));
    if (number < 0) bar.removeAttribute("aria-activedescendant");
    else {
      bar.setAttribute("aria-activedescendant", list.children[number].id);
      list.children[number].scrollIntoView({ block: "nearest" });
    }
  }

  function take(number) {
    const { insert } = found.items[number];
    bar.setRangeText(insert, found.start, found.end, "end");
    close();
    later();
  }

  bar.addEventListener("input", later);
  bar.addEventListener("compositionstart", () => { composing = true; });
  bar.addEventListener("compositionend", () => { composing = false; later(); });
  bar.addEventListener("blur", close);

  bar.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const last = list.children.length - 1;
    if (event.key === "ArrowDown" && (open() || event.altKey)) {
      event.preventDefault();
      if (open()) choose(chosen === last ? 0 : chosen + 1); else ask();
    } else if (event.key === "ArrowUp" && open()) {
      event.preventDefault();
      choose(chosen <= 0 ? last : chosen - 1);
    } else if ((event.key === "Enter" || event.key === "Tab") && open() && chosen >= 0 && !event.shiftKey) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === "Escape" && open()) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      close();
      bar.form.requestSubmit(bar.form.querySelector("button.main"));
    }
  });

  // The cursor stands where the first fault is.
  if (bar.dataset.at) { bar.focus(); bar.setSelectionRange(Number(bar.dataset.at), Number(bar.dataset.at)); }
})();
