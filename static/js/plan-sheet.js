/* Comfort on the sheets of a plan: arrows and Enter move in a grid, cells copied from a spreadsheet are pasted where
   the cursor stands, and proposed amounts count as unsaved. Every page works without this file. */
(function () {
  'use strict';

  function cellAt(table, row, column) {
    const line = table.tBodies[0].rows[row];
    const cell = line && line.cells[column];
    return cell ? cell.querySelector('input') : null;
  }

  function placeOf(input) {
    const cell = input.closest('td');
    return { table: cell.closest('table'), row: cell.parentElement.sectionRowIndex, column: cell.cellIndex };
  }

  // The next cell in a direction that holds a control: rows of sums are stepped over.
  function neighbour(input, down, right) {
    const place = placeOf(input);
    let row = place.row + down;
    let column = place.column + right;
    const rows = place.table.tBodies[0].rows;
    while (row >= 0 && row < rows.length && column >= 0 && column < rows[row].cells.length) {
      const found = cellAt(place.table, row, column);
      if (found) return found;
      row += down;
      column += right;
    }
    return null;
  }

  function isAtEdge(input, right) {
    if (input.selectionStart === 0 && input.selectionEnd === input.value.length) return true;
    const edge = right > 0 ? input.value.length : 0;
    return input.selectionStart === edge && input.selectionEnd === edge;
  }

  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const input = event.target.closest('table[data-grid] input');
    const move = input && MOVES[event.key];
    if (!move || (move[1] && !isAtEdge(input, move[1]))) return;
    const back = event.key === 'Enter' && event.shiftKey;
    const next = neighbour(input, back ? -move[0] : move[0], move[1]);
    event.preventDefault();
    if (!next) return;
    next.focus();
    next.select();
  });

  document.addEventListener('paste', function (event) {
    const input = event.target.closest('table[data-grid] input');
    const text = event.clipboardData && event.clipboardData.getData('text/plain');
    if (!input || !text || !/[\t\n]/.test(text.replace(/\r?\n$/, ''))) return;
    event.preventDefault();
    let line = input;
    text.replace(/\r?\n$/, '').split(/\r?\n/).forEach(function (row) {
      let cell = line;
      row.split('\t').forEach(function (value) {
        if (cell) cell.value = value.trim();
        cell = cell && neighbour(cell, 0, 1);
      });
      line = line && neighbour(line, 1, 0);
    });
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });

  // What was proposed or pasted on the server is not saved yet: leaving the page asks first.
  document.addEventListener('DOMContentLoaded', function () {
    document.querySelectorAll('form[data-unsaved] input[name="version"]').forEach(function (input) {
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
  });
})();
