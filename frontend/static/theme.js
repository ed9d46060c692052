// Runs before the first paint, so that the page never flashes in the wrong colours, and again when
// the user or the system chooses others.
const system = matchMedia("(prefers-color-scheme: dark)");
const paint = () => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // Storage is switched off: as the system is.
  }
  const dark = chosen ? chosen === "dark" : system.matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
};
paint();
system.addEventListener("change", paint);
addEventListener("themechange", paint);
