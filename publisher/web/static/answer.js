// Show an answer in YASGUI: things by their names, and numbers as a chart.
(() => {
  const place = document.getElementById("editor");
  if (!place || !window.Yasgui) return;
  const { Yasr } = window.Yasgui;
  const Table = Yasr.plugins.table;
  const AT_ONCE = 5000;
  const BARS = 100;
  const known = new Map();

  // Ask what the things of an answer are called: nobody but our own server.
  const learn = async (results) => {
    const rows = results?.getBindings() ?? [];
    const terms = rows.flatMap((row) => Object.values(row)).filter((term) => term.type === "uri");
    const iris = [...new Set(terms.map((term) => term.value))].filter((iri) => !known.has(iri));
    for (let start = 0; start < iris.length; start += AT_ONCE) {
      const part = iris.slice(start, start + AT_ONCE);
      const said = await fetch("/names", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(part),
      });
      const names = said.ok ? await said.json() : {};
      part.forEach((iri) => known.set(iri, names[iri]));
    }
  };
  const named = (term) => (term ? (known.get(term.value)?.label ?? term.value) : "");
  const escaped = (text) => {
    const element = document.createElement("span");
    element.textContent = text;
    return element.innerHTML.replaceAll('"', "&quot;");
  };

  // The table of YASGUI, with names in the place of identifiers, to sort and to filter by too.
  class Named extends Table {
    label = place.dataset.table;
    async draw(settings) {
      const { results } = this.yasr;
      await learn(results).catch(() => {});
      if (this.yasr.results === results) super.draw(settings);
    }
    getCellContent(term, prefixes) {
      const name = term.type === "uri" && known.get(term.value);
      if (!name) return super.getCellContent(term, prefixes);
      const [href, iri] = [escaped(name.href), escaped(term.value)];
      return `<div><span><a class="iri" href="${href}" title="${iri}">${escaped(name.label)}</a></span></div>`;
    }
    getColumns() {
      return super.getColumns().map((column) => ({
        ...column,
        render: (term, type, ...more) =>
          known.get(term?.value) && (!type || type === "filter" || type === "sort")
            ? escaped(named(term))
            : column.render(term, type, ...more),
      }));
    }
  }

  const number = (term) => (term?.datatype && term.value.trim() ? Number(term.value) : NaN);

  // Bars for the last column of numbers; what they stand for is what the other columns say.
  class Chart {
    priority = 5;
    label = place.dataset.chart;
    constructor(yasr) {
      this.yasr = yasr;
    }
    getIcon() {
      return undefined;
    }
    measure() {
      const rows = this.yasr.results?.getBindings() ?? [];
      const names = this.yasr.results?.getVariables() ?? [];
      if (rows.length < 1 || names.length < 2) return undefined;
      return [...names].reverse().find((name) => rows.every((row) => number(row[name]) >= 0));
    }
    canHandleResults() {
      return this.measure() !== undefined;
    }
    async draw() {
      const { results } = this.yasr;
      await learn(results).catch(() => {});
      if (this.yasr.results !== results) return;
      const measure = this.measure();
      const others = results.getVariables().filter((name) => name !== measure);
      const rows = results.getBindings().slice(0, BARS);
      const most = Math.max(...rows.map((row) => number(row[measure])), 0) || 1;
      const list = document.createElement("dl");
      list.className = "chart";
      list.setAttribute("aria-label", `${others.join(", ")}: ${measure}`);
      for (const row of rows) list.append(...this.bar(row, others, row[measure], most));
      this.yasr.resultsEl.append(list);
    }
    bar(row, others, value, most) {
      const [name, amount, bar] = ["dt", "dd", "span"].map((tag) => document.createElement(tag));
      name.textContent = others.map((other) => named(row[other])).filter(Boolean).join(" · ");
      bar.style.width = `${(100 * number(value)) / most}%`;
      amount.append(bar, value.value);
      return [name, amount];
    }
    download() {
      return undefined;
    }
    destroy() {
      this.yasr.resultsEl.querySelector("dl.chart")?.remove();
    }
  }

  Yasr.registerPlugin("table", Named);
  Yasr.registerPlugin("chart", Chart);
})();
