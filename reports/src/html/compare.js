"use strict";
(() => {
  const root = document.documentElement;
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector(".filter");
    const rows = [...document.querySelectorAll(".difference")].map((element) => ({
      element, text: element.textContent.toLowerCase(), fold: element.closest("details.fold"),
    }));
    const folds = [...document.querySelectorAll("details.fold")];
    const groups = [...document.querySelectorAll("section[data-group]")];
    function apply() {
      const words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
      const some = new Set();
      let shown = 0;
      for (const row of rows) {
        const matches = words.every((word) => row.text.includes(word));
        row.element.hidden = !matches;
        if (matches) { shown++; some.add(row.fold); }
      }
      for (const fold of folds) {
        fold.hidden = !some.has(fold);
        if (words.length && some.has(fold)) { if (!fold.open) { fold.open = true; fold.dataset.opened = ""; } }
        else if ("opened" in fold.dataset) { fold.open = false; delete fold.dataset.opened; }
      }
      for (const group of groups) group.hidden = !group.querySelector("details.fold:not([hidden])");
      form.querySelector(".shown").textContent = root.dataset.lang === "zh"
        ? `显示 ${shown} / ${rows.length}` : `${shown} of ${rows.length} shown`;
      form.querySelector(".reset").hidden = !words.length;
      document.querySelector(".nothing").hidden = shown > 0 || rows.length === 0;
    }
    const openTarget = () => {
      let name = location.hash.slice(1);
      try { name = decodeURIComponent(name); } catch { /* it stands there as it is */ }
      const target = name && document.getElementById(name);
      if (!target) return;
      for (let element = target; element; element = element.parentElement)
        if (element.tagName === "DETAILS") element.open = true;
      target.scrollIntoView();
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    document.addEventListener("languagechange", apply);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target.closest("input, select")) return;
      event.preventDefault();
      form.q.focus();
    });
    addEventListener("hashchange", openTarget);
    apply();
    openTarget();
  });
})();
