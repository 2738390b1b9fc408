// What pages need besides htmx, inside Airflow's sandboxed frame (no confirm(), no new windows) and alone.
'use strict';

// Light or dark, as Airflow is switched: next-themes keeps the choice in localStorage, and tells other frames of it.
function showTheme() {
  const chosen = localStorage.theme || 'system';
  const dark = chosen === 'dark' || (chosen === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}
showTheme();
addEventListener('storage', (event) => { if (event.key === 'theme') showTheme(); });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', showTheme);
const framed = parent !== window;
if (!framed) document.documentElement.dataset.alone = '';

document.addEventListener('DOMContentLoaded', () => {
  const ask = document.getElementById('ask');
  const say = document.getElementById('toast');

  document.getElementById('theme')?.addEventListener('click', () => {
    localStorage.theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    showTheme();
  });

  // hx-confirm: a dialog of ours, whose first button keeps everything as it is.
  document.addEventListener('htmx:confirm', (event) => {
    const ctx = event.detail.ctx;
    if (!ctx?.confirm || !ask) return;
    event.preventDefault();
    const words = ctx.sourceElement.dataset;
    ask.querySelector('h2').textContent = ctx.confirm;
    ask.querySelector('p').textContent = words.consequence || '';
    ask.querySelector('[value=no]').textContent = words.keep || 'Keep it as it is';
    ask.querySelector('[value=yes]').textContent = words.verb || ctx.sourceElement.textContent.trim();
    ask.returnValue = 'no';
    ask.addEventListener('close', () => {
      if (ask.returnValue === 'yes') event.detail.issueRequest(); else event.detail.dropRequest();
      ctx.sourceElement.focus?.();
    }, { once: true });
    ask.showModal();
  });

  // A page that nobody looks at asks for nothing.
  document.addEventListener('htmx:before:request', (event) => {
    if (document.hidden && event.detail.ctx?.sourceElement?.hasAttribute('data-poll')) event.preventDefault();
  });

  // An error is told at the top of the page until something works again.
  document.addEventListener('htmx:after:swap', (event) => {
    const ctx = event.detail.ctx;
    const problem = document.getElementById('problem');
    if (!problem || !ctx?.response) return;
    if (ctx.response.status < 400) problem.replaceChildren();
    else if (!ctx.sourceElement?.hasAttribute('data-poll')) problem.scrollIntoView({ block: 'nearest' });
  });

  // What an action came to, where the answer says it in a header.
  document.addEventListener('htmx:after:request', (event) => {
    const said = event.detail.ctx?.response?.headers?.get('X-Said');
    if (said && say) {
      say.textContent = decodeURIComponent(said);
      say.hidden = false;
      clearTimeout(say.timer);
      say.timer = setTimeout(() => { say.hidden = true; }, 8000);
    }
  });
});

// Links to Airflow's own pages: the sandbox lets no frame navigate its parent, but a link of the parent's may be clicked.
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[data-airflow]');
  if (!link || !framed) return;
  event.preventDefault();
  const outside = parent.document.createElement('a');
  outside.href = link.href;
  parent.document.body.append(outside);
  outside.click();
  outside.remove();
});

// Links to other websites: the sandbox opens no tabs, the parent does.
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[data-new-tab]');
  if (!link || !framed) return;
  event.preventDefault();
  parent.open(link.href, '_blank', 'noopener,noreferrer');
});

// Tips open by tap, too, and close with Escape.
document.addEventListener('click', (event) => {
  const tip = event.target.closest?.('.tip');
  document.querySelectorAll('.tipbox.show').forEach((box) => { if (box !== tip?.nextElementSibling) box.classList.remove('show'); });
  tip?.nextElementSibling?.classList.toggle('show');
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') document.querySelectorAll('.tipbox.show').forEach((box) => box.classList.remove('show'));
});
