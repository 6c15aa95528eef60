"use strict";
(() => {
  const root = document.documentElement;
  document.addEventListener("DOMContentLoaded", () => {
    // The filter. Rows are data; a list shows the first of those that match, and more of them when asked.
    const form = document.querySelector(".filter");
    const chips = [...form.querySelectorAll(".verdict")];
    const data = JSON.parse(document.getElementById("data").textContent);
    const AT_ONCE = 200, IN_ALL = 300;
    const lists = [...document.querySelectorAll("[data-list]")].map((element) => {
      const rows = data.lists[element.dataset.list];
      const owner = element.closest(".fold:not(.checks), .finding");
      const more = element.parentElement.querySelector(".more");
      if (more) more.remove();
      const button = document.createElement("button");
      button.type = "button"; button.className = "show-more"; button.hidden = true;
      element.after(button);
      const list = { element, rows, owner, button, matching: rows, limit: 0, drawn: null, about: null, ids: null };
      button.addEventListener("click", () => { list.limit += 1000; draw(list); });
      element.closest("details").addEventListener("toggle", () => draw(list));
      return list;
    });
    const groups = [...document.querySelectorAll("section[data-group]")];
    const total = lists.length ? data.lists.reduce((sum, rows) => sum + rows.reduce((all, row) => all + row[2], 0), 0) : 0;
    // A check that met two defects stands in two lists and is one check.
    const counted = form.dataset.total ? Number(form.dataset.total) : total;

    function rowElement([id, bits, , , verdict]) {
      const item = document.createElement("li");
      item.className = "check"; item.dataset.verdict = verdict;
      const code = document.createElement("code"); code.className = "id";
      const shown = id;
      const cut = shown.lastIndexOf("/", shown.lastIndexOf("/") - 1) + 1;
      const start = document.createElement("span"); start.textContent = shown.slice(0, cut);
      code.append(start, shown.slice(cut));
      item.append(code);
      data.transports.forEach((name, bit) => {
        if (bit === 0 || !(bits >> bit & 1)) return;
        const via = document.createElement("span"); via.className = "via"; via.textContent = name;
        item.append(" ", via);
      });
      return item;
    }

    function draw(list) {
      const open = list.element.closest("details").open;
      if (!open) return;
      const limit = Math.max(list.limit, AT_ONCE);
      if (list.drawn === list.matching && list.drawnLimit === limit) return;
      list.drawn = list.matching; list.drawnLimit = limit;
      list.element.replaceChildren(...list.matching.slice(0, limit).map(rowElement));
      const left = list.matching.length - limit;
      list.button.hidden = left <= 0;
      list.button.textContent = root.dataset.lang === "zh" ? `再显示 1000 项（还有 ${left} 项）` : `Show 1000 more (${left} left)`;
    }

    const aboutOf = (list) => list.about ??= list.owner.querySelector("summary").textContent.toLowerCase();
    const idsOf = (list) => list.ids ??= list.rows.map((row) => row[0].toLowerCase());
    const ones = (bits) => { let count = 0; for (; bits; bits &= bits - 1) count++; return count; };

    function apply() {
      const words = form.text.value.toLowerCase().split(/\s+/).filter(Boolean);
      const verdicts = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true")
        .map((chip) => chip.dataset.verdict);
      const transport = form.transport?.value ? 1 << data.transports.indexOf(form.transport.value) : 0;
      const level = form.level?.value ? data.levels.indexOf(form.level.value) : -1;
      const active = words.length > 0 || verdicts.length > 0 || transport > 0 || level >= 0;
      const seen = new Set();
      let shown = 0, opened = 0;
      for (const list of lists) {
        if (!active) list.matching = list.rows;
        else {
          const left = words.length ? words.filter((word) => !aboutOf(list).includes(word)) : words;
          const ids = left.length ? idsOf(list) : null;
          list.matching = list.rows.filter((row, at) => (!verdicts.length || verdicts.includes(row[4]))
            && (level < 0 || row[3] === level) && (!transport || row[1] & transport)
            && (!ids || left.every((word) => ids[at].includes(word))));
        }
        list.limit = 0;
        const some = list.matching.length > 0;
        const owner = list.owner;
        owner.hidden = !some;
        let count = 0;
        for (const row of list.matching) count += transport ? 1 : row[2];
        if (owner.classList.contains("finding") && active) {
          for (const row of list.matching) {
            const key = row[0] + "|" + row[1] + "|" + row[4];
            if (!seen.has(key)) { seen.add(key); shown += transport ? ones(row[1] & transport) : row[2]; }
          }
        } else shown += count;
        if (!owner.classList.contains("finding")) {
          // What matches must be seen; when the filter goes, the list closes again, unless the reader had opened it.
          if (active && some && opened < IN_ALL) {
            if (!owner.open) { owner.open = true; owner.dataset.opened = ""; }
            opened += Math.min(list.matching.length, AT_ONCE);
          } else if ("opened" in owner.dataset) {
            owner.open = false;
            delete owner.dataset.opened;
          }
          owner.querySelector(".count").textContent = count;
        }
        draw(list);
      }
      if (!active) shown = counted;
      for (const group of groups)
        group.hidden = group.querySelector(":scope > .finding:not([hidden]), :scope > .fold:not([hidden])") === null;
      form.querySelector(".shown").textContent = root.dataset.lang === "zh"
        ? `显示 ${shown} / ${counted}` : `${shown} of ${counted} shown`;
      form.querySelector(".reset").hidden = !active;
      document.querySelector(".nothing").hidden = shown > 0 || counted === 0;
    }

    for (const chip of chips)
      chip.addEventListener("click", () => {
        chip.setAttribute("aria-pressed", chip.getAttribute("aria-pressed") !== "true");
        apply();
      });
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => {
      for (const chip of chips) chip.setAttribute("aria-pressed", "false");
      setTimeout(apply);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target.closest("input, select")) return;
      event.preventDefault();
      form.text.focus();
    });

    document.addEventListener("languagechange", apply);
    // A link to a finding or a check opens it.
    function rowTarget(name) {
      const [, id, transport] = name.match(/^(.*?)(?:@([a-z-]+))?$/);
      const bit = transport ? 1 << data.transports.indexOf(transport) : 0;
      for (const list of lists) {
        const at = list.matching.findIndex((row) => row[0] === id && (!bit || row[1] & bit));
        if (at < 0) continue;
        for (let element = list.element; element; element = element.parentElement)
          if (element.tagName === "DETAILS") element.open = true;
        list.limit = Math.max(list.limit, at + 1);
        draw(list);
        return list.element.children[at];
      }
      return null;
    }
    const openTarget = () => {
      let name = location.hash.slice(1);
      if (!name) return;
      try { name = decodeURIComponent(name); } catch { /* it stands there as it is */ }
      const target = document.getElementById(name) ?? rowTarget(name);
      if (!target) return;
      for (let element = target; element; element = element.parentElement)
        if (element.tagName === "DETAILS") element.open = true;
      for (const old of document.querySelectorAll(".is-target")) old.classList.remove("is-target");
      target.classList.add("is-target");
      target.scrollIntoView();
    };
    addEventListener("hashchange", openTarget);
    apply();
    openTarget();
  });
})();
