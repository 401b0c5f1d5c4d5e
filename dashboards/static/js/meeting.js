// The show of a meeting: arrow keys, PageUp and PageDown (what a presenter sends) turn the pages; Escape leads back.
(() => {
  const by = { ArrowRight: "next", PageDown: "next", ArrowLeft: "back", PageUp: "back", Escape: "out" };
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !by[event.key]) return;
    const link = document.querySelector(`[data-turn="${by[event.key]}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
})();
