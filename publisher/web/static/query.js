// Put YASGUI in the place of the plain form, where it was built and scripts run.
(() => {
  const place = document.getElementById("editor");
  const form = document.querySelector("form.ask");
  if (!place || !form || !window.Yasgui) return;
  const text = form.querySelector("textarea").value;
  const endpoint = new URL("/sparql", location.href).href;
  const shared = (query) => new URL("/query?" + new URLSearchParams({ query }), location.href).href;
  const editor = new window.Yasgui(place, {
    requestConfig: { endpoint, method: "POST" },
    endpointCatalogueOptions: { getData: () => [{ endpoint }] },
    copyEndpointOnNewTab: true,
    persistenceId: null,
    populateFromUrl: false,
    yasqe: { value: text, createShareableLink: (yasqe) => shared(yasqe.getValue()) },
  });
  const tab = editor.getTab();
  tab.setQuery(text);
  form.hidden = true;
  place.hidden = false;
  document.getElementById("plain").hidden = false;
  tab.show();
  tab.getYasqe().refresh();
  place.querySelector(".CodeMirror textarea")?.setAttribute("aria-label", place.dataset.label);
})();
