/* The fields of a page: what stands in them as lines to read (page.js saves those of a dead session),
   and how it comes along when the page turns to another language. */
(() => {
  'use strict';
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = JSON.parse(document.getElementById('ig-words').textContent);

  const FIELDS = '.widget-text, .widget-textarea, .widget-dropdown, .widget-toggle-buttons, .widget-radio, .widget-checkbox';
  const FOLDS = '.ig-fold-button'; // what is behind one is built when somebody opens it
  const valueOf = (part) => {
    if (part.matches('.widget-toggle-buttons, .ig-seg')) return $('.mod-active', part)?.textContent;
    const input = $('input:checked, select, textarea, input:not([type=radio], [type=checkbox], [type=file])', part);
    if (!input) return '';
    if (input.type === 'radio') return input.closest('label')?.textContent;
    return input.type === 'checkbox' ? '✓' : input.selectedOptions?.[0]?.textContent ?? input.value;
  };
  const lineOf = (part) => {
    const value = valueOf(part)?.trim();
    const label = $('.widget-label', part)?.textContent.trim() || part.closest('.ig-card')?.querySelector('h2, h3')?.textContent || '';
    const unit = $('.ig-unit', part.closest('.ig-field') ?? document.createElement('i'))?.textContent.trim() ?? '';
    return value ? `${label}: ${value} ${unit}`.trim() : '';
  };
  /* Whether this tab keeps what was entered (workspace/kept.js); the desk of an explorer keeps nothing. */
  const isKept = () => Boolean($('.ig-desk[data-ig-key]'));
  window.igFields = { entered: () => $$(FIELDS).map(lineOf).filter(Boolean).join('\n') };

  /* ── The same page in another language ── */
  const TURN = `igmfat-turn:${location.pathname}`;
  const TURN_MS = 20_000;
  const QUIET_MS = 6000; // for what is built when it is opened
  const STEP_MS = 150;
  const LONG_MS = 600; // a choice may bring fields, and fill others
  const WALKS = 3; // a lesson goes on where it was left as soon as it knows
  const choices = (part) => $$('button, input[type=radio]', part);
  const isOn = (one) => one.checked ?? one.classList.contains('mod-active');
  /* Its name is the model's, so the same in every language; without one, its place among its like. */
  const nameOf = (part) => {
    const own = /(?:^|\s)ig-is-(\S+)/.exec(part.className)?.[1];
    const kind = part.matches(FOLDS) ? 'fold' : 'field';
    if (own) return `${kind} ${own}`;
    const path = [];
    for (let one = part; one && one.id !== 'rendered_cells'; one = one.parentElement) {
      path.push(...[...one.classList].filter((css) => /^(ig|widget)-/.test(css) && css !== 'ig-bad').sort());
    }
    return `${kind} ${path.join('.')}`;
  };
  const taken = (part) => {
    if (part.matches(FOLDS)) return isOn(part);
    const select = $('select', part);
    if (select) return select.selectedIndex;
    if (choices(part).length) return choices(part).findIndex(isOn);
    const input = $('input, textarea', part);
    return input?.type === 'checkbox' ? input.checked : input?.value ?? '';
  };
  /* What a page begins with has its language's decimal sign: the same number stays as it is. */
  const inOneSign = (value) => (typeof value === 'string' ? value.replaceAll(',', '.') : value);
  const among = (part) => (part.matches(FOLDS) ? 0 : $('select', part)?.options.length ?? choices(part).length);
  const give = (part, value) => {
    const field = $('select, input:not([type=radio]), textarea', part);
    if (part.matches(FOLDS)) part.click();
    else if (choices(part).length) choices(part)[value]?.click();
    else if (field?.type === 'checkbox') field.click();
    else if (field) {
      field[field.matches('select') ? 'selectedIndex' : 'value'] = value;
      for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));
    }
  };
  const groups = () => {
    const named = new Map();
    for (const part of $$(`${FIELDS}, ${FOLDS}`)) named.set(nameOf(part), [...named.get(nameOf(part)) ?? [], part]);
    return named;
  };
  const stepAt = () => $$('.ig-step').findIndex((one) => one.ariaCurrent);
  const read = () => [...groups()].flatMap(([name, like]) => like.map((part, place) => ({
    name, place, like: like.length, value: taken(part), among: among(part), line: part.matches(FOLDS) ? '' : lineOf(part),
  })));
  document.addEventListener('ig:turn', () => {
    if (isKept()) return;
    const along = $$('[data-ig-along=full]').map((one) => one.dataset.igName);
    try { sessionStorage.setItem(TURN, JSON.stringify({ parts: read(), step: stepAt(), along })); } catch { /* nothing can be kept here */ }
  });
  const turned = () => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(TURN));
      sessionStorage.removeItem(TURN);
      return kept;
    } catch { return null; }
  };
  const say = (lost) => {
    const lines = lost.map(({ line }) => line).filter(Boolean);
    $('.ig-left')?.remove();
    if (!lines.length) return;
    const bar = document.createElement('div');
    bar.className = 'ig-trouble ig-left';
    bar.setAttribute('role', 'status');
    const text = document.createElement('span');
    text.textContent = `${words.left} ${lines.join('; ')}`;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = words.close;
    button.onclick = () => bar.remove();
    bar.append(text, button);
    $('.ig-foot').before(bar);
  };
  const came = new Set(); // of what no field shows (turn.js)
  document.addEventListener('ig:along', ({ detail }) => came.add(detail));
  /* Each once, as soon as all of its name are there: from then on it is the reader's. */
  const bring = async ({ parts, step, along }) => {
    const pause = (time = STEP_MS) => new Promise((done) => { setTimeout(done, time); });
    const until = Date.now() + TURN_MS;
    while (!document.body.dataset.igReady && Date.now() < until) await pause();
    let isTheirs = false;
    const take = ({ isTrusted }) => { isTheirs ||= isTrusted; };
    const ACTS = ['input', 'pointerdown', 'keydown'];
    for (const act of ACTS) addEventListener(act, take, true);
    const left = new Set(parts);
    let walks = step >= 0 ? WALKS : 0;
    const next = () => {
      const there = groups();
      const waits = along.some((name) => !came.has(name));
      for (const part of left) {
        const like = there.get(part.name);
        if (like?.length !== part.like || among(like[part.place]) !== part.among) continue;
        if (waits && !part.name.startsWith('fold')) continue; // what it stands on is not there yet
        left.delete(part);
        const field = like[part.place];
        if (inOneSign(taken(field)) === inOneSign(part.value)) return true;
        give(field, part.value);
        return part.among ? LONG_MS : STEP_MS;
      }
      return null;
    };
    for (let quiet = Date.now(); !isTheirs && left.size + walks && Date.now() < Math.min(until, quiet + QUIET_MS);) {
      const to = walks ? $$('.ig-step')[step] : null;
      let was = null;
      if (to && stepAt() === step && !left.size) walks = 0;
      else if (to && stepAt() !== step) {
        walks -= 1;
        to.click();
        was = LONG_MS;
      } else was = next();
      if (was !== null) quiet = Date.now();
      if (was !== true) await pause(was ?? STEP_MS);
    }
    for (const act of ACTS) removeEventListener(act, take, true);
    say([...left]);
  };
  const kept = turned();
  if (kept?.parts) {
    document.body.dataset.igTurned = 'true';
    bring(kept);
  }
})();
