// Files go up as soon as they are chosen, with a bar that shows how far: an extra, the form works without it.
(() => {
  "use strict";

  const send = (form, field) => {
    const target = form.querySelector("#attached");
    const bar = document.createElement("progress");
    bar.className = "upload-progress";
    bar.max = 1;
    bar.setAttribute("aria-label", field.closest(".field").querySelector(".field-label").firstChild.textContent);
    target.prepend(bar);
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
    request.addEventListener("loadend", () => {
      bar.remove();
      // Refused by a proxy, or the line is down: the field keeps its files, the form sends them.
      if (request.status !== 200) return;
      target.innerHTML = request.responseText;
      field.value = "";
      field.dispatchEvent(new Event("change"));
    });
    const data = new FormData(form);
    data.delete("action");
    request.open("POST", form.dataset.upload);
    request.send(data);
  };

  document.addEventListener("change", (event) => {
    const field = event.target;
    const form = field.form;
    if (field.type === "file" && field.files.length && form?.dataset.upload) send(form, field);
  });
})();
