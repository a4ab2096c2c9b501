// Put YASGUI in the place of the plain form, where it was built and scripts run.
(() => {
  const place = document.getElementById("editor");
  const form = document.querySelector("form.ask");
  if (!place || !form || !window.Yasgui) return;
  const text = form.querySelector("textarea").value;
  const endpoint = new URL("/sparql", location.href).href;
  const asked = new URLSearchParams(location.search);
  const editor = new window.Yasgui(place, {
    requestConfig: { endpoint, method: "POST" },
    endpointCatalogueOptions: { getData: () => [{ endpoint }] },
    copyEndpointOnNewTab: true,
    persistenceId: null,
    yasr: { pluginOrder: ["table", "chart", "response"], defaultPlugin: "table" },
    populateFromUrl: false,
    yasqe: { value: text, lineWrapping: true },
  });
  const tab = editor.getTab();
  tab.setQuery(text);

  // An address with the query, and how its answer is looked at: the tab would give one of its own.
  tab.getYasqe().config.createShareableLink = (yasqe) => {
    const view = tab.getYasr().getSelectedPluginName();
    const told = { query: yasqe.getValue(), ...(view === "chart" ? { view } : {}) };
    return new URL("/query?" + new URLSearchParams(told), location.href).href;
  };
  form.hidden = true;
  place.hidden = false;
  document.getElementById("plain").hidden = false;
  tab.show();
  tab.getYasqe().refresh();
  place.querySelector(".CodeMirror textarea")?.setAttribute("aria-label", place.dataset.label);
  place.querySelector(".CodeMirror-scroll")?.setAttribute("tabindex", "0");

  // Name for screen readers what the table of results leaves without a name.
  const name = () => {
    place.querySelector("select.tableSizer")?.setAttribute("aria-label", place.dataset.rows);
    const first = place.querySelector(".yasr_results th .dt-column-title");
    if (first && !first.textContent.trim()) {
      first.innerHTML = "<span class=unseen></span>";
      first.firstChild.textContent = place.dataset.row;
    }
  };
  new MutationObserver(name).observe(place, { childList: true, subtree: true });

  // The same query with names and charts.
  const plain = document.querySelector("#plain a");
  const follow = () => {
    plain.href = "/query?" + new URLSearchParams({ plain: "yes", query: tab.getYasqe().getValue() });
  };
  follow();
  tab.getYasqe().on("change", follow);

  // Whoever follows a shared link sees the answer, in the way that it was shared.
  if (asked.has("query")) {
    document.getElementById("answered")?.remove();
    if (asked.get("view") === "chart") tab.getYasr().selectPlugin("chart");
    tab.query();
  }
})();
