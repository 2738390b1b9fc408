// The wizard: the sample follows the style that is chosen, and what is typed survives a reload before it is saved.
'use strict';

document.addEventListener('DOMContentLoaded', () => {
  const form = document.getElementById('wizard');
  if (!form) return;
  const sample = document.getElementById('sample');
  const key = `igny8-brief:${form.dataset.keep}`;
  const fields = () => [...form.elements].filter((each) => each.name && each.name !== 'revision' && each.name !== 'press');

  function show() {
    const chosen = new URLSearchParams();
    for (const name of ['palette', 'typography', 'personality', 'brand']) chosen.set(name, form.elements.namedItem(name).value);
    const address = `${sample.dataset.from}?${chosen}`;
    if (sample.getAttribute('src') !== address) sample.setAttribute('src', address);
  }

  function keep() {
    const typed = fields().filter((each) => each.type !== 'radio' || each.checked).map((each) => [each.name, each.value]);
    try { sessionStorage.setItem(key, JSON.stringify(typed)); } catch { /* full, or switched off: then it is not kept */ }
  }

  function restore() {
    let typed;
    try { typed = JSON.parse(sessionStorage.getItem(key) || '[]'); } catch { return; }
    for (const [name, value] of typed) {
      const field = form.elements.namedItem(name);
      if (field) field.value = value;
    }
  }

  // What the server tells again is newer than what was kept here.
  if ('told' in form.dataset) keep(); else restore();
  if (sample) show();
  let timer = 0;
  form.addEventListener('input', () => {
    keep();
    if (!sample) return;
    clearTimeout(timer);
    timer = setTimeout(show, 250);
  });
});
