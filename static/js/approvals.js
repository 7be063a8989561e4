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

  function isShown(row) {
    return Boolean(row && chosen()) && chosen().getAttribute('data-approval-key') === row.id;
  }

  function isWrittenInto() {
    return Array.from(chosen().querySelectorAll('textarea')).some(function (field) {
      return field.value !== field.defaultValue;
    });
  }

  /* Show an item beside the list; without htmx its page is opened, and with a reason begun as well: leaving asks. */
  function show(link) {
    if (!window.htmx || !chosen() || isWrittenInto()) {
      link.click();
      return;
    }
    link.focus();
    window.htmx.ajax('GET', link.href, { target: '#chosen', select: '#chosen', swap: 'outerHTML show:none' });
  }

  function step(by) {
    const found = links();
    const next = found[current() + by];
    if (next) show(next);
  }

  /* The keys of a decision act on the row that has the focus, and only once it is what the panel shows. */
  function approve(row) {
    if (!isShown(row)) return;
    const button = chosen().querySelector('[data-approve]');
    if (button) button.focus();
  }

  function reason(row) {
    if (!isShown(row)) return;
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
    act(event.target.closest('a[data-approval]'));
  });

  /* Where the answer is not what was asked for, the item was decided on meanwhile or the session has ended: its page is
     opened, which says so. A reason begun while the answer was on its way stays, and so does the item it is about. */
  document.addEventListener('htmx:beforeSwap', function (event) {
    if (!list() || event.detail.target !== chosen() || !event.detail.shouldSwap) return;
    const wanted = new URL(event.detail.requestConfig.path, window.location.href);
    const came = new URL(event.detail.xhr.responseURL);
    if (isWrittenInto()) event.detail.shouldSwap = false;
    else if (came.searchParams.get('item') !== wanted.searchParams.get('item')) {
      event.detail.shouldSwap = false;
      window.location.assign(wanted);
    }
  });

  document.addEventListener('htmx:afterSettle', function (event) {
    const now = chosen();
    if (!now || !list() || event.target !== now) return;
    links().forEach(function (one) {
      if (isShown(one)) {
        one.setAttribute('aria-current', 'true');
        history.replaceState(null, '', one.href);
      } else one.removeAttribute('aria-current');
    });
    document.querySelector('[data-approval-status]').textContent = now.getAttribute('data-approval-name') + 'を表示しました';
  });
})();
