// Says whether the page is live (workspace.md 3). The stream brings named events with ids only; who shows data
// listens on the document (`hx-trigger="alert-changed from:document"`) and fetches its fragment by GET.
(() => {
  const QUIET = 30_000;
  const stream = document.getElementById("stream");
  if (!stream) return;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  });
  let heard = performance.now();
  let at = Date.now();
  let state = "";

  // Before the first word of the stream the mark is empty: it never claims what it does not know.
  function say(now) {
    state = now;
    if (!state) return;
    for (const mark of document.querySelectorAll("[data-live]")) {
      if (mark.dataset.state === state) continue;
      mark.dataset.state = state;
      mark.querySelector("[data-word]").textContent =
        state === "on" ? mark.dataset.on : mark.dataset.off.replace("{at}", format.format(at));
    }
  }

  function alive() {
    heard = performance.now();
    at = Date.now();
    say("on");
  }

  stream.addEventListener("htmx:sse:after:connection", alive);
  stream.addEventListener("htmx:sse:before:message", alive);
  stream.addEventListener("reset", () => stream.dispatchEvent(new CustomEvent("alert-changed", { bubbles: true, detail: {} })));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) heard = performance.now(); });
  // New marks arrive with swapped fragments.
  document.addEventListener("htmx:after:swap", () => say(state));

  setInterval(() => {
    if (document.hidden || performance.now() - heard <= QUIET) return;
    say("off");
    if (!stream._htmx?.sse) stream.dispatchEvent(new CustomEvent("soc-reconnect"));
  }, 5_000);
})();
