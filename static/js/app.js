/* Small comforts for signed-in pages. Everything here also works without this file: it adds keys,
   moves the focus to what must be read, and warns before typed text would be lost. */
(() => {
  "use strict";

  /* Errors and conflicts: the reader's focus goes to the box on top. */
  const showErrors = (root) => {
    const box = root.querySelector("#error-summary");
    if (box) box.focus();
  };

  /* The bench: 1 2 3 set the scale the focus is in, J and K go to the next and previous person. */
  const scaleKeys = (event) => {
    const target = event.target;
    const bench = target.closest?.("[data-bench]");
    if (!bench || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
    const row = target.closest(".person");
    if (!row) return;
    const key = event.key.toLowerCase();
    if ("123".includes(key)) {
      const scale = target.closest(".rating") || row.querySelector(".rating:not(:has(:checked))") || row.querySelector(".rating");
      const choice = scale?.querySelectorAll("input")[key - 1];
      if (!choice || choice.disabled) return;
      choice.click();
      /* On to the next scale of the same person that is still empty. */
      const next = scale.nextElementSibling;
      (next?.matches(".rating") && !next.querySelector(":checked") ? next.querySelector("input") : choice).focus();
    } else if (key === "j" || key === "k") {
      const other = key === "j" ? row.nextElementSibling : row.previousElementSibling;
      const input = other?.querySelector(".rating :checked") || other?.querySelector(".rating input");
      if (!input) return;
      input.focus({ preventScroll: true });
      other.scrollIntoView({ block: "nearest" });
    } else return;
    event.preventDefault();
  };

  /* A row of tabs wider than the phone begins where one is. */
  const showTab = (root) => {
    for (const tab of root.querySelectorAll(".tabs [aria-current]")) {
      const row = tab.closest(".tabs");
      row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
    }
  };

  /* Leaving with text that was typed and not sent asks first. Search and filter forms never do. */
  let dirty = false;
  const touched = (event) => {
    if (event.target.form?.method === "post") dirty = true;
  };

  document.addEventListener("keydown", scaleKeys);
  document.addEventListener("input", touched);
  document.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

  /* htmx: after a swap the form is clean again, and errors are read out. */
  document.addEventListener("htmx:after:swap", (event) => {
    dirty = false;
    const root = event.target instanceof Element ? event.target : document;
    showTab(root);
    showErrors(root);
  });

  /* A form that keeps saving itself sends the version that it saved last and the key of its next save,
     not those that stood there when the change was queued. */
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    for (const name of ["version", "once"]) {
      const field = ctx.sourceElement.querySelector?.(`input[name=${name}]`);
      if (field && ctx.request.body?.has?.(name)) ctx.request.body.set(name, field.value);
    }
  });

  /* A menu closes on Escape and when the focus leaves it. */
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.me[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest?.("details.me[open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });

  document.addEventListener("click", (event) => { if (event.target.closest?.("[data-print]")) print(); });

  for (const hint of document.querySelectorAll("[data-needs-script]")) hint.hidden = false;
  showTab(document);
  showErrors(document);
})();
