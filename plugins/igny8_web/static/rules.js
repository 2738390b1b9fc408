// What people type into a rule's form while it is being drawn anew for another choice stays typed.
'use strict';

const typedInto = (form) => new Map([...form.querySelectorAll('input[type=text][name], textarea[name], input[type=checkbox][name]')]
  .map((field) => [field.name, field.type === 'checkbox' ? field.checked : field.value]));

let asked = null;
let newer = [];

document.addEventListener('htmx:before:request', (event) => {
  const source = event.detail.ctx?.sourceElement;
  const form = source?.closest?.('#rule');
  if (form) asked = source.matches('select, input') ? typedInto(form) : null;
});

document.addEventListener('htmx:before:swap', (event) => {
  const form = document.getElementById('rule');
  newer = form && asked && event.detail.ctx?.sourceElement?.closest?.('#rule')
    ? [...typedInto(form)].filter(([name, value]) => asked.has(name) && asked.get(name) !== value) : [];
});

document.addEventListener('htmx:after:swap', () => {
  const form = document.getElementById('rule');
  newer.forEach(([name, value]) => {
    const field = form?.elements.namedItem(name);
    if (field?.type === 'checkbox') field.checked = value; else if (field instanceof Element) field.value = value;
  });
  if (newer.length) form?.dispatchEvent(new Event('input', { bubbles: true }));
  newer = [];
});
