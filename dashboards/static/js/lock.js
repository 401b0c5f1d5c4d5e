// The page's own lock (security.md 3): content hidden after minutes without use, the password to go on where one was.
// The server locks too, so a reload shows nothing; what was typed stays in the page.
(() => {
  const words = document.getElementById("lock-words");
  if (!words) return;
  const AFTER = Number(words.dataset.minutes) * 60_000;
  const TELL = 240_000;
  let last = Date.now();
  let told = Date.now();
  let sheet = null;

  const post = (path, body = {}) => fetch(`/api/v1/session/${path}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), credentials: "same-origin",
  });
  const away = () => location.assign(`/sign-in?back=${encodeURIComponent(location.pathname)}`);

  function used(event) {
    if (sheet) return;
    last = Date.now();
    if (event.type !== "input" || last - told < TELL) return;
    told = last;
    post("active").catch(() => {});
  }

  function lock() {
    post("lock").catch(() => {});
    sheet = words.content.firstElementChild.cloneNode(true);
    document.body.append(sheet);
    document.body.classList.add("hidden-away");
    sheet.addEventListener("cancel", (event) => event.preventDefault());
    sheet.querySelector("form").addEventListener("submit", open);
    sheet.showModal();
  }

  async function open(event) {
    event.preventDefault();
    const field = sheet.querySelector("input");
    const fault = sheet.querySelector("[data-fault]");
    const answer = await post("unlock", { password: field.value }).catch(() => null);
    field.value = "";
    if (answer?.status === 204) {
      sheet.remove();
      sheet = null;
      last = Date.now();
      document.body.classList.remove("hidden-away");
      return;
    }
    if (answer?.status === 401 && (await answer.json()).code === "SOC-1720") return void away();
    fault.textContent = answer?.status === 429 ? fault.dataset.wait : fault.dataset.wrong;
    field.focus();
  }

  for (const kind of ["keydown", "pointerdown", "input", "scroll"]) document.addEventListener(kind, used, { passive: true, capture: true });
  setInterval(() => { if (!sheet && Date.now() - last >= AFTER) lock(); }, 5_000);
})();
