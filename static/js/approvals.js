/* The keys of the approval inbox: j and k go through the list, a and r go to the button and to the reason. They act
   only while the list has the focus and the reader has not switched them off; the page works without this file. */
(function () {
  'use strict';

  function list() {
    return document.querySelector('[data-approval-list]');
  }

  function chosen() {
    return document.getElementById('chosen');
  }

  function links() {
    return Array.from(list().querySelectorAll('a[data-approval]'));
  }

  function current() {
    const found = links();
    return Math.max(0, found.findIndex(function (one) { return one.hasAttribute('aria-current'); }));
  }

  /* Show an item beside the list; without htmx its page is opened. */
  function show(link) {
    link.focus();
    if (!window.htmx) {
      link.click();
      return;
    }
    window.htmx.ajax('GET', link.href, { target: '#chosen', select: '#chosen', swap: 'outerHTML show:none' });
    history.replaceState(null, '', link.href);
  }

  function step(by) {
    const found = links();
    const next = found[current() + by];
    if (next) show(next);
  }

  function approve() {
    const button = chosen().querySelector('[data-approve]');
    if (button) button.focus();
  }

  function reason() {
    const field = chosen().querySelector('textarea[name="comment"]');
    if (field) field.focus();
  }

  const ACTS = { j: function () { step(1); }, k: function () { step(-1); }, a: approve, r: reason };

  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !list()) return;
    if (event.key === 'Escape' && chosen() && chosen().contains(event.target)) {
      links()[current()].focus();
      return;
    }
    const act = ACTS[event.key];
    if (!act || !list().hasAttribute('data-has-keys') || !list().contains(event.target)) return;
    event.preventDefault();
    act();
  });

  document.addEventListener('htmx:afterSettle', function () {
    const now = chosen();
    if (!now || !list()) return;
    const key = now.getAttribute('data-approval-key');
    links().forEach(function (one) {
      if (one.id === key) one.setAttribute('aria-current', 'true');
      else one.removeAttribute('aria-current');
    });
    document.querySelector('[data-approval-status]').textContent = now.getAttribute('data-approval-name') + 'を表示しました';
  });
})();
