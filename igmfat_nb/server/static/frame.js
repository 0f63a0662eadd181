/* What the frame of every page does: the menu of a phone, the page's place among its tabs, the
   reader's own clock, paper, and on the start page the patient that this browser keeps. */
(() => {
  'use strict';
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector) => document.querySelectorAll(selector);
  const clock = new Intl.DateTimeFormat(document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang, {
    weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit',
  });

  const menu = $('.ig-menu');
  if (menu) {
    const close = () => { menu.open = false; };
    document.addEventListener('keydown', ({ key }) => {
      if (key !== 'Escape' || !menu.open) return;
      const within = menu.contains(document.activeElement);
      close();
      if (within) $('summary', menu).focus();
    });
    document.addEventListener('click', ({ target }) => { if (!menu.contains(target)) close(); });
    menu.addEventListener('click', ({ target }) => { if (target.closest('a, button')) close(); });
    menu.addEventListener('focusout', ({ relatedTarget }) => { if (relatedTarget && !menu.contains(relatedTarget)) close(); });
  }

  const tabs = $('.ig-tabs nav');
  const current = tabs && $('[aria-current]', tabs);
  if (current) tabs.scrollLeft = current.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;

  const opened = $('.ig-opened');
  if (opened) opened.textContent = `· ${opened.dataset.words.replace('{when}', clock.format(new Date()))} `;

  /* What the patient's page keeps (workspace/kept.js): its own key below each server of a hub. */
  const shelf = $('.ig-kept');
  const kept = () => {
    const { key, base } = shelf.dataset;
    const { value, at } = JSON.parse(localStorage.getItem(base === '/' ? key : `${key}@${base}`));
    return { ...JSON.parse(value).typed, at };
  };
  const showKept = () => {
    const said = JSON.parse(shelf.dataset.words);
    const { subject, arm, titres, doses, at } = kept();
    const count = (name, rows) => (rows?.length ? said[name].replace('{n}', rows.length) : '');
    $('b', shelf).textContent = subject?.trim() || said.unnamed;
    $('span', shelf).textContent = [said[arm], count('titres', titres), count('doses', doses)].filter(Boolean).join(', ');
    const when = new Date(at.replace(' ', 'T'));
    $('small', shelf).textContent = Number.isNaN(when.getTime()) ? '' : said.changed.replace('{when}', clock.format(when));
    shelf.hidden = false;
  };
  if (shelf) try { showKept(); } catch { /* nothing is kept, or nothing that can be read */ }

  /* What was entered stays in this tab; the page comes again in the other language. */
  const again = () => { if (location.hash) location.reload(); else location.replace(location.pathname + location.search); };
  const choose = async (event) => {
    event.preventDefault();
    const button = event.currentTarget;
    if (button.getAttribute('aria-current')) return;
    const { ok } = await fetch(button.formAction, { method: 'POST' });
    if (!ok) return;
    document.dispatchEvent(new Event('ig:turn')); // page.js keeps what was entered
    again();
  };
  for (const button of $$('.ig-languages button')) button.addEventListener('click', choose);

  for (const button of $$('.ig-print')) button.addEventListener('click', () => window.print());
})();
