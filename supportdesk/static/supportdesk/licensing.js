// A button that copies the key; without this file, or where the browser may not, the text is marked by hand.
(() => {
  "use strict";

  const prepare = (button) => {
    const source = document.getElementById(button.dataset.copy);
    if (!source || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(source.textContent);
      document.getElementById("announce").textContent = button.dataset.done;
      button.textContent = button.dataset.done;
    });
  };

  document.querySelectorAll("button[data-copy]").forEach(prepare);
})();
