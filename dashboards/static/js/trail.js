// Which alerts the queue showed last, and where: the alert page goes before and after along them.
(() => {
  function keep() {
    const rows = [...document.querySelectorAll("[data-row] a[data-open]")].map((link) => new URL(link.href).pathname);
    if (location.pathname !== "/alerts" || !rows.length) return;
    sessionStorage.setItem("soc-trail", JSON.stringify({ queue: location.pathname + location.search, rows }));
  }
  document.addEventListener("htmx:after:swap", keep);
  keep();
})();
