// The hunt page: how long a search takes and its way out, and the zoomable timeline. The page works without this file.
(() => {
  const form = document.getElementById("ask");
  const working = form?.querySelector("[data-working]");
  let ticking = 0;

  // The old page stays while the answer is made; leaving it is cancelling, and the server frees the engine.
  form?.addEventListener("submit", () => {
    const began = performance.now();
    const format = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    clearInterval(ticking);
    ticking = setInterval(() => {
      const seconds = (performance.now() - began) / 1000;
      if (seconds < 0.15) return;
      working.hidden = false;
      document.getElementById("main").setAttribute("aria-busy", "true");
      working.querySelector("[data-seconds]").textContent = `${format.format(seconds)} s`;
      working.querySelector("[data-stop]").hidden = seconds < 3;
    }, 100);
  });
  const rest = () => {
    clearInterval(ticking);
    if (working) working.hidden = true;
    document.getElementById("main")?.removeAttribute("aria-busy");
  };
  working?.querySelector("[data-stop]").addEventListener("click", () => { window.stop(); rest(); });
  window.addEventListener("pageshow", rest);

  const place = document.querySelector("[data-timeline]");
  if (!place || !window.uPlot) return;
  const start = Number(place.dataset.start);
  const step = Number(place.dataset.step);
  const counts = place.dataset.counts.split(",").map((text) => (text === "" ? null : Number(text)));
  if (counts.length < 2) return;
  const zone = "Asia/Ho_Chi_Minh";
  const pad = (number) => String(number).padStart(2, "0");

  function exact(seconds) {
    const at = uPlot.tzDate(new Date(seconds * 1000), zone);
    return `${pad(at.getDate())}/${pad(at.getMonth() + 1)}/${at.getFullYear()} ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}.0`;
  }

  function zoom(from, until) {
    const next = new URLSearchParams(location.search);
    next.set("since", exact(Math.floor(from)));
    next.set("until", exact(Math.ceil(until)));
    next.delete("after");
    location.assign(`/hunt?${next}`);
  }

  const style = getComputedStyle(document.documentElement);
  // Asked at every drawing: the theme may change under an open page.
  const probe = document.createElement("i");
  const colour = (name) => () => { probe.className = `probe ${name}`; place.append(probe); const found = getComputedStyle(probe).color; probe.remove(); return found; };
  const [bar, hatch, line, word] = ["accent", "hatch", "line", "muted"].map(colour);
  const font = `12px ${style.getPropertyValue("--figures")}`;

  // A gap is hatched over its whole height: it is not known whether anything happened.
  function gaps(plot) {
    const { ctx, bbox } = plot;
    const at = (index) => plot.valToPos(start + index * step, "x", true);
    ctx.save();
    ctx.beginPath();
    counts.forEach((n, index) => { if (n === null) ctx.rect(at(index), bbox.top, at(index + 1) - at(index), bbox.height); });
    ctx.clip();
    ctx.strokeStyle = hatch();
    ctx.beginPath();
    for (let x = bbox.left - bbox.height; x < bbox.left + bbox.width; x += 8) { ctx.moveTo(x, bbox.top + bbox.height); ctx.lineTo(x + bbox.height, bbox.top); }
    ctx.stroke();
    ctx.restore();
  }

  const axis = { stroke: word, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const two = (at) => `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  const options = {
    width: place.clientWidth,
    height: 132,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false, setScale: false } },
    scales: { x: { time: true, range: [start, start + counts.length * step] }, y: { range: (_, low, high) => [0, Math.max(high, 1) * 1.05] } },
    axes: [
      { ...axis, size: 32, values: (plot, splits) => splits.map((at) => { const day = plot.axes && uPlot.tzDate(new Date(at * 1000), zone); return step < 3600 ? two(day) : `${pad(day.getDate())}/${pad(day.getMonth() + 1)} ${two(day)}`; }), space: step < 3600 ? 70 : 110 },
      { ...axis, size: 64, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 1e7], values: (_, splits) => splits.map((n) => new Intl.NumberFormat(document.documentElement.lang).format(n)) },
    ],
    series: [{}, { label: place.dataset.word, fill: bar, stroke: bar, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.86], align: 1 }) }],
    hooks: {
      draw: [gaps],
      setSelect: [(plot) => {
        if (plot.select.width < 4) return;
        zoom(plot.posToVal(plot.select.left, "x"), plot.posToVal(plot.select.left + plot.select.width, "x"));
      }],
    },
  };
  place.replaceChildren();
  const plot = new uPlot(options, [counts.map((_, index) => start + index * step), counts.map((n) => n ?? 0)], place);
  plot.root.setAttribute("aria-hidden", "true");
  plot.over.addEventListener("click", () => {
    const index = plot.cursor.idx;
    if (index !== null && index !== undefined && !plot.select.width) zoom(start + index * step, start + (index + 1) * step);
  });
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: 132 })).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot.redraw());
  for (const hint of document.querySelectorAll("[data-zoom-hint]")) hint.hidden = false;
})();
