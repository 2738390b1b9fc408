// A form with files: how far they are sent, and their report in place. Without this file the form is sent as any other.
'use strict';

document.addEventListener('DOMContentLoaded', () => {
  const form = document.querySelector('form[data-upload]');
  if (!form) return;
  const report = document.getElementById(form.dataset.upload);
  const file = form.querySelector('input[type=file]');
  const drop = form.querySelector('[data-drop]');
  const sending = form.querySelector('[data-sending]');
  const words = sending.querySelector('label').textContent;
  let under = null;

  // A report of another file, or of other options, would not be true.
  form.addEventListener('input', () => { under?.abort(); report.replaceChildren(); });

  for (const name of ['dragenter', 'dragover']) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add('over'); });
  for (const name of ['dragleave', 'drop']) drop.addEventListener(name, () => drop.classList.remove('over'));
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    file.files = event.dataTransfer.files;
    file.dispatchEvent(new Event('input', { bubbles: true }));
    file.focus();
  });

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if ([...file.files].reduce((sum, each) => sum + each.size, 0) > Number(form.dataset.most)) {
      tell(form.dataset.tooLarge || 'The file is too large. Split it, or pack it, and choose that one.');
      return;
    }
    const body = new FormData(form, event.submitter);
    under?.abort();
    under = new XMLHttpRequest();
    under.open('POST', form.action);
    under.setRequestHeader('HX-Request', 'true');
    under.upload.addEventListener('progress', (at) => { sending.querySelector('progress').value = 100 * at.loaded / at.total; });
    under.upload.addEventListener('load', () => { sending.querySelector('label').textContent = words.replace('Sending', 'Reading'); sending.querySelector('progress').removeAttribute('value'); });
    under.addEventListener('load', () => {
      if ((under.getResponseHeader('content-type') || '').includes('json')) tell(JSON.parse(under.responseText).detail);
      else report.innerHTML = under.responseText;
      if (under.status === 200 && 'again' in form.dataset) form.reset();
      done();
    });
    under.addEventListener('error', () => { tell('The file could not be sent. Nothing was changed. If it was saved anew meanwhile, choose it again.'); done(); });
    under.addEventListener('abort', () => { sending.hidden = true; });
    sending.querySelector('label').textContent = words;
    sending.querySelector('progress').value = 0;
    sending.hidden = false;
    form.setAttribute('aria-busy', 'true');
    report.replaceChildren();
    under.send(body);
  });

  function done() {
    sending.hidden = true;
    form.removeAttribute('aria-busy');
    document.body.dispatchEvent(new Event('files-brought'));
    report.focus();
  }

  function tell(sentence) {
    const note = document.createElement('div');
    note.className = 'note warn';
    note.setAttribute('role', 'alert');
    note.textContent = sentence;
    report.replaceChildren(note);
  }
});
