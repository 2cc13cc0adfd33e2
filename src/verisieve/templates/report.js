"use strict";
// Filters the rows of the page. Reads text only, and never makes markup of it.
(() => {
  const rows = Array.from(document.querySelectorAll(".row"));
  const search = document.getElementById("search");
  const count = document.getElementById("count");
  const picks = Array.from(document.querySelectorAll("select[data-key]"));
  if (!search) return;
  const texts = new Map();
  const text = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = picks.every((pick) => !pick.value || row.dataset[pick.dataset.key] === pick.value)
        && words.every((word) => text(row).includes(word));
      row.hidden = !fits;
      shown += fits;
    }
    count.textContent = shown === rows.length ? rows.length + " rows" : shown + " of " + rows.length + " rows";
  };
  let timer = 0;
  search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(apply, 80); });
  for (const pick of picks) pick.addEventListener("change", apply);
  document.querySelector(".tools").hidden = false;
  apply();
})();
