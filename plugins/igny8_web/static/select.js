// Lists with boxes to tick: how many are chosen, all at once, and questions that name the number.
'use strict';

function count(list) {
  const boxes = [...list.querySelectorAll('input[type=checkbox][name=ids]')];
  const chosen = boxes.filter((box) => box.checked).length;
  const all = list.querySelector('[data-all]');
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  list.querySelectorAll('[data-count]').forEach((place) => { place.textContent = `${chosen} chosen`; });
  list.querySelectorAll('[data-ask]').forEach((button) => {
    button.setAttribute('hx-confirm', button.dataset.ask.replace('{n}', chosen));
    button.dataset.verb = button.dataset.verbs.replace('{n}', chosen);
  });
  list.querySelectorAll('[data-dock]').forEach((dock) => { dock.hidden = chosen === 0; });
  boxes.forEach((box) => box.closest('tr')?.setAttribute('aria-selected', String(box.checked)));
}

function countAll() {
  document.querySelectorAll('[data-select]').forEach(count);
}

document.addEventListener('change', (event) => {
  const list = event.target.closest?.('[data-select]');
  if (!list) return;
  if (event.target.matches('[data-all]')) {
    list.querySelectorAll('input[type=checkbox][name=ids]').forEach((box) => { box.checked = event.target.checked; });
  }
  count(list);
});
document.addEventListener('DOMContentLoaded', countAll);

// The focus stays where people are: in the form that came, on the row that was saved, at the list that came anew.
document.addEventListener('htmx:after:swap', (event) => {
  countAll();
  if (document.activeElement !== document.body) return;
  const place = document.getElementById(event.detail.ctx?.target?.id || 'list');
  const inside = place?.querySelector(place.id === 'list' ? '[autofocus]' : '[autofocus], a.btn');
  (inside ?? place)?.focus();
});
