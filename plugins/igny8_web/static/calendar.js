// The calendar: dragging an article onto a free slot sends a form, an article opens in a dialog, a toast goes by itself.
// Times stand in the page as the server wrote them, in the site's zone; nothing here computes with one.
'use strict';

let dragged = null;

function slotUnder(event) {
  return dragged && event.target.closest?.('[data-slot]');
}

function endDrag() {
  dragged = null;
  document.querySelectorAll('.slot.over').forEach((slot) => slot.classList.remove('over'));
  document.getElementById('calendar')?.classList.remove('dragging');
}

document.addEventListener('dragstart', (event) => {
  const article = event.target.closest?.('[data-content]');
  if (!article) return;
  dragged = article.dataset.content;
  event.dataTransfer.setData('text/plain', dragged);
  event.dataTransfer.effectAllowed = 'move';
  document.getElementById('calendar').classList.add('dragging');
});
document.addEventListener('dragover', (event) => {
  const slot = slotUnder(event);
  if (!slot) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'move';
  slot.classList.add('over');
});
document.addEventListener('dragleave', (event) => slotUnder(event)?.classList.remove('over'));
document.addEventListener('dragend', endDrag);
document.addEventListener('drop', (event) => {
  const slot = slotUnder(event);
  const form = document.getElementById('drop');
  if (!slot || !form) return;
  event.preventDefault();
  form.elements.content_id.value = dragged;
  form.elements.slot.value = slot.dataset.slot;
  endDrag();
  form.requestSubmit();
});

// The dialog opens when an article has come into it, and closes when the calendar came anew.
document.addEventListener('htmx:after:swap', (event) => {
  const dialog = document.getElementById('entry-dialog');
  const into = event.detail.ctx?.target?.id;
  if (!dialog) return;
  if (into === 'entry' && !dialog.open) dialog.showModal();
  if (into === 'calendar') {
    dialog.close();
    if (document.activeElement === document.body) document.getElementById('calendar').focus();
    expireToast();
  }
});
document.addEventListener('click', (event) => {
  if (event.target.closest?.('[data-close]')) document.getElementById('entry-dialog').close();
});

// What was done is told for eight seconds, and as long as somebody is at it.
function expireToast() {
  const toast = document.querySelector('[data-toast]');
  if (!toast) return;
  setTimeout(() => {
    if (toast.matches(':hover, :focus-within')) expireToast(); else toast.remove();
  }, 8000);
}
document.addEventListener('DOMContentLoaded', expireToast);
