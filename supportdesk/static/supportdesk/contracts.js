// The slider of 更新の時期をくらべる moves the date field beside it; the answer comes from the server.
(() => {
  "use strict";

  const fieldOf = (slider) => document.getElementById(slider.dataset.for);

  // Days are counted in UTC, where every one has 24 hours.
  const dayOf = (slider) => {
    const day = new Date(`${slider.dataset.first}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() + Number(slider.value));
    return day.toISOString().slice(0, 10);
  };

  document.addEventListener("input", (event) => {
    if (event.target.id === "on-slider") fieldOf(event.target).value = dayOf(event.target);
  });
})();
