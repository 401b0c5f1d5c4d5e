// Registers the worker that keeps the shell and one offline page; pages with data are never kept.
(() => {
  const source = document.querySelector("script[data-worker]")?.dataset.worker;
  if (!source || !navigator.serviceWorker || !window.isSecureContext) return;
  const policy = window.trustedTypes?.createPolicy("sw", {
    createScriptURL: (url) => { if (url !== "/worker.js") throw new TypeError("not our worker"); return url; },
  });
  addEventListener("load", () => {
    navigator.serviceWorker.register(policy ? policy.createScriptURL(source) : source).catch(() => undefined);
  });
})();
