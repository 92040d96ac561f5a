// allauth's script reports what went wrong (or was cancelled) as an event; say it on the page.
document.addEventListener("allauth.error", (event) => {
  const trouble = document.getElementById("passkey-trouble");
  if (trouble) {
    event.preventDefault();
    trouble.hidden = false;
  }
});
