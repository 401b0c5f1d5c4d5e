// The clock in the top bar: the server's time, carried on by the machine's own steps.
(() => {
  const shown = document.querySelector("[data-clock]");
  if (!shown) return;
  const start = Date.parse(shown.dateTime) - performance.now();
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric",
    hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  });
  setInterval(() => {
    const [day, time] = format.format(start + performance.now()).split(", ");
    const parts = [day, time.slice(0, 5), time.slice(5)];
    [...shown.children].forEach((part, n) => { part.textContent = parts[n]; });
  }, 1000);
})();
