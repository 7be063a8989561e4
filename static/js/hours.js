/* The keys of the page of hours: n begins a new entry, d copies one. They act outside of fields only, and can be
   switched off; the page works without this file. */
(function () {
  'use strict';

  const OFF = 'vapup.hours.keys';

  // A person who has switched single keys off has none here either, and needs no switch of this page.
  function mayUse() {
    return document.body.hasAttribute('data-single-keys');
  }

  function isOn() {
    return mayUse() && localStorage.getItem(OFF) !== 'off';
  }

  function typing(element) {
    return element.isContentEditable || element.matches('input, select, textarea');
  }

  function showSwitch() {
    document.querySelectorAll('[data-keys]').forEach(function (part) {
      part.hidden = !mayUse();
      part.querySelector('input').checked = isOn();
    });
  }

  document.addEventListener('change', function (event) {
    if (!event.target.closest('[data-keys]')) return;
    localStorage.setItem(OFF, event.target.checked ? 'on' : 'off');
  });

  function begin() {
    const first = document.querySelector('[data-first]');
    if (!first) return false;
    first.focus();
    first.select();
    return true;
  }

  // The entry that has the cursor is copied, or else the last one of the page.
  function copy() {
    const row = document.activeElement && document.activeElement.closest('[data-entry]');
    const links = (row || document).querySelectorAll('a[data-copy]');
    if (!links.length) return false;
    links[links.length - 1].click();
    return true;
  }

  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || !isOn()) return;
    const act = { n: begin, d: copy }[event.key];
    if (act && act()) event.preventDefault();
  });

  // The proposed time is replaced by what is typed.
  document.addEventListener('focusin', function (event) {
    if (event.target.matches('[data-first]')) event.target.select();
  });

  document.addEventListener('DOMContentLoaded', showSwitch);
  document.addEventListener('htmx:afterSettle', showSwitch);
})();
