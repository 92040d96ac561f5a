// Keeps the draft while somebody writes: an extra, 下書きを保存 does the same.
(() => {
  "use strict";

  const form = document.getElementById("answer-form");
  const state = document.getElementById("draft-state");
  if (!form || !state) return;

  let waiting = 0;
  let leaving = false;
  const save = async () => {
    if (leaving) return;
    const data = new FormData(form);
    data.delete("attachments");
    data.set("action", "draft");
    data.set("quietly", "1");
    const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => null);
    if (answer?.status === 204) state.textContent = state.dataset.saved;
  };

  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(save, 3000); });
  form.addEventListener("submit", () => { leaving = true; clearTimeout(waiting); });
})();
