"use strict";
(() => {
  const root = document.documentElement;
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector(".filter");
    const openTarget = () => {
      let name = location.hash.slice(1);
      try { name = decodeURIComponent(name); } catch { /* it stands there as it is */ }
      const target = name && document.getElementById(name);
      if (!target) return;
      for (let element = target; element; element = element.parentElement)
        if (element.tagName === "DETAILS") element.open = true;
      for (const old of document.querySelectorAll(".is-target")) old.classList.remove("is-target");
      target.classList.add("is-target");
      target.scrollIntoView({ block: "center" });
    };
    if (!form) {
      addEventListener("hashchange", openTarget);
      openTarget();
      return;
    }

    const rows = [...document.querySelectorAll(".matrix tr[data-s]")].map((element) => ({
      element, cells: element.dataset.s, body: element.parentElement, shown: true,
      text: (element.id + " " + element.firstElementChild.textContent).toLowerCase(),
    }));
    const bodies = [...document.querySelectorAll(".matrix tbody")];
    const there = (letter) => "sed".includes(letter);
    // What nobody tested is no difference.
    const differs = (cells) => new Set([...cells].filter((letter) => !"nu".includes(letter)).map((letter) => letter === "o" ? "a" : letter === "e" ? "s" : letter)).size > 1;

    function apply() {
      const words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
      const lack = form.lack.value === "" ? -1 : Number(form.lack.value);
      const kind = form.kind.value;
      const active = words.length > 0 || form.diff.checked || lack >= 0 || kind !== "";
      const some = new Set();
      let shown = 0;
      for (const row of rows) {
        const matches = (!kind || row.body.dataset.kind === kind)
          && (!form.diff.checked || differs(row.cells))
          && (lack < 0 || "mao".includes(row.cells[lack]) && [...row.cells].some(there))
          && words.every((word) => row.text.includes(word));
        if (matches) { shown++; some.add(row.body); }
        if (row.shown !== matches) { row.element.hidden = !matches; row.shown = matches; }
      }
      for (const body of bodies) body.hidden = !some.has(body);
      form.querySelector(".shown").textContent = root.dataset.lang === "zh"
        ? `显示 ${shown} / ${rows.length}` : `${shown} of ${rows.length} shown`;
      form.querySelector(".reset").hidden = !active;
      document.querySelector(".nothing").hidden = shown > 0;
    }

    // The filter stands in the address, so that it can be passed on.
    function keep() {
      const state = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (value) state.set(name, value);
      const text = state.toString();
      history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
    }
    function restore() {
      const text = location.hash.slice(1);
      if (!text.includes("=")) return openTarget();
      const state = new URLSearchParams(text);
      form.q.value = state.get("q") ?? "";
      form.diff.checked = state.get("diff") === "1";
      form.lack.value = state.get("lack") ?? "";
      form.kind.value = state.get("kind") ?? "";
      apply();
    }
    form.addEventListener("input", () => { apply(); keep(); });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => { apply(); keep(); }));
    addEventListener("hashchange", restore);
    document.addEventListener("languagechange", apply);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target.closest("input, select")) return;
      event.preventDefault();
      form.q.focus();
    });
    apply();
    restore();
  });
})();
