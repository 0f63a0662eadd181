/* What a page of ours does besides its notebook: it hides the loading outline, moves actions into
   the header, tells screen readers what the widgets leave out, and says so when the calculation
   fails, the session ends or the server goes away (page-code.js says what it hears of the kernel). */
(() => {
  'use strict';
  const words = JSON.parse(document.getElementById('ig-words').textContent);
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => root.querySelectorAll(selector);

  const loaded = () => { $('#loading')?.remove(); document.body.dataset.igReady = 'true'; };

  /* ── Trouble ── */
  let shown = '';
  const rank = { '': 0, failure: 1, lost: 2, ended: 3 };
  const trouble = (kind) => {
    if (kind && rank[kind] < rank[shown]) return; // but '' takes any sentence back
    if (kind === shown) return;
    $('.ig-trouble')?.remove();
    shown = kind;
    document.body.dataset.igTrouble = kind;
    // Nothing can be entered that would not be answered: results never belong to another input.
    $('#rendered_cells').inert = Boolean(kind);
    if (!kind) return;
    const bar = document.createElement('div');
    bar.className = 'ig-trouble';
    bar.setAttribute('role', 'alert');
    const text = document.createElement('span');
    text.textContent = words[kind];
    const again = document.createElement('button');
    again.textContent = words.reload;
    again.onclick = () => location.reload();
    bar.append(text, again);
    $('.ig-foot').before(bar);
  };

  document.addEventListener('ig:failed', () => trouble('failure'));
  document.addEventListener('ig:unsure', () => setTimeout(ask, 300));

  const session = $('#jupyter-config-data') && JSON.parse($('#jupyter-config-data').textContent);
  const EVERY_MS = 2500;
  let missed = 0;
  let leaving = false;
  const ask = async () => {
    if (!session || leaving) return;
    try {
      const answer = await fetch(`${session.baseUrl}api/kernels/${session.kernelId}`, { cache: 'no-store' });
      missed = 0;
      if (answer.status === 404) trouble('ended');
      else if (answer.ok) {
        const dead = (await answer.json()).execution_state === 'dead';
        if (dead) trouble('ended');
        else if (shown === 'lost') trouble('');
      }
    } catch {
      if (++missed >= 2) trouble('lost');
      else setTimeout(ask, 700);
    }
  };
  if (session) {
    setInterval(ask, EVERY_MS);
    addEventListener('pagehide', () => {
      leaving = true;
      navigator.sendBeacon(`${session.baseUrl}voila/api/shutdown/${session.kernelId}`);
    });
    // Back from the browser's page cache: the session has ended with the page.
    addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
  }

  /* ── The page as it grows ── */
  let ids = 0;
  const idOf = (element) => (element.id ||= `ig-${++ids}`);
  const press = (group) => {
    for (const button of $$('button', group)) button.setAttribute('aria-pressed', button.classList.contains('mod-active'));
  };
  const toggles = () => {
    for (const group of $$('.widget-toggle-buttons:not([role])')) {
      const label = $('.widget-label', group);
      group.setAttribute('role', 'group');
      if (label?.textContent.trim()) group.setAttribute('aria-labelledby', idOf(label));
      else {
        const question = $('.widget-html-content', group.closest('.ig-question') ?? document.createElement('i'));
        if (question) group.setAttribute('aria-labelledby', idOf(question));
      }
      press(group);
      new MutationObserver(() => press(group)).observe(group, { subtree: true, childList: true, attributes: true, attributeFilter: ['class'] });
    }
  };
  const fields = () => {
    for (const field of $$('.ig-field:not([data-ig])')) {
      const input = $('input, select, textarea, .widget-toggle-buttons', field);
      if (!input) continue;
      field.dataset.ig = 'field';
      const told = [$(':scope > .ig-unit', field), $(':scope > .ig-err', field)].filter(Boolean);
      if (told.length) input.setAttribute('aria-describedby', told.map(idOf).join(' '));
      $(':scope > .ig-err', field)?.setAttribute('aria-live', 'polite');
      const mark = () => input.setAttribute('aria-invalid', field.classList.contains('ig-bad'));
      if (input.matches('div')) continue; // a group is never invalid itself
      mark();
      new MutationObserver(mark).observe(field, { attributes: true, attributeFilter: ['class'] });
    }
  };
  const sliders = () => {
    for (const handle of $$('.noUi-handle:not([aria-labelledby])')) {
      const label = $('.widget-label', handle.closest('.jupyter-widgets'));
      if (label) handle.setAttribute('aria-labelledby', idOf(label));
    }
  };
  const actions = () => {
    for (const box of $$('#rendered_cells .ig-actions')) $('.ig-slot').append(box);
    for (const line of $$('#rendered_cells .ig-calculated')) $('.ig-foot-slot').append(line);
  };
  const WIDGETS = '.jupyter-widgets, .widget-box, .widget-html';
  const expected = Boolean($('[data-ig-widget]'));
  let due = 0;
  const grow = () => {
    due = 0;
    if ($('#loading') && (!expected || $(`#rendered_cells ${WIDGETS}`))) loaded();
    toggles(); fields(); sliders(); actions();
  };
  const isFigure = ({ target }) => target.closest?.('.js-plotly-plot');
  const watch = new MutationObserver((changes) => { if (!changes.every(isFigure)) due ||= requestAnimationFrame(grow); });
  watch.observe($('#rendered_cells') ?? document.body, { subtree: true, childList: true });
  grow();

  for (const link of $$('.ig-print')) link.addEventListener('click', () => window.print());
})();
