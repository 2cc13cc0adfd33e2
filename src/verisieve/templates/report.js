"use strict";
// Filters the rows of a page; on a served one, fetches rows when they are opened and lists when a filter changes.
// Text is only read. Markup comes from the page's own server alone, escaped there, and is parsed without running.
(() => {
  const later = (wait, work) => {
    let timer = 0;
    return () => { clearTimeout(timer); timer = setTimeout(work, wait); };
  };
  const part = async (address, id) => {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(answer.statusText);
    return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
  };

  const local = document.getElementById("search");
  if (local) {
    const rows = Array.from(document.querySelectorAll("#rows .row"));
    const count = document.getElementById("count");
    const picks = Array.from(document.querySelectorAll("select[data-key]"));
    const texts = new Map();
    const text = (row) => {
      if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
      return texts.get(row);
    };
    const apply = () => {
      const words = local.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const fits = picks.every((pick) => !pick.value || row.dataset[pick.dataset.key] === pick.value)
          && words.every((word) => text(row).includes(word));
        row.hidden = !fits;
        shown += fits;
      }
      count.textContent = shown === rows.length ? rows.length + " rows" : shown + " of " + rows.length + " rows";
    };
    local.addEventListener("input", later(80, apply));
    for (const pick of picks) pick.addEventListener("change", apply);
    document.querySelector(".tools").hidden = false;
    apply();
  }

  // A served row brings its contents when it is opened. Without scripts, a link leads to them.
  document.addEventListener("toggle", async (event) => {
    const row = event.target;
    const from = row.open && row.dataset ? row.dataset.from : "";
    if (!from) return;
    delete row.dataset.from;
    const body = row.querySelector(".body");
    try {
      body.replaceChildren(...(await part(from, "fragment")).childNodes, ...body.childNodes);
    } catch (error) {
      row.dataset.from = from;
      body.append("could not be loaded: " + error.message);
    }
  }, true);

  const form = document.querySelector("form[data-live]");
  const list = document.getElementById("list");
  if (form && list) {
    let last = 0;
    const renew = async () => {
      const filled = Array.from(new FormData(form)).filter(([, value]) => value);
      const address = form.action.split("?")[0] + "?" + new URLSearchParams(filled);
      const turn = ++last;
      const found = await part(address, "list");
      if (turn !== last) return;
      list.replaceChildren(...found.childNodes);
      history.replaceState(null, "", address);
    };
    form.addEventListener("input", later(150, renew));
    form.addEventListener("submit", (event) => { event.preventDefault(); renew(); });
  }
})();
