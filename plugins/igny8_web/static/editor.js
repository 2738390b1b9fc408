// The article's field becomes an editor. `area` and no beautifier: otherwise Jodit would load scripts of another server.
'use strict';
document.querySelectorAll('[data-editor]').forEach((field) => {
  const editor = Jodit.make(field, {
    sourceEditor: 'area',
    beautifyHTML: false,
    toolbarAdaptive: false,
    theme: document.documentElement.dataset.theme,
    minHeight: 560,
    addNewLine: false,
    showCharsCounter: false,
    showXPathInStatusbar: false,
    askBeforePasteHTML: false,
    askBeforePasteFromWord: false,
    buttons: ['source', '|', 'paragraph', 'bold', 'italic', 'ul', 'ol', 'link', 'table', 'image', '|', 'undo', 'redo'],
  });
  editor.editor.setAttribute('aria-label', field.labels[0].textContent);
});
