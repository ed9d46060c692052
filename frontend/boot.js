// Starts the client. Until it has painted, the page shows what stands in index.html.
import init from "./app.js";

init({ module_or_path: new URL("./app_bg.wasm", import.meta.url) }).catch((error) => {
  console.error(error);
  document.getElementById("boot-failed").hidden = false;
});
