/* Small comforts. Every page works without this file. */
(function () {
  'use strict';

  const dirty = new Set();

  function warn(event) {
    event.preventDefault();
  }

  function markDirty(form) {
    dirty.add(form);
    window.addEventListener('beforeunload', warn);
  }

  function markClean(form) {
    dirty.delete(form);
    if (!dirty.size) window.removeEventListener('beforeunload', warn);
  }

  // <form data-guard>: ask before leaving with unsaved input.
  document.addEventListener('input', function (event) {
    const form = event.target.form;
    if (form && form.hasAttribute('data-guard')) markDirty(form);
  });

  document.addEventListener('submit', function (event) {
    markClean(event.target);
  });

  // What a swap took off the page cannot be lost any more.
  document.addEventListener('htmx:afterSwap', function () {
    dirty.forEach(function (form) {
      if (!form.isConnected) markClean(form);
    });
  });

  // <form data-autosubmit>: a filter that applies itself when a choice changes.
  document.addEventListener('change', function (event) {
    const form = event.target.form;
    if (!form || !form.hasAttribute('data-autosubmit')) return;
    if (event.target.matches('select, input[type="checkbox"], input[type="radio"]')) form.requestSubmit();
  });

  // <details data-menu>: close with Escape or by going elsewhere.
  function closeMenus(except) {
    document.querySelectorAll('details[data-menu][open]').forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }

  document.addEventListener('click', function (event) {
    closeMenus(event.target.closest('details[data-menu]'));
  });

  document.addEventListener('focusin', function (event) {
    closeMenus(event.target.closest('details[data-menu]'));
  });

  function typing(element) {
    return element.isContentEditable || element.matches('input, select, textarea');
  }

  document.addEventListener('keydown', function (event) {
    if (event.key === 'Escape') {
      const menu = event.target.closest('details[data-menu][open]');
      closeMenus(null);
      if (menu) menu.querySelector('summary').focus();
      return;
    }
    if (event.key !== '/' || !document.body.hasAttribute('data-single-keys') || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const search = document.getElementById('quick-search');
    if (!search) return;
    event.preventDefault();
    search.focus();
  });

  // The summary of errors speaks first; its links put the cursor into the field.
  function focusErrors(root) {
    const summary = root.querySelector('.error-summary');
    if (summary) summary.focus();
  }

  document.addEventListener('click', function (event) {
    const link = event.target.closest('.error-summary a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: 'center' });
  });

  // On a phone the tabs scroll: the one of this page is shown.
  function showCurrentTabs() {
    document.querySelectorAll('.tabs [aria-current]').forEach(function (tab) {
      const bar = tab.closest('.tabs');
      const beyond = tab.getBoundingClientRect().left - bar.getBoundingClientRect().left;
      bar.scrollLeft += beyond - (bar.clientWidth - tab.offsetWidth) / 2;
    });
  }

  document.addEventListener('DOMContentLoaded', function () {
    showCurrentTabs();
    focusErrors(document);
  });

  // [data-tick-all=name]: two buttons that tick all boxes of that name, or none; hidden without this file or any box.
  function boxesOf(buttons) {
    const name = CSS.escape(buttons.dataset.tickAll);
    return document.querySelectorAll('input[type="checkbox"][name="' + name + '"]');
  }

  ['DOMContentLoaded', 'htmx:afterSettle'].forEach(function (name) {
    document.addEventListener(name, function () {
      document.querySelectorAll('[data-tick-all]').forEach(function (buttons) {
        buttons.hidden = boxesOf(buttons).length === 0;
      });
    });
  });

  document.addEventListener('click', function (event) {
    const button = event.target.closest('[data-tick-all] [data-tick]');
    if (!button) return;
    boxesOf(button.closest('[data-tick-all]')).forEach(function (box) {
      box.checked = button.dataset.tick === 'all';
    });
  });

  // <form data-drop>: a file may be put onto the form; the plain control takes it, and the button still sends it.
  function dropForm(event) {
    const types = event.dataTransfer && event.dataTransfer.types;
    return types && Array.from(types).includes('Files') ? event.target.closest('form[data-drop]') : null;
  }

  function markDrop(form) {
    document.querySelectorAll('form[data-drop].drop--over').forEach(function (other) {
      other.classList.toggle('drop--over', other === form);
    });
    if (form) form.classList.add('drop--over');
  }

  document.addEventListener('dragover', function (event) {
    const form = dropForm(event);
    markDrop(form);
    if (form) event.preventDefault();
  });

  document.addEventListener('drop', function (event) {
    const form = dropForm(event);
    markDrop(null);
    if (!form) return;
    event.preventDefault();
    const control = form.querySelector('input[type="file"]');
    const first = new DataTransfer();
    first.items.add(event.dataTransfer.files[0]);
    control.files = first.files;
    form.querySelector('[type="submit"]').focus();
  });

  document.addEventListener('DOMContentLoaded', function () {
    document.querySelectorAll('form[data-drop] .drop-hint').forEach(function (hint) {
      hint.hidden = false;
    });
  });

  // A refused form comes back as 422 and takes the place of the old one; other failures show one banner.
  document.addEventListener('htmx:beforeSwap', function (event) {
    if (event.detail.xhr.status !== 422) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });

  function showRequestError(failed) {
    const banner = document.getElementById('request-error');
    if (banner) banner.hidden = !failed;
  }

  document.addEventListener('htmx:beforeRequest', function () {
    showRequestError(false);
  });

  ['htmx:responseError', 'htmx:sendError', 'htmx:timeout'].forEach(function (name) {
    document.addEventListener(name, function () {
      showRequestError(true);
    });
  });

  document.addEventListener('htmx:afterSwap', function (event) {
    focusErrors(event.target);
  });
})();
