// The article's field becomes an editor. `area` and no beautifier: otherwise Jodit would load scripts of another server.
'use strict';
document.querySelectorAll('[data-editor]').forEach((field) => {
  const editor = Jodit.make(field, {
    sourceEditor: 'area',
    beautifyHTML: false,
    toolbarAdaptive: false,
    theme: document.documentElement.dataset.theme,
    editorClassName: 'prose',
    minHeight: 560,
    addNewLine: false,
    statusbar: false,
    askBeforePasteHTML: false,
    askBeforePasteFromWord: false,
    buttons: ['source', '|', 'paragraph', 'bold', 'italic', 'ul', 'ol', 'link', 'table', 'image', '|', 'undo', 'redo'],
  });
  editor.editor.setAttribute('aria-label', field.labels[0].textContent);
  // It writes into the field only a moment after typing: whoever saves at once would lose his last words.
  field.form.addEventListener('submit', () => {
    editor.setMode(Jodit.MODE_WYSIWYG);
    editor.synchronizeValues();
    field.value = editor.value;
  });
});
