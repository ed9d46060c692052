// Runs before the first paint: finds the language, and asks for its texts while the client itself is still loading.
// A choice made in this browser comes first, then what the browser prefers, then English.
(() => {
  const meta = (language) => document.querySelector(`meta[name="words-${language}"]`);
  let wanted = navigator.languages ?? [];
  try {
    wanted = [localStorage.getItem("language"), ...wanted];
  } catch {
    // Storage is switched off: as the browser prefers.
  }
  const language = wanted.map((tag) => tag?.slice(0, 2).toLowerCase()).find((tag) => tag && meta(tag)) ?? "en";
  const page = document.documentElement;
  page.lang = meta(language).dataset.tag;
  page.dataset.language = language;

  const hint = document.createElement("link");
  Object.assign(hint, { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: meta(language).content });
  document.head.append(hint);
  document.addEventListener("DOMContentLoaded", () => {
    for (const [id, text] of Object.entries({ loading: "loading", "boot-failed": "failed" })) {
      const place = document.getElementById(id);
      if (place) place.textContent = meta(language).dataset[text];
    }
  });
})();
