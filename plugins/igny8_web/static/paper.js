// A preview is as high as its article. The frame runs no script; being of one origin it can be measured from here.
'use strict';
document.querySelectorAll('iframe.paper').forEach((frame) => {
  const measure = () => {
    const article = frame.contentDocument?.querySelector('article');
    if (article) frame.height = Math.ceil(article.getBoundingClientRect().height) + 2;
  };
  const watch = () => {
    measure();
    const article = frame.contentDocument?.querySelector('article');
    if (article) new ResizeObserver(measure).observe(article);
  };
  frame.addEventListener('load', watch);
  watch();
});
