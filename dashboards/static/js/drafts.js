// Typed text is kept in the tab, by the address the form is sent to, and offered back: also after the session ended.
(() => {
  const KEY = "soc-draft:";
  const words = document.getElementById("draft-words");
  const kept = (form) => form.querySelector("textarea") !== null && form.method === "post";
  const name = (form) => KEY + new URL(form.getAttribute("action") || "", location.href).pathname;
  const FIELDS = "textarea, input[type=text], input:not([type]), input[type=datetime-local], select, input[type=radio]:checked";

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !kept(form)) return;
    const typed = {};
    for (const field of form.querySelectorAll(FIELDS)) if (field.name && field.value) typed[field.name] = field.value;
    sessionStorage.setItem(name(form), JSON.stringify(typed));
  });

  function fill(form, typed) {
    for (const [field, value] of Object.entries(typed)) {
      for (const one of form.querySelectorAll(`[name="${CSS.escape(field)}"]`)) {
        if (one.type === "radio") one.checked = one.value === value; else if (one.type !== "hidden") one.value = value;
      }
    }
  }

  function offer(form) {
    const stored = kept(form) && sessionStorage.getItem(name(form));
    if (!stored || form.dataset.offered) return;
    const typed = JSON.parse(stored);
    const open = [...form.querySelectorAll("textarea")].some((one) => one.value === typed[one.name] && one.value);
    if (open || !Object.keys(typed).length) return;
    form.dataset.offered = "1";
    form.prepend(words.content.cloneNode(true));
    const line = form.firstElementChild;
    line.querySelector("[data-take]").addEventListener("click", () => { fill(form, typed); line.remove(); form.querySelector("textarea").focus(); });
    line.querySelector("[data-drop]").addEventListener("click", () => { sessionStorage.removeItem(name(form)); line.remove(); });
    const details = form.closest("details");
    if (details) details.open = true;
  }

  // What was saved needs no draft: the page says so, or the request answered well.
  function forget() {
    if (!document.querySelector("p.done")) return;
    const here = KEY + location.pathname + "/";
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(here)) sessionStorage.removeItem(key);
  }

  document.addEventListener("htmx:after:request", (event) => {
    const form = event.target.closest?.("form");
    if (form && kept(form) && event.detail.ctx?.response?.status < 400) sessionStorage.removeItem(name(form));
  });
  const look = () => { for (const form of document.forms) offer(form); };
  document.addEventListener("htmx:after:swap", look);
  forget();
  look();
})();
