/* The short list below the search box: arrows walk through it, Escape and going elsewhere close it. */
(function () {
  'use strict';

  function partsOf(element) {
    const form = element.closest && element.closest('[data-quick-search]');
    if (!form) return null;
    const list = form.querySelector('.quick-search__results');
    return { box: form.querySelector('input'), list: list, links: Array.from(list.querySelectorAll('a')) };
  }

  function show(list) {
    list.hidden = list.children.length === 0;
  }

  function closeAll() {
    document.querySelectorAll('.quick-search__results').forEach(function (list) {
      list.hidden = true;
    });
  }

  document.addEventListener('htmx:afterSwap', function (event) {
    const target = event.detail.target;
    if (!target || target.id !== 'quick-results') return;
    const parts = partsOf(target);
    if (parts && document.activeElement === parts.box) show(target);
  });

  document.addEventListener('focusin', function (event) {
    const parts = partsOf(event.target);
    if (!parts) closeAll();
    else if (event.target === parts.box) show(parts.list);
  });

  document.addEventListener('click', function (event) {
    if (!partsOf(event.target)) closeAll();
  });

  document.addEventListener('keydown', function (event) {
    const parts = partsOf(event.target);
    if (!parts || event.isComposing) return;
    if (event.key === 'Escape' && !parts.list.hidden) {
      event.preventDefault();
      parts.box.focus();
      parts.list.hidden = true;
      return;
    }
    if (parts.list.hidden || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
    event.preventDefault();
    const stops = [parts.box].concat(parts.links);
    const step = event.key === 'ArrowDown' ? 1 : -1;
    const place = stops.indexOf(document.activeElement) + step;
    stops[(place + stops.length) % stops.length].focus();
  });
})();
