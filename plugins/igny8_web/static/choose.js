// One checkbox that chooses all others of its form.
'use strict';
document.querySelectorAll('[data-chooses]').forEach((all) => {
  all.closest('label').hidden = false;
  const boxes = all.form.querySelectorAll(`[name="${all.dataset.chooses}"]`);
  all.addEventListener('change', () => boxes.forEach((box) => { box.checked = all.checked; }));
});
