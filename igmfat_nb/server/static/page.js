/* What a page of ours does besides its notebook: it hides the loading outline, moves actions into
   the header, tells screen readers what the widgets leave out, and says so when the calculation
   fails, the session ends or the server goes away (Voilà gives no sign of any of them). */
(() => {
  'use strict';
  const words = JSON.parse(document.getElementById('ig-words').textContent);
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => root.querySelectorAll(selector);

  /* ── Loading: Voilà calls these names ── */
  window.voila_heartbeat = () => {};
  window.voila_process = window.update_loading_text = () => {};
  const loaded = () => { $('#loading')?.remove(); document.body.dataset.igReady = 'true'; };
  window.voila_finish = window.display_cells = () => { window.cellLoaded = true; };
  window.voila_finish();

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

  /* A failure comes as one frame of the websocket that nothing on the page would show. */
  const kindOf = (data) => {
    try {
      const view = new DataView(data);
      const at = (index) => Number(view.getBigUint64(8 * (index + 1), true));
      const part = (index) => new TextDecoder().decode(new Uint8Array(data, at(index), at(index + 1) - at(index)));
      return JSON.parse(part(1)).msg_type;
    } catch { return ''; }
  };
  const MOST_BYTES_OF_A_FAILURE = 8000;
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', async ({ data }) => {
        const buffer = data instanceof Blob ? (data.size < MOST_BYTES_OF_A_FAILURE ? await data.arrayBuffer() : null) : data;
        if (buffer instanceof ArrayBuffer && buffer.byteLength < MOST_BYTES_OF_A_FAILURE && kindOf(buffer) === 'error') trouble('failure');
      });
      this.addEventListener('close', () => setTimeout(ask, 300));
    }
  };

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
  /* A widget that came too late is never drawn: load the page once more, then say so. */
  const AGAIN = 'ig-again';
  const repair = () => {
    // Such a widget holds its sentence alone; the text of all others would be the page many times over.
    const failed = [...$$('#rendered_cells .jupyter-widgets')].some((widget) => !widget.childElementCount && widget.textContent.startsWith('Error displaying widget'));
    if (failed && sessionStorage.getItem(AGAIN)) trouble('failure');
    else if (failed) { sessionStorage.setItem(AGAIN, '1'); location.reload(); }
    return failed;
  };
  const WIDGETS = '.jupyter-widgets, .widget-box, .widget-html';
  const expected = session ? [...$$('script[type="application/vnd.voila.cell-output+json"]')].some(
    (script) => script.textContent.includes('application/vnd.jupyter.widget-view+json')) : false;
  let due = 0;
  const grow = () => {
    due = 0;
    if (repair()) return;
    if ($('#loading') && (!expected || $(`#rendered_cells ${WIDGETS}`))) { loaded(); sessionStorage.removeItem(AGAIN); }
    toggles(); fields(); sliders(); actions();
  };
  const isFigure = ({ target }) => target.closest?.('.js-plotly-plot');
  const watch = new MutationObserver((changes) => { if (!changes.every(isFigure)) due ||= requestAnimationFrame(grow); });
  watch.observe($('#rendered_cells') ?? document.body, { subtree: true, childList: true });
  grow();

  for (const link of $$('.ig-print')) link.addEventListener('click', () => window.print());
})();
