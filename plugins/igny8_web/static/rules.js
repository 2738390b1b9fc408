// What people type into a rule's form while it is being drawn anew for another choice stays typed.
'use strict';

const typedInto = (form) => new Map([...form.querySelectorAll('input[type=text][name], textarea[name], input[type=checkbox][name]')]
  .map((field) => [field.name, field.type === 'checkbox' ? field.checked : field.value]));

let asked = null; // as it was when the last choice was made; null after a button, which may number the rows anew
let drawn = null;
let newer = [];

// At the choice itself: a request may wait for another one, and go out when more is typed already.
document.addEventListener('change', (event) => {
  const form = event.target.closest('#rule');
  if (form && event.target.matches('[hx-post]')) asked = typedInto(form);
}, true);

document.addEventListener('htmx:before:request', (event) => {
  const source = event.detail.ctx?.sourceElement;
  if (source?.closest?.('#rule') && !source.matches('select, input')) asked = null;
});

document.addEventListener('htmx:before:swap', (event) => {
  if (!event.detail.ctx?.sourceElement?.closest?.('#rule')) return; // the test beside the form
  drawn = document.getElementById('rule');
  newer = drawn && asked ? [...typedInto(drawn)].filter(([name, value]) => asked.has(name) && asked.get(name) !== value) : [];
});

document.addEventListener('htmx:after:swap', () => {
  const form = document.getElementById('rule');
  if (!newer.length || form === drawn) return;
  newer.forEach(([name, value]) => {
    const field = form?.elements.namedItem(name);
    if (field?.type === 'checkbox') field.checked = value; else if (field instanceof Element) field.value = value;
  });
  newer = [];
  form?.dispatchEvent(new Event('input', { bubbles: true }));
});
