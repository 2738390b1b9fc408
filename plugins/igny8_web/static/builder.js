// The editor: the preview follows what is saved, keys move and undo, and neither focus nor what is typed gets lost.
'use strict';
document.addEventListener('DOMContentLoaded', () => {
  const frame = document.getElementById('preview');
  const devices = document.getElementById('devices');
  const now = () => document.getElementById('editor');
  const form = () => document.getElementById('block-form');
  const texts = (of) => [...of.elements].filter((each) => each.name && each.type !== 'hidden' && each.type !== 'submit');
  let focused = '';
  let typed = null;

  if (devices) {
    const glass = frame.parentElement;
    devices.hidden = false;
    glass.dataset.scheme = 'light';
    devices.addEventListener('click', ({ target }) => {
      const button = target.closest('button');
      if (!button) return;
      if (button.dataset.scheme) {
        glass.dataset.scheme = glass.dataset.scheme === 'dark' ? 'light' : 'dark';
        button.setAttribute('aria-pressed', glass.dataset.scheme === 'dark');
        return;
      }
      glass.dataset.device = button.dataset.device;
      devices.querySelectorAll('[data-device]').forEach((each) => each.setAttribute('aria-pressed', each === button));
    });
  }

  // Who leaves what he typed is asked; what moves beside the form leaves it as it is.
  document.addEventListener('input', ({ target }) => {
    if (!target.closest('#block-form')) return;
    form().dataset.changed = '';
    document.querySelectorAll('[data-leaves]').forEach((link) => {
      link.setAttribute('hx-confirm', 'Leave without saving?');
      Object.assign(link.dataset, { consequence: 'What you typed into the block is lost then.', keep: 'Stay', verb: 'Leave' });
    });
  });

  document.addEventListener('htmx:before:request', (event) => {
    const source = event.detail.ctx?.sourceElement;
    const open = form();
    focused = document.activeElement?.id || '';
    typed = null;
    if (open && 'changed' in open.dataset && source && !open.contains(source) && !source.matches('[data-leaves]')) {
      typed = { action: open.action, values: texts(open).map((each) => [each.name, each.type === 'checkbox' ? each.checked : each.value]) };
    }
  });

  document.addEventListener('htmx:after:swap', () => {
    const editor = now();
    if (!editor) return;
    const open = form();
    if (typed && open?.action === typed.action) {
      typed.values.forEach(([name, value]) => {
        const field = open.elements.namedItem(name);
        if (field?.type === 'checkbox') field.checked = value; else if (field) field.value = value;
      });
      open.dispatchEvent(new Event('input', { bubbles: true }));
      texts(open)[0]?.dispatchEvent(new Event('input', { bubbles: true }));
    }
    typed = null;
    if (frame && editor.dataset.preview && !editor.dataset.shown) {
      editor.dataset.shown = 'yes';
      frame.src = editor.dataset.preview;
    }
    const named = editor.querySelector('[aria-invalid=true]') || editor.querySelector('[data-focus]');
    if (!named && document.activeElement && document.activeElement !== document.body) return;
    const before = focused ? document.getElementById(focused) : null;
    const goal = named || (before && !before.disabled ? before : before?.closest('[data-block]')?.querySelector('a')) || editor;
    if (goal.matches('fieldset')) goal.tabIndex = -1;
    goal.focus();
  });

  document.addEventListener('keydown', (event) => {
    const move = { ArrowUp: 'up', ArrowDown: 'down' }[event.key];
    const block = event.target.closest?.('[data-block]');
    if (event.altKey && move && block && !event.target.closest('#block-form')) {
      event.preventDefault();
      document.getElementById(`${move}-${block.dataset.block}`)?.click();
    }
    if (!(event.ctrlKey || event.metaKey) || event.target.closest?.('input, textarea, select')) return;
    const key = event.key.toLowerCase();
    if (key !== 'z' && key !== 'y') return;
    event.preventDefault();
    document.getElementById(key === 'y' || event.shiftKey ? 'redo' : 'undo')?.click();
  });
});
