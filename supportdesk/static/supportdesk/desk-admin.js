/* unfold folds its sidebar up to and at 1280 px, where its own style sheet already has room for it
   beside the page: there, too, it is open unless whoever works here has closed it. */
document.addEventListener("alpine:init", () => {
  const unfolds = window.theme;
  const hasRoom = () => window.innerWidth >= 1280;
  const isWanted = () => localStorage.getItem("sidebarOpen") !== "0";

  window.theme = (...given) => {
    const state = unfolds(...given);
    state.sidebarOpen = () => hasRoom() && isWanted();
    state.sidebarToggle = function () {
      this.sidebarOpen = !this.sidebarOpen;
      if (hasRoom()) localStorage.setItem("sidebarOpen", this.sidebarOpen ? "1" : "0");
    };
    state.themeBindings["x-resize.window"] = function () {
      this.sidebarOpen = hasRoom() && isWanted();
    };
    return state;
  };
});
