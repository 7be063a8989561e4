/* Some minutes before the session ends it says so, and lets it go on. What is written stays on the page, even after. */
(function () {
  'use strict';

  const WARN = 5 * 60 * 1000;
  const TICK = 10 * 1000;
  const SHARED = 'vapup.session.idle';
  const URL_OF_SESSION = '/help/session/';
  let dialog = null;
  let idleEnds = 0;
  let lifeEnds = 0;
  let dismissed = 0;
  let isOver = false;

  function end() {
    return Math.min(idleEnds, lifeEnds);
  }

  function note(idle, life) {
    idleEnds = Date.now() + idle * 1000;
    lifeEnds = Date.now() + life * 1000;
    localStorage.setItem(SHARED, String(idleEnds));
    if (dialog.open && !isOver && end() - Date.now() > WARN) dialog.close();
  }

  function noteHeader(text) {
    if (!text || !dialog || isOver) return;
    const left = text.split(' ');
    note(Number(left[0]), Number(left[1]));
  }

  function show(state) {
    const title = dialog.querySelector('h2');
    dialog.querySelectorAll('[data-when]').forEach(function (part) { part.hidden = part.dataset.when !== state; });
    if (state === 'over') title.textContent = title.dataset.titleOver;
    if (!dialog.open) {
      dialog.showModal();
      title.focus();
    }
  }

  function tick() {
    const left = end() - Date.now();
    if (isOver || left > WARN) return;
    if (left <= 0) {
      over();
      return;
    }
    const words = Math.max(1, Math.ceil(left / 60000)) + '分後';
    dialog.querySelectorAll('[data-minutes]').forEach(function (part) { part.textContent = words; });
    if (dialog.open || dismissed === end()) return;
    document.dispatchEvent(new CustomEvent('vapup:keep-drafts'));
    show(idleEnds < lifeEnds ? 'soon' : 'last');
  }

  function over() {
    isOver = true;
    show('over');
  }

  function ask(method) {
    const token = document.querySelector('[name=csrfmiddlewaretoken]').value;
    const body = method === 'POST' ? new URLSearchParams({ csrfmiddlewaretoken: token }) : undefined;
    return fetch(URL_OF_SESSION, { method: method, body: body, redirect: 'manual' }).then(function (answer) {
      if (!answer.ok) throw new Error('signed out');
      return answer.json();
    });
  }

  function stay() {
    ask('POST').then(function (said) {
      note(said.idle, said.life);
      dialog.close();
    }).catch(over);
  }

  // Somebody has signed in in another tab: this page takes the new session up.
  function resume() {
    const line = dialog.querySelector('[data-resume-says]');
    ask('GET').then(function (said) {
      if (String(said.member) !== dialog.dataset.member) {
        line.textContent = '別の利用者か、別の事務所でログインしています。この画面の続きは、同じ利用者と事務所でログインしてください。';
        return;
      }
      document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach(function (field) { field.value = said.token; });
      document.body.setAttribute('data-hx-headers', JSON.stringify({ 'X-CSRFToken': said.token }));
      isOver = false;
      note(said.idle, said.life);
      dialog.close();
      document.dispatchEvent(new CustomEvent('vapup:keep-drafts'));
    }).catch(function () {
      line.textContent = 'まだログインしていません。別のタブでログインしてから、もう一度押してください。';
    });
  }

  function begin() {
    dialog = document.getElementById('session-dialog');
    if (!dialog) return;
    note(Number(dialog.dataset.idle), Number(dialog.dataset.life));
    dialog.querySelector('[data-stay]').addEventListener('click', stay);
    dialog.querySelector('[data-resume]').addEventListener('click', resume);
    dialog.querySelector('[data-close]').addEventListener('click', function () { dialog.close(); });
    dialog.addEventListener('close', function () { dismissed = end(); });
    window.setInterval(tick, TICK);
    document.addEventListener('visibilitychange', tick);
    document.addEventListener('vapup:session-over', over);
    document.addEventListener('vapup:answer', function (event) { noteHeader(event.detail); });
    document.addEventListener('htmx:afterRequest', function (event) {
      noteHeader(event.detail.xhr.getResponseHeader('Session-Time-Left'));
    });
    window.addEventListener('storage', function (event) {
      if (event.key !== SHARED || !event.newValue || isOver) return;
      idleEnds = Math.max(idleEnds, Number(event.newValue));
      if (dialog.open && end() - Date.now() > WARN) dialog.close();
    });
    tick();
  }

  document.addEventListener('DOMContentLoaded', begin);
})();
