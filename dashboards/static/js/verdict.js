// `p`: the verdict of last time in the form, on the alert's page and in the queue's pane; the person confirms with
// Ctrl+Enter.
document.addEventListener("click", (event) => {
  const same = event.target.closest("[data-verdict]");
  const form = same && document.querySelector('form[action$="/close"]');
  if (!form) return;
  const sheet = form.closest("dialog");
  if (sheet) sheet.showModal(); else form.closest("details").open = true;
  const radio = form.querySelector(`input[value="${CSS.escape(same.dataset.verdict)}"]`);
  if (radio) radio.checked = true;
  form.elements.reason.value = same.dataset.reason;
  form.elements.note.focus();
});
