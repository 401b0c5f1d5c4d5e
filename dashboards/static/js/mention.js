// `@` in a note proposes colleagues who may see the alert. Everything shown is the page's own text.
(() => {
  const people = document.getElementById("callable");
  const list = document.createElement("ul");
  let field = null;
  let chosen = 0;
  list.id = "called";
  list.className = "called";
  list.setAttribute("role", "listbox");

  const open = () => list.isConnected;
  const begun = () => /(?:^|[^\w@.])@([\w.-]*)$/.exec(field.value.slice(0, field.selectionStart));

  function close() {
    list.remove();
    field?.removeAttribute("aria-activedescendant");
  }

  function mark(place) {
    const all = [...list.children];
    chosen = (place + all.length) % all.length;
    all.forEach((one, n) => one.setAttribute("aria-selected", String(n === chosen)));
    field.setAttribute("aria-activedescendant", all[chosen].id);
  }

  function look() {
    const word = begun()?.[1].toLowerCase();
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const found = word === undefined ? [] : [...people.content.children].filter((one) => plain(one.textContent).includes(word)).slice(0, 6);
    if (!found.length) return close();
    list.replaceChildren(...found.map((one, n) => { const copy = one.cloneNode(true); copy.id = `called-${n}`; return copy; }));
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-autocomplete", "list");
    field.after(list);
    return mark(0);
  }

  function take(option) {
    const end = field.selectionStart;
    const start = end - begun()[1].length;
    field.setRangeText(`${option.dataset.account} `, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  document.addEventListener("input", (event) => {
    if (!people || !event.target.matches("textarea[data-mention]")) return;
    field = event.target;
    look();
  });
  document.addEventListener("keydown", (event) => {
    if (!open() || event.target !== field || event.ctrlKey || event.isComposing) return;
    if (event.key === "ArrowDown") mark(chosen + 1);
    else if (event.key === "ArrowUp") mark(chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    take(option);
  });
  document.addEventListener("focusout", (event) => { if (event.target === field) close(); });
})();
