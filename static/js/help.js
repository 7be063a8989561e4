/* Help beside the work: the meaning of a word where it stands, and the sheet of keys. Without this file both are links. */
(function () {
  'use strict';

  const GAP = 8;
  let note = null;
  let asked = null;

  function element(name, css, text) {
    const made = document.createElement(name);
    if (css) made.className = css;
    if (text) made.textContent = text;
    return made;
  }

  // One note serves all words; it stands in the top layer, so nothing cuts it off.
  function makeNote() {
    const made = element('div', 'term-note');
    made.popover = 'auto';
    made.id = 'term-note';
    made.tabIndex = -1;
    made.setAttribute('role', 'dialog');
    made.setAttribute('aria-labelledby', 'term-note-title');
    const title = element('p', 'term-note__title');
    title.id = 'term-note-title';
    const more = element('a', '', '用語集で見る');
    const close = element('button', 'link-button', '閉じる');
    close.type = 'button';
    close.addEventListener('click', function () { made.hidePopover(); });
    const row = element('div', 'row text-small');
    row.append(more, close);
    made.append(title, element('p', 'term-note__text'), row);
    made.addEventListener('toggle', function (event) {
      if (event.newState !== 'closed' || !asked) return;
      asked.setAttribute('aria-expanded', 'false');
      if (made.contains(document.activeElement) || document.activeElement === document.body) asked.focus();
      asked = null;
    });
    document.body.append(made);
    return made;
  }

  function place(term) {
    const at = term.getBoundingClientRect();
    const size = note.getBoundingClientRect();
    const room = document.documentElement.clientWidth - size.width - GAP;
    const below = at.bottom + GAP;
    const fits = below + size.height < window.innerHeight || at.top < size.height + GAP;
    note.style.left = Math.max(GAP, Math.min(at.left, room)) + 'px';
    note.style.top = (fits ? below : at.top - size.height - GAP) + 'px';
  }

  function explain(term) {
    note = note || makeNote();
    note.querySelector('.term-note__title').textContent = term.dataset.term;
    note.querySelector('.term-note__text').textContent = term.dataset.says;
    note.querySelector('a').href = term.href;
    if (note.matches(':popover-open')) note.hidePopover();
    note.showPopover();
    place(term);
    asked = term;
    term.setAttribute('aria-expanded', 'true');
    note.focus({ preventScroll: true });
  }

  document.addEventListener('click', function (event) {
    const term = event.target.closest('a.term');
    if (!term || event.ctrlKey || event.metaKey || event.shiftKey || !HTMLElement.prototype.showPopover) return;
    event.preventDefault();
    if (asked === term && note.matches(':popover-open')) note.hidePopover();
    else explain(term);
  });

  window.addEventListener('resize', function () {
    if (note && note.matches(':popover-open')) note.hidePopover();
  });

  // The sheet of keys is the main part of its own page, shown in a dialog.
  function showKeys(link) {
    fetch(link.href, { credentials: 'same-origin' }).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error('not the sheet');
      return answer.text();
    }).then(function (text) {
      const content = new DOMParser().parseFromString(text, 'text/html').querySelector('[data-keys-content]');
      const sheet = element('dialog', 'dialog dialog--wide');
      const title = element('h2', '', 'キー操作');
      title.id = 'keys-sheet-title';
      title.tabIndex = -1;
      sheet.setAttribute('aria-labelledby', title.id);
      const close = element('button', 'button button--small', '閉じる');
      close.type = 'button';
      close.addEventListener('click', function () { sheet.close(); });
      const head = element('div', 'row row--between');
      head.append(title, close);
      content.querySelectorAll('h2').forEach(function (heading) {
        const lower = element('h3', heading.className, heading.textContent);
        lower.id = heading.id;
        heading.replaceWith(lower);
      });
      sheet.append(head, document.adoptNode(content));
      sheet.addEventListener('close', function () { sheet.remove(); });
      document.body.append(sheet);
      sheet.showModal();
      title.focus();
    }).catch(function () { window.location.assign(link.href); });
  }

  function sheetLink() {
    const isOpen = document.querySelector('dialog[open]');
    return isOpen || document.querySelector('main [data-keys-content]') ? null : document.querySelector('a[data-keys-sheet]');
  }

  document.addEventListener('click', function (event) {
    const link = event.target.closest('a[data-keys-sheet]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !sheetLink()) return;
    event.preventDefault();
    showKeys(link);
  });

  document.addEventListener('keydown', function (event) {
    if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!document.body.hasAttribute('data-single-keys')) return;
    if (event.target.isContentEditable || event.target.matches('input, select, textarea')) return;
    const link = sheetLink();
    if (!link) return;
    event.preventDefault();
    showKeys(link);
  });
})();
