// Shares of a whole: slider and number are one value, the sum is said at once, and saving waits for 100.
// Nothing is rescaled by itself. Without this file the numbers are typed, and the server adds them up.
'use strict';

function shareOf(input) {
  return /^\d{1,3}$/.test(input.value.trim()) && Number(input.value) <= 100 ? Number(input.value) : null;
}

function creditsOf(form, share) {
  const part = Math.floor(Number(form.dataset.credits) * share) / 100;
  return part.toLocaleString('en', { maximumFractionDigits: 2 });
}

function sentence(total) {
  if (total === null) return 'Each share is a whole number from 0 to 100.';
  if (total === 100) return 'Adds up to 100 %';
  return total > 100 ? `${total} %, take ${total - 100} away` : `${total} %, ${100 - total} are left to give`;
}

function tell(form) {
  const numbers = [...form.querySelectorAll('.share input[type=number]')];
  const shares = numbers.map(shareOf);
  const total = shares.includes(null) ? null : shares.reduce((sum, share) => sum + share, 0);
  const badge = form.querySelector('[data-total]');
  badge.className = `badge ${total === 100 ? 'ok' : 'bad'}`;
  badge.querySelector('span').textContent = sentence(total);
  const icon = badge.querySelector('use');
  icon.setAttribute('href', icon.getAttribute('href').replace(/#.*/, total === 100 ? '#i-check' : '#i-alert'));
  form.querySelector('[data-save]')?.setAttribute('aria-disabled', String(total !== 100));
  numbers.forEach((input, at) => {
    input.closest('li').querySelector('[data-part]').textContent = creditsOf(form, shares[at] ?? 0);
  });
  draw(form, shares.map((share) => share ?? 0));
}

// The ring and its table: as many circles as there are shares, drawn one after another.
function draw(form, shares) {
  const whole = Math.max(100, shares.reduce((sum, share) => sum + share, 0));
  let start = 0;
  shares.forEach((share, at) => {
    const circle = form.querySelector(`.donut circle.f${at + 1}`);
    circle?.setAttribute('stroke-dasharray', `${100 * share / whole} 100`);
    circle?.setAttribute('stroke-dashoffset', String(-100 * start / whole));
    start += share;
    const row = form.querySelectorAll('.legend tr')[at];
    if (!row) return;
    row.querySelector('td.b').textContent = creditsOf(form, share);
    row.querySelector('td.m').textContent = `${share} %`;
  });
}

function begin(form) {
  form.querySelectorAll('.share input[type=range]').forEach((slider) => { slider.hidden = false; });
  if (form.querySelector('fieldset:not([disabled])')) tell(form);
}

document.addEventListener('input', (event) => {
  const row = event.target.closest?.('[data-shares] .share li');
  if (!row) return;
  row.querySelectorAll('input').forEach((input) => { if (input !== event.target) input.value = event.target.value; });
  tell(row.closest('[data-shares]'));
});
document.addEventListener('click', (event) => { if (event.target.closest?.('[data-save][aria-disabled=true]')) event.preventDefault(); });
document.addEventListener('DOMContentLoaded', () => document.querySelectorAll('[data-shares]').forEach(begin));
document.addEventListener('htmx:after:swap', () => document.querySelectorAll('[data-shares]').forEach(begin));
