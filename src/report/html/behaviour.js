// Sorts and filters tables. Without it the page shows the same tables, as they stand.
"use strict";

for (const table of document.querySelectorAll("table[data-sortable]")) {
  for (const header of table.querySelectorAll("thead th")) makeSortable(table, header);
}
for (const tools of document.querySelectorAll("[data-filters]")) makeFilter(tools);

function makeSortable(table, header) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...header.childNodes);
  header.append(button);
  button.addEventListener("click", () => {
    // Names begin at A, numbers at the largest; a second click turns the order round.
    const first = header.hasAttribute("data-text") ? "ascending" : "descending";
    const second = first === "ascending" ? "descending" : "ascending";
    const order = header.getAttribute("aria-sort") === first ? second : first;
    for (const other of table.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", order);
    sortRows(table.tBodies[0], header.cellIndex, order === "ascending" ? 1 : -1);
  });
}

function sortRows(body, column, direction) {
  const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
  const compare = (a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === "" || y === "") return (x === "") - (y === ""); // what is not known comes last either way
    const difference = isNaN(x) || isNaN(y) ? x.localeCompare(y) : x - y;
    return direction * difference;
  };
  body.append(...[...body.rows].sort(compare));
}

function makeFilter(tools) {
  const table = document.getElementById(tools.dataset.filters);
  const [input, status] = [tools.querySelector("input"), tools.querySelector("[role=status]")];
  tools.hidden = false;
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    const rows = [...table.tBodies[0].rows];
    for (const row of rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
    status.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} shown`;
  });
}
