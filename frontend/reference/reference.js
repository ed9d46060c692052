// Shows the document of the API. Nobody but this server is asked for anything.
const root = document.documentElement;
const paint = () => root.classList.toggle("dark-mode", root.dataset.theme === "dark");
paint();
new MutationObserver(paint).observe(root, { attributeFilter: ["data-theme"] });

SwaggerUIBundle({
  dom_id: "#reference",
  url: "/api/openapi.json",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayOperationId: true,
  displayRequestDuration: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: false,
  // Would send the document to a service of others.
  validatorUrl: null,
});
