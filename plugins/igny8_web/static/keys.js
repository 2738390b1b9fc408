// Keys of a page: an element with data-key is clicked by that key. Never while somebody types, and only where they are on.
'use strict';
(() => {
  const STORED = 'igny8-keys';
  const list = document.getElementById('keys');
  const on = document.getElementById('keys-on');
  const show = () => { document.documentElement.toggleAttribute('data-keys-off', !on.checked); };
  on.checked = localStorage.getItem(STORED) !== 'off';
  show();
  on.addEventListener('change', () => {
    if (on.checked) localStorage.removeItem(STORED); else localStorage.setItem(STORED, 'off');
    show();
  });
  document.querySelectorAll('[data-keys]').forEach((button) => {
    button.hidden = false;
    button.addEventListener('click', () => list.showModal());
  });

  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest?.('input, textarea, select, [contenteditable]');
    if (!on.checked || typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (document.querySelector('dialog[open]')) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!target) return;
    event.preventDefault();
    target.click();
    if (target.matches('summary')) target.parentElement.querySelector('form input:not([type=hidden]), form textarea')?.focus();
  });
})();
