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
        document.dispatchEvent(new Event("languagechange"));
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
  });
})();
