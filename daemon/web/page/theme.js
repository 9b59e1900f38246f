// Light or dark, before anything is drawn: the owner's choice if there is one, else the system's.
// Not a module: those run only after the page was shown once.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  try {
    chosen = localStorage.getItem("ppsd-theme");
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }

  function apply() {
    document.documentElement.dataset.theme = chosen ?? (system.matches ? "dark" : "light");
    document.dispatchEvent(new Event("theme"));
  }

  function choose(theme) {
    chosen = theme === (system.matches ? "dark" : "light") ? null : theme;
    try {
      if (chosen) localStorage.setItem("ppsd-theme", chosen);
      else localStorage.removeItem("ppsd-theme");
    } catch {
      // As above.
    }
    apply();
  }

  system.addEventListener("change", apply);
  apply();

  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const show = () =>
      button.setAttribute("aria-pressed", document.documentElement.dataset.theme === "dark");
    button.addEventListener("click", () =>
      choose(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
    document.addEventListener("theme", show);
    show();
  });
})();
