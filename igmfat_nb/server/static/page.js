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
  const is = { failure: false, ended: false, silent: false, unreachable: false, waits: false };
  let shown = '';
  let place = null; // where the reader was typing
  const kind = () => {
    if (is.ended) return is.waits ? 'endedWaiting' : 'ended';
    if (is.silent || is.unreachable) return is.waits ? 'lostWaiting' : 'lost';
    return is.failure ? 'failure' : is.waits ? 'waits' : '';
  };
  /* Nothing can be entered that would not be answered, and no result is readable that may belong to
     another input; while only an answer is late, the reader goes on typing. */
  const lock = (main, locked) => {
    const cells = main.firstElementChild; // the landmark itself stays, for who walks by landmarks
    for (const row of $$('.ig-tabs .ig-steps')) row.inert = locked;
    if (locked && !cells.inert) place = cells.contains(document.activeElement) ? document.activeElement : null;
    cells.inert = locked;
    if (!locked && place?.isConnected && document.activeElement === document.body) place.focus();
    if (!locked) place = null;
  };
  const { entered } = window.igFields; // fields.js
  const isOver = () => is.ended || is.silent || is.unreachable; // the kernel cannot be asked
  /* What the patient's desk has left (workspace/kept.js), in words. */
  const about = (left) => {
    if (left.isEmpty) return is.ended ? [words.nothing] : [];
    const lacks = !isOver() ? [] : left.save ? [is.waits && words.lacksLast, left.inForm && words.lacksRow] : [left.needs];
    return [left.isStored ? words.isKept : left.full, ...lacks].filter(Boolean);
  };
  const say = (sentence) => {
    $('.ig-trouble:not(.ig-left)')?.remove();
    if (!sentence) return;
    const bar = document.createElement('div');
    bar.className = 'ig-trouble';
    bar.setAttribute('role', 'alert');
    const text = document.createElement('span');
    const [, first, rest] = words[sentence].match(/^(.*?[.:])\s+(.*)$/s) ?? [null, words[sentence], ''];
    const what = document.createElement('b');
    what.textContent = first;
    what.role = 'heading';
    what.ariaLevel = '1'; // the page's own cannot be read now
    const left = window.igLeft?.();
    text.append(what, ` ${[rest, ...(left ? about(left) : [])].join(' ')}`);
    const button = (label, act) => {
      const made = document.createElement('button');
      made.type = 'button';
      made.textContent = label;
      made.onclick = act;
      return made;
    };
    bar.append(text);
    if (left?.save && isOver()) bar.append(button(words.keep, left.save));
    if (is.ended && !left && entered()) bar.append(button(words.keep, keep));
    if (sentence !== 'waits') bar.append(button(left?.isStored ? words.again : words.reload, () => location.reload()));
    $('.ig-foot').before(bar);
  };
  const trouble = (what, now) => {
    if (is[what] === now) return;
    is[what] = now;
    const cells = $('#rendered_cells');
    const stale = is.failure || is.waits;
    document.body.toggleAttribute('data-ig-stale', stale);
    cells.setAttribute('aria-busy', stale);
    if (kind() === shown) return;
    shown = kind();
    document.body.dataset.igTrouble = shown;
    lock(cells, Boolean(shown) && shown !== 'waits');
    say(shown);
    if (what === 'ended') document.dispatchEvent(new Event('ig:ended'));
  };

  /* What was entered, as lines to read: the kernel that could write a case is gone. */
  const keep = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([`${document.title}\n${words.kept}\n\n${entered()}\n`], { type: 'text/plain' }));
    link.download = 'igmfat-entered.txt';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  document.addEventListener('ig:failed', () => trouble('failure', true));
  document.addEventListener('ig:waits', ({ detail }) => trouble('waits', detail));
  document.addEventListener('ig:silent', ({ detail }) => {
    clearTimeout(silence);
    if (detail) silence = setTimeout(() => { trouble('silent', true); ask(); }, SHORT_MS);
    else trouble('silent', false);
  });

  const session = $('#jupyter-config-data') && JSON.parse($('#jupyter-config-data').textContent);
  const EVERY_MS = 2500;
  const LATE_MS = 4000; // a link that stalls does not say so
  const SHORT_MS = 300; // a link that is back by then was never missed
  let silence = 0;
  let missed = 0;
  let asking = false;
  let leaving = false;
  const asked = async () => {
    const signal = AbortSignal.timeout(LATE_MS);
    const answer = await fetch(`${session.baseUrl}api/kernels/${session.kernelId}`, { cache: 'no-store', signal });
    if ([401, 403, 404].includes(answer.status)) return trouble('ended', true);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    missed = 0;
    if ((await answer.json()).execution_state === 'dead') return trouble('ended', true);
    trouble('unreachable', false);
    document.dispatchEvent(new Event('ig:reached'));
  };
  const ask = async () => {
    if (!session || leaving || asking || is.ended) return;
    asking = true;
    try {
      await asked();
    } catch {
      if (++missed >= 2) trouble('unreachable', true);
      else setTimeout(ask, 700);
    } finally {
      asking = false;
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
  /* What scrolls sideways is reached by the keyboard, and only then. */
  const measured = new ResizeObserver((boxes) => {
    for (const { target: box } of boxes) {
      const scrolls = box.scrollWidth > box.clientWidth + 1;
      box.toggleAttribute('tabindex', scrolls);
      if (scrolls) box.tabIndex = 0;
    }
  });
  const scrollers = () => {
    for (const box of $$('#rendered_cells :is(.ig-scroll, .jp-RenderedText, .jp-MarkdownCell table):not([data-ig-box])')) {
      box.dataset.igBox = '';
      measured.observe(box);
    }
  };
  /* Where a notebook is served without the others, what would lead to them is plain text. */
  const there = new Set(document.body.dataset.igThere?.split('/'));
  const links = () => {
    for (const link of $$('#rendered_cells a[href$=".ipynb"], #rendered_cells a[href*=".ipynb#"]')) {
      if (link.origin !== location.origin) continue;
      const [, name] = link.getAttribute('href').match(/([^/]+)\.ipynb/);
      if (!there.has(decodeURIComponent(name))) link.replaceWith(...link.childNodes);
    }
  };
  /* The steps of a page are its tabs: they take the place of the links to the same. */
  const steps = () => {
    const row = $('#rendered_cells .ig-steps');
    const tabs = $('.ig-tabs nav');
    if (!row || !tabs) return;
    for (const link of $$('a', tabs)) link.hidden = /\/(40_dashboard|21_individualised_dosing)\.ipynb$/.test(link.pathname);
    tabs.prepend(row);
    const [, name] = document.title.split(' · ');
    const called = () => {
      const chosen = $('.mod-active', row)?.textContent.replace(/^\d+ /, '');
      if (chosen) document.title = `${chosen} · ${name}`;
    };
    called();
    new MutationObserver(called).observe(row, { subtree: true, attributes: true, attributeFilter: ['class'] });
  };
  const actions = () => {
    for (const box of $$('#rendered_cells .ig-actions')) $('.ig-slot').append(box);
    for (const line of $$('#rendered_cells .ig-calculated')) {
      $('.ig-foot-slot').append(line);
      $('.ig-opened')?.remove(); // one time is enough
    }
  };
  /* The reader's own zone: a server may stand in another. */
  const day = new Intl.DateTimeFormat(document.documentElement.lang.replace(/^en$/, 'en-GB'), { day: 'numeric', month: 'long', year: 'numeric' });
  const hour = new Intl.DateTimeFormat(document.documentElement.lang.replace(/^en$/, 'en-GB'), { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  const byOwnClock = () => {
    for (const time of $$('.ig-foot-slot time:not([data-ig])')) {
      const moment = new Date(time.dateTime);
      time.dataset.ig = 'own';
      if (!Number.isNaN(moment.getTime())) time.textContent = `${day.format(moment)}, ${hour.format(moment)}`;
    }
  };
  new MutationObserver(byOwnClock).observe($('.ig-foot-slot'), { subtree: true, childList: true });
  /* A place that widgets bring comes after the browser has looked for it. */
  let sought = location.hash.slice(1);
  const arrive = () => {
    const place = sought && document.getElementById(sought);
    if (!place) return;
    sought = '';
    place.scrollIntoView({ block: 'center' });
  };
  /* What a reader opened stays open when its part is written anew, and the keyboard stays there. */
  const followed = new WeakSet();
  const folds = (nodes) => [...nodes].flatMap((node) => {
    if (!(node instanceof Element)) return [];
    return node.matches('details') ? [node, ...$$('details', node)] : [...$$('details', node)];
  });
  const follow = ({ target }) => {
    const part = target.open && target.closest('.widget-html-content');
    if (!part || followed.has(part)) return;
    followed.add(part);
    let [place, open, at] = [document.activeElement, [], -1];
    part.addEventListener('focusin', (event) => { place = event.target; });
    new MutationObserver((changes) => changes.forEach(({ removedNodes, addedNodes }) => {
      const [before, now] = [folds(removedNodes), folds(addedNodes)];
      if (before.length) open = before.map((fold) => fold.open); // none stands there while an input is refused
      if (before.length) at = before.findIndex((fold) => fold.contains(place));
      now.forEach((fold, index) => { fold.open = open[index] ?? fold.open; });
      if (document.activeElement === document.body) now[at]?.querySelector('summary').focus({ preventScroll: true });
    })).observe(part, { childList: true });
  };
  document.addEventListener('toggle', follow, true);
  const WIDGETS = '.jupyter-widgets, .widget-box, .widget-html';
  const expected = Boolean($('[data-ig-widget]'));
  let due = 0;
  const grow = () => {
    due = 0;
    if ($('#loading') && (!expected || $(`#rendered_cells ${WIDGETS}`))) loaded();
    for (const one of $$('[title=null]')) one.removeAttribute('title'); // the library's, of no tooltip
    toggles(); fields(); sliders(); scrollers(); links(); steps(); actions(); arrive();
  };
  const isFigure = ({ target }) => target.closest?.('.js-plotly-plot');
  const watch = new MutationObserver((changes) => { if (!changes.every(isFigure)) due ||= requestAnimationFrame(grow); });
  watch.observe($('#rendered_cells') ?? document.body, { subtree: true, childList: true });
  grow();
})();
