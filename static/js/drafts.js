/* Long texts are kept as drafts while they are written. A draft is only ever offered; nothing is put into a field, and
   no draft of another browser tab is replaced, unless the writer says so. */
(function () {
  'use strict';

  const DELAY = 5000;
  const RETRY = 15000;
  const URL_OF_DRAFTS = '/help/drafts/one/';
  const WITHOUT_TEXT = ['hidden', 'file', 'password', 'checkbox', 'radio', 'submit', 'button', 'reset', 'image'];
  const sheets = [];

  function fieldsOf(form) {
    return Array.from(form.elements).filter(function (field) {
      if (!field.name || field.disabled || field.readOnly || field.multiple) return false;
      return field.matches('textarea, select') || (field.matches('input') && !WITHOUT_TEXT.includes(field.type));
    });
  }

  function initialOf(field) {
    if (!field.matches('select')) return field.defaultValue;
    const chosen = Array.from(field.options).find(function (option) { return option.defaultSelected; });
    return (chosen || field.options[0] || { value: '' }).value;
  }

  // A fingerprint, not a secret: it tells whether a form holds what it held when the draft was begun.
  function fingerprint(text) {
    let one = 0xdeadbeef;
    let two = 0x41c6ce57;
    for (let at = 0; at < text.length; at += 1) {
      one = Math.imul(one ^ text.charCodeAt(at), 2654435761);
      two = Math.imul(two ^ text.charCodeAt(at), 1597334677);
    }
    return (one >>> 0).toString(36) + (two >>> 0).toString(36);
  }

  function baseOf(form) {
    return fingerprint(fieldsOf(form).map(function (field) { return field.name + '=' + initialOf(field); }).join('\n'));
  }

  function say(sheet, text, button) {
    const line = sheet.form.querySelector('.draft-state');
    line.hidden = !text;
    line.querySelector('[data-draft-says]').replaceChildren(text, ...(button ? [button] : []));
  }

  function tokenOf(form) {
    return form.querySelector('[name=csrfmiddlewaretoken]').value;
  }

  function written(sheet) {
    const heading = document.querySelector('h1');
    const sent = new URLSearchParams({
      csrfmiddlewaretoken: tokenOf(sheet.form),
      path: sheet.path,
      name: sheet.name,
      page: window.location.pathname + window.location.search,
      title: (heading ? heading.textContent.trim() : '').slice(0, 200),
      base: sheet.base,
      revision: sheet.revision,
    });
    fieldsOf(sheet.form).forEach(function (field) { sent.set('f:' + field.name, field.value); });
    return sent;
  }

  function later(sheet, delay) {
    if (!sheet.timer && !sheet.paused) sheet.timer = window.setTimeout(function () { save(sheet); }, delay);
  }

  function save(sheet) {
    window.clearTimeout(sheet.timer);
    sheet.timer = 0;
    if (sheet.paused || sheet.sending || !sheet.unsaved) return Promise.resolve();
    sheet.unsaved = false;
    sheet.sending = true;
    return fetch(URL_OF_DRAFTS, { method: 'POST', body: written(sheet), redirect: 'manual' }).then(function (answer) {
      if (answer.type === 'opaqueredirect' || answer.status === 403) throw new SessionOver();
      if (answer.status === 409) return answer.json().then(function (said) { standBack(sheet, said.error); });
      if (!answer.ok) throw new Error('not kept');
      document.dispatchEvent(new CustomEvent('vapup:answer', { detail: answer.headers.get('Session-Time-Left') }));
      return answer.json().then(function (kept) {
        sheet.revision = kept.revision;
        say(sheet, '下書き保存 ' + kept.at);
      });
    }).catch(function (failure) {
      sheet.unsaved = true;
      if (failure instanceof SessionOver) {
        say(sheet, 'ログインの期限が切れたため、下書きを保存できません。');
        document.dispatchEvent(new CustomEvent('vapup:session-over'));
        return;
      }
      say(sheet, '下書きを保存できませんでした。通信を確かめています。');
      later(sheet, RETRY);
    }).finally(function () {
      sheet.sending = false;
      if (sheet.unsaved) later(sheet, DELAY);
    });
  }

  function SessionOver() {}

  // Another tab has saved since: only the writer decides which text is kept.
  function standBack(sheet, text) {
    sheet.paused = sheet.unsaved = true;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'link-button';
    button.textContent = 'この画面の内容を下書きにする';
    button.addEventListener('click', function () {
      ask(sheet).then(function (draft) {
        sheet.revision = draft.revision || 0;
        sheet.paused = false;
        save(sheet);
      });
    });
    say(sheet, text, button);
  }

  function ask(sheet) {
    const query = new URLSearchParams({ path: sheet.path, name: sheet.name });
    return fetch(URL_OF_DRAFTS + '?' + query, { redirect: 'manual' }).then(function (answer) {
      return answer.ok ? answer.json() : {};
    });
  }

  function labelOf(field) {
    const label = field.labels && field.labels[0];
    return label ? label.textContent.replace(/※(必須|任意)/, '').trim() : field.name;
  }

  function put(field, text) {
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }

  function offer(sheet, draft, fields, isFresh) {
    sheet.paused = true;
    const box = sheet.form.querySelector('template[data-draft-offer]').content.firstElementChild.cloneNode(true);
    box.querySelector('[data-at]').textContent = draft.at;
    box.querySelector('[data-fresh]').hidden = !isFresh;
    box.querySelector('[data-changed]').hidden = isFresh;
    function done() {
      box.remove();
      sheet.paused = false;
      if (sheet.unsaved) later(sheet, DELAY);
    }
    fields.forEach(function (field) {
      const item = document.createElement('li');
      const name = document.createElement('strong');
      name.textContent = labelOf(field);
      const text = document.createElement('p');
      text.className = 'preline draft-offer__text';
      text.textContent = draft.fields[field.name] || '(空欄)';
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'button button--small';
      button.textContent = 'この欄に戻す';
      const which = document.createElement('span');
      which.className = 'visually-hidden';
      which.textContent = '(' + labelOf(field) + ')';
      button.append(which);
      button.addEventListener('click', function () {
        put(field, draft.fields[field.name]);
        item.remove();
        if (!box.querySelector('li')) done();
        field.focus();
      });
      item.append(name, text, button);
      box.querySelector('ul').append(item);
    });
    const all = box.querySelector('[data-all]');
    all.hidden = !isFresh || fields.length === 1;
    all.addEventListener('click', function () {
      fields.forEach(function (field) { put(field, draft.fields[field.name]); });
      done();
      fields[0].focus();
    });
    box.querySelector('[data-drop]').addEventListener('click', function () {
      const sent = new URLSearchParams({ csrfmiddlewaretoken: tokenOf(sheet.form) });
      const headers = { Accept: 'application/json' };
      fetch('/help/drafts/' + draft.id + '/drop/', { method: 'POST', body: sent, headers: headers }).then(function () {
        sheet.revision = 0;
        done();
        (fields[0] || sheet.form).focus();
      });
    });
    sheet.form.prepend(box);
  }

  function begin(mark) {
    const form = mark.form;
    const path = new URL(form.action, window.location.href).pathname;
    const sheet = { form: form, name: mark.value, path: path, base: baseOf(form), revision: 0, paused: true };
    sheets.push(sheet);
    mark.removeAttribute('data-autosave');
    ask(sheet).then(function (draft) {
      sheet.paused = false;
      if (!draft.id) return;
      sheet.revision = draft.revision;
      const others = fieldsOf(form).filter(function (field) {
        return field.name in draft.fields && draft.fields[field.name] !== field.value.replace(/\r\n/g, '\n');
      });
      if (others.length) offer(sheet, draft, others, draft.base === sheet.base);
      else sheet.base = draft.base;
    }).catch(function () { sheet.paused = false; }).finally(function () {
      if (sheet.unsaved) later(sheet, DELAY);
    });
  }

  function scan() {
    document.querySelectorAll('[data-autosave]').forEach(begin);
  }

  function sheetOf(form) {
    return sheets.find(function (sheet) { return sheet.form === form; });
  }

  document.addEventListener('input', function (event) {
    const sheet = event.target.form && sheetOf(event.target.form);
    if (!sheet || !fieldsOf(sheet.form).includes(event.target)) return;
    sheet.unsaved = true;
    later(sheet, DELAY);
  });

  document.addEventListener('submit', function (event) {
    const sheet = sheetOf(event.target);
    if (!sheet) return;
    window.clearTimeout(sheet.timer);
    sheet.timer = 0;
    sheet.unsaved = false;
  });

  window.addEventListener('pagehide', function () {
    sheets.forEach(function (sheet) {
      if (sheet.unsaved && !sheet.paused && !sheet.sending) navigator.sendBeacon(URL_OF_DRAFTS, written(sheet));
    });
  });

  // Before the session ends, and once it was taken up again.
  document.addEventListener('vapup:keep-drafts', function () {
    sheets.forEach(save);
  });

  document.addEventListener('DOMContentLoaded', scan);
  document.addEventListener('htmx:afterSettle', scan);
})();
