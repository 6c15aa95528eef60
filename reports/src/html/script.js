"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  // What the reader chose is kept, where the browser keeps anything for a file.
  const remembered = (key) => { try { return localStorage.getItem("botspec." + key); } catch { return null; } };
  const remember = (key, value) => { try { localStorage.setItem("botspec." + key, value); } catch { /* not kept */ } };

  const setLanguage = (language) => {
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-CN" : "en";
    for (const button of document.querySelectorAll("[data-set-lang]"))
      button.setAttribute("aria-pressed", button.dataset.setLang === language);
    for (const option of document.querySelectorAll("option[data-zh]")) option.textContent = option.dataset[language];
    for (const input of document.querySelectorAll("[data-placeholder-zh]"))
      input.placeholder = language === "zh" ? input.dataset.placeholderZh : input.dataset.placeholderEn;
  };

  const setTheme = (theme) => { if (theme) root.dataset.theme = theme; };
  const isDark = () => root.dataset.theme
    ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  const language = remembered("lang") || (navigator.language.startsWith("zh") ? "zh" : "en");
  root.dataset.lang = language;
  setTheme(remembered("theme"));

  document.addEventListener("DOMContentLoaded", () => {
    setLanguage(language);
    for (const button of document.querySelectorAll("[data-set-lang]"))
      button.addEventListener("click", () => {
        setLanguage(button.dataset.setLang);
        remember("lang", button.dataset.setLang);
        apply();
      });
    document.querySelector("[data-theme-toggle]").addEventListener("click", () => {
      setTheme(isDark() ? "light" : "dark");
      remember("theme", root.dataset.theme);
    });

    // Times are written in UTC and shown as the reader's clock has them.
    for (const time of document.querySelectorAll("time")) {
      const date = new Date(time.dateTime);
      if (!isNaN(date)) { time.title = time.dateTime; time.textContent = date.toLocaleString(); }
    }

    // The filter.
    const form = document.querySelector(".filter");
    const chips = [...form.querySelectorAll(".verdict")];
    const rows = [...document.querySelectorAll(".check")].map((element) => ({
      element,
      verdict: element.dataset.verdict,
      level: element.dataset.level,
      transports: element.dataset.transport.split(" "),
      text: null,
    }));
    const groups = [...document.querySelectorAll("[data-group]")];
    const total = rows.reduce((sum, row) => sum + row.transports.length, 0);
    const textOf = (row) => row.text ??=
      (row.element.querySelector("summary") ?? row.element).textContent.toLowerCase();

    function apply() {
      const words = form.text.value.toLowerCase().split(/\s+/).filter(Boolean);
      const verdicts = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true")
        .map((chip) => chip.dataset.verdict);
      const transport = form.transport?.value;
      const level = form.level?.value;
      const active = words.length > 0 || verdicts.length > 0 || Boolean(transport) || Boolean(level);
      let shown = 0;
      for (const row of rows) {
        const matches = (!verdicts.length || verdicts.includes(row.verdict))
          && (!level || row.level === level)
          && (!transport || row.transports.includes(transport))
          && words.every((word) => textOf(row).includes(word));
        row.element.hidden = !matches;
        if (matches) shown += transport ? row.transports.filter((one) => one === transport).length : row.transports.length;
      }
      for (const group of groups) {
        const some = group.querySelector(".check:not([hidden])") !== null;
        group.hidden = !some;
        if (group.tagName !== "DETAILS") continue;
        // What matches must be seen; when the filter goes, the list closes again, unless the reader had opened it.
        if (active && some) {
          if (!group.open) { group.open = true; group.dataset.opened = ""; }
        } else if ("opened" in group.dataset) {
          group.open = false;
          delete group.dataset.opened;
        }
      }
      form.querySelector(".shown").textContent = root.dataset.lang === "zh"
        ? `显示 ${shown} / ${total}` : `${shown} of ${total} shown`;
      form.querySelector(".reset").hidden = !active;
      document.querySelector(".nothing").hidden = shown > 0 || total === 0;
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

    // A line to paste.
    document.addEventListener("click", async (event) => {
      const button = event.target.closest(".copy");
      if (!button) return;
      const code = button.parentElement.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.dataset.copied = "";
        setTimeout(() => delete button.dataset.copied, 1500);
      } catch {
        getSelection().selectAllChildren(code);
      }
    });

    // A link to a check opens it.
    const openTarget = () => {
      let name = location.hash.slice(1);
      try { name = decodeURIComponent(name); } catch { /* it stands there as it is */ }
      const target = document.getElementById(name);
      if (!target) return;
      for (let element = target; element; element = element.parentElement)
        if (element.tagName === "DETAILS") element.open = true;
      target.scrollIntoView();
    };
    addEventListener("hashchange", openTarget);
    apply();
    openTarget();
  });
})();
