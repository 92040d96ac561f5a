// Small extras of the portal. Every page works without them, and nothing here reads the browser's clock.
(() => {
  "use strict";

  // The error summary takes the focus, so that it is read first.
  const focusErrors = (root) => root.querySelector("[data-focus]")?.focus();

  // 78 ／ 4,000文字 below a text with an upper limit.
  const count = (area) => {
    const shown = area.parentElement.querySelector(".field-count");
    const figure = (number) => number.toLocaleString("en");
    if (shown) shown.textContent = shown.dataset.text.replace("{n}", figure(area.value.length)).replace("{most}", figure(Number(shown.dataset.most)));
  };

  // Files dropped on the frame go into the real field; what is chosen is listed below it.
  const list = (drop, field) => {
    let rows = drop.nextElementSibling;
    if (!rows?.matches(".files[data-chosen]")) {
      rows = document.createElement("ul");
      rows.className = "files";
      rows.dataset.chosen = "";
      drop.after(rows);
    }
    rows.replaceChildren(...[...field.files].map((file) => {
      const row = document.createElement("li");
      row.className = "file";
      const name = document.createElement("span");
      name.className = "file-name";
      name.textContent = file.name;
      const size = document.createElement("span");
      size.className = "meta";
      size.textContent = file.size < 1048576 ? `${Math.ceil(file.size / 1024)} KB` : `${(file.size / 1048576).toFixed(1)} MB`;
      row.append(name, size);
      return row;
    }));
  };

  const makeDroppable = (drop) => {
    const field = drop.querySelector("input[type=file]");
    if (!field || drop.dataset.drop) return;
    drop.dataset.drop = "ready";
    field.addEventListener("change", () => list(drop, field));
    drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("is-over"); });
    drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("is-over");
      if (!event.dataTransfer.files.length) return;
      const files = new DataTransfer();
      const dropped = [...event.dataTransfer.files];
      (field.multiple ? [...field.files, ...dropped] : dropped.slice(0, 1)).forEach((file) => files.items.add(file));
      field.files = files.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };

  // The one sentence of a promise that changed is read aloud once; the panel fades in.
  let said = "";
  const announce = (root) => {
    const sentence = root.querySelector?.("[data-announce]")?.closest(".promise");
    if (!sentence) return;
    const text = [...sentence.querySelectorAll(".promise-head .sr-only, [data-announce]")].map((part) => part.textContent.trim()).join(" ");
    if (said && text !== said) {
      document.getElementById("announce").textContent = text;
      sentence.classList.add("is-new");
    }
    said = text;
  };

  const prepare = (root) => {
    root.querySelectorAll("textarea[data-count]").forEach(count);
    root.querySelectorAll("[data-drop]").forEach(makeDroppable);
    announce(root);
  };

  document.addEventListener("input", (event) => { if (event.target.matches("textarea[data-count]")) count(event.target); });
  document.addEventListener("htmx:after:swap", () => prepare(document));
  document.addEventListener("DOMContentLoaded", () => { prepare(document); focusErrors(document); });
})();
