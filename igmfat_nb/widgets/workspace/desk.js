/* Save, the menu of cases, and what this tab and this browser remember of one case. Nothing here
   talks to anything but the notebook's own kernel, and the kernel writes no file.

   This tab (sessionStorage): what was typed, always, for a page that is loaded again or whose kernel
   died; gone with New patient and with the tab. This browser (localStorage): only when ticked. */
/* Below a hub many people's servers share one origin, and so one storage: each has its own keys. */
const place = () => {
  try {
    const { baseUrl } = JSON.parse(document.querySelector('#jupyter-config-data').textContent);
    return !baseUrl || baseUrl === '/' ? '' : `@${baseUrl}`;
  } catch { return ''; }
};
const LARGEST_BYTES = 1_000_000;
const LOOKS_MS = 60;
const QUIET_MS = 900;
const two = (number) => String(number).padStart(2, '0');
const now = () => {
  const t = new Date();
  return `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())} ${two(t.getHours())}:${two(t.getMinutes())}`;
};
const readText = (storage, key) => {
  try {
    const { value, at, ...rest } = JSON.parse(storage.getItem(key)) ?? {};
    return typeof value === 'string' && typeof at === 'string' ? { value, at, ...rest } : null;
  } catch { return null; }
};
const writeText = (storage, key, kept) => {
  try {
    if (kept) storage.setItem(key, JSON.stringify(kept)); else storage.removeItem(key);
    return true;
  } catch { return false; } // storage forbidden or full
};
const made = (tag, css, text = '') => {
  const element = document.createElement(tag);
  element.className = css;
  if (text) element.textContent = text;
  if (tag === 'button') element.type = 'button';
  return element;
};
const save = (name, text, type) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

/* What stands in the fields of the page, by label and place among equal labels: a stroke that the
   kernel never answered is only here. */
const FIELD = '.ig-work input[type=text]';
const labelOf = (input) => input.closest('.jupyter-widgets')?.querySelector('.widget-label')?.textContent.trim() ?? '';
const named = (label) => [...document.querySelectorAll(FIELD)].filter((input) => labelOf(input) === label);

export default () => {
  const self = Math.random().toString(36).slice(2);
  let kept = { value: '', at: '' };
  let late = null; // the last stroke, until the kernel has answered
  let looked = false;
  let told = () => {};
  let held = false; // another tab goes on with this case

  const keys = (model) => {
    const key = model.get('key');
    return key ? { browser: key + place(), tab: `${key}:tab${place()}` } : null;
  };
  const put = (model) => {
    const key = keys(model);
    if (!key) return;
    writeText(sessionStorage, key.tab, kept.value || late ? { ...kept, late, place: model.get('tab_state') } : null);
    if (model.get('keep') && !held && !writeText(localStorage, key.browser, kept.value ? kept : null)) told(model.get('words').full);
  };
  /* Once, and only when something is drawn: until then other widgets do not hear what the kernel
     answers. */
  const look = (model) => {
    if (looked) return;
    looked = true;
    const key = keys(model);
    const given = model.get('value');
    const tab = key && readText(sessionStorage, key.tab);
    const browser = key && readText(localStorage, key.browser);
    if (given) kept = { value: given, at: model.get('changed_at') || now() }; // opened with a patient: what was kept stays where it is
    else if (tab && (tab.value || tab.late)) {
      kept = { value: tab.value, at: tab.at };
      const same = browser?.value === tab.value;
      model.set({ found: tab.value, tab_state: tab.place ?? {}, changed_at: tab.at, keep: same, origin: same ? 'browser' : tab.from ?? 'tab' });
      if (tab.late) refill(tab.late);
      if (!tab.value && tab.late) model.set('origin', 'tab');
    } else if (browser) {
      kept = browser;
      model.set({ found: browser.value, changed_at: browser.at, keep: true, origin: 'browser' });
    }
    model.set('ready', true);
    model.save_changes();
  };
  const refill = async ({ label, index, text }) => {
    for (let turn = 0; turn < 100; turn += 1) {
      const input = named(label)[index];
      if (input && document.body.dataset.igReady) {
        if (input.value === text) return;
        await new Promise((done) => { setTimeout(done, 400); }); // what was kept is being filled in
        input.value = text;
        input.dispatchEvent(new Event('input', { bubbles: true }));
        input.dispatchEvent(new Event('change', { bubbles: true }));
        return;
      }
      await new Promise((done) => { setTimeout(done, LOOKS_MS); });
    }
  };

  return {
    initialize({ model }) {
      model.on('change:value', () => {
        const value = model.get('value');
        late = null;
        if (value === kept.value) { put(model); return; } // what was found comes back unchanged: it keeps its time
        kept = { value, at: value ? now() : '' };
        model.set('changed_at', kept.at);
        model.save_changes();
        put(model);
      });
      model.on('change:tab_state', () => put(model));
      model.on('change:keep', () => {
        const key = keys(model);
        if (model.get('keep')) put(model); else if (key && !held) writeText(localStorage, key.browser, null);
      });
    },

    render({ model, el }) {
      const words = model.get('words');
      el.classList.add('ig-desk');
      if (model.get('key')) el.dataset.igKey = model.get('key');
      const say = made('span', 'ig-visually-hidden');
      say.setAttribute('role', 'status');
      let saying = 0;
      const announce = () => {
        clearTimeout(saying);
        saying = setTimeout(() => { if (say.textContent !== model.get('said')) say.textContent = model.get('said'); }, QUIET_MS);
      };
      model.on('change:said', announce);
      const note = made('span', 'ig-storage-note');
      note.setAttribute('role', 'status');
      let lacking = false; // whether the note says what Save needs: it goes with what it says
      told = (sentence) => { note.textContent = sentence; lacking = false; };
      const lacks = () => { if (lacking) { told(model.get('needs')); lacking = Boolean(note.textContent); } };
      model.on('change:needs', lacks);

      /* ── Asked before something unsaved goes ── */
      const dialog = made('dialog', 'ig-dialog');
      const heading = made('h2', '');
      const body = made('p', '');
      const row = made('div', 'ig-dialog-row');
      dialog.append(heading, body, row);
      heading.id = `ig-ask-${self}`;
      dialog.setAttribute('aria-labelledby', heading.id);
      const ask = (act, sentence, button) => {
        const savable = Boolean(model.get('value') && !model.get('needs'));
        heading.textContent = words.unsaved.replace('{who}', model.get('who'));
        body.textContent = savable ? sentence : `${sentence} ${model.get('needs')}`;
        const choice = (label, css, then) => {
          const one = made('button', `jupyter-button ${css}`, label);
          one.addEventListener('click', () => { dialog.close(); then(); });
          return one;
        };
        const stay = choice(words.stay, 'ig-btn', () => {});
        row.replaceChildren(
          ...(savable ? [choice(words.save_then.replace('{then}', button), 'ig-btn-main', () => saveFile(act))] : []),
          choice(words.discard, 'ig-btn', act),
          stay,
        );
        dialog.showModal();
        if (!savable) stay.focus();
      };
      /* The kernel is asked whether something unsaved would go: it has heard what was just typed. */
      let wish = () => {};
      const replacing = (act, sentence, button) => () => {
        shut();
        wish = (unsaved) => { if (unsaved) ask(act, sentence, button); else act(); };
        model.send({ replacing: true });
      };

      /* ── Save, and the menu ── */
      /* The kernel is asked for the file: it answers after whatever was typed before. */
      let afterwards = () => {};
      const saveFile = (then = () => {}) => {
        afterwards = then;
        told('');
        model.send({ save: true });
      };
      const answered = (message) => {
        if (typeof message?.unsaved === 'boolean') wish(message.unsaved);
        if (typeof message?.save !== 'string') return;
        told(message.needs);
        lacking = Boolean(message.needs);
        if (!message.save) return;
        save(message.name, message.save, 'application/json');
        afterwards();
      };
      model.on('msg:custom', answered);
      const saver = made('button', 'jupyter-button ig-btn', words.save);
      saver.addEventListener('click', () => saveFile());
      const opener = made('button', 'jupyter-button ig-btn', words.menu);
      opener.setAttribute('aria-haspopup', 'true');
      const menu = made('div', 'ig-case-menu');
      menu.hidden = true;
      menu.id = `ig-case-menu-${self}`;
      opener.setAttribute('aria-controls', menu.id);
      opener.setAttribute('aria-expanded', 'false');
      const shut = (back = false) => {
        if (menu.hidden) return;
        menu.hidden = true;
        opener.setAttribute('aria-expanded', 'false');
        if (back) opener.focus();
      };
      opener.addEventListener('click', () => {
        if (!menu.hidden) { shut(); return; }
        menu.hidden = false;
        opener.setAttribute('aria-expanded', 'true');
        menu.querySelector('button')?.focus();
      });
      el.addEventListener('keydown', (event) => { if (event.key === 'Escape' && !menu.hidden) { event.stopPropagation(); shut(true); } });
      const outside = (event) => { if (!el.contains(event.target)) shut(); };
      document.addEventListener('pointerdown', outside);
      const item = (label, act) => {
        const one = made('button', 'jupyter-button ig-menu-item', label);
        one.addEventListener('click', act);
        menu.append(one);
        return one;
      };

      const fresh = () => {
        const key = keys(model);
        kept = { value: '', at: '' };
        late = null;
        if (key) writeText(sessionStorage, key.tab, null);
        model.send({ new: true });
      };
      item(words.new, replacing(fresh, words.new_says, words.new));
      const chosen = made('input', '');
      chosen.type = 'file';
      chosen.accept = '.json,application/json';
      chosen.hidden = true;
      const open = async (file) => {
        if (file.size > LARGEST_BYTES) { told(words.large); return; }
        told('');
        model.send({ opened: file.name }, undefined, [await file.arrayBuffer()]);
      };
      chosen.addEventListener('change', () => {
        const file = chosen.files[0];
        chosen.value = ''; // the same file can be chosen again
        if (file) replacing(() => open(file), words.open_says, words.open)();
      });
      item(words.open, () => { shut(); chosen.click(); });
      const examples = made('div', 'ig-menu-group');
      examples.append(made('span', 'ig-menu-head', words.examples));
      menu.append(examples);
      for (const [name, title] of model.get('examples')) {
        const one = made('button', 'jupyter-button ig-menu-item', title);
        one.addEventListener('click', replacing(() => model.send({ example: name }), words.example_says, words.example));
        examples.append(one);
      }
      if (model.get('key')) {
        const label = made('label', 'ig-storage-keep');
        const tick = made('input', '');
        tick.type = 'checkbox';
        const show = () => { tick.checked = model.get('keep'); };
        tick.addEventListener('change', () => { model.set('keep', tick.checked); model.save_changes(); });
        model.on('change:keep', show);
        show();
        label.append(tick, document.createTextNode(words.keep));
        menu.append(label, made('p', 'ig-note', words.where));
        item(words.forget, () => {
          shut();
          const forget = () => {
            const key = keys(model);
            kept = { value: '', at: '' };
            late = null;
            writeText(localStorage, key.browser, null);
            writeText(sessionStorage, key.tab, null);
            model.set('keep', false);
            model.save_changes();
            model.send({ forget: true });
          };
          if (model.get('value')) ask(forget, words.forget_says, words.forget); else forget();
        });
      }

      /* ── Two tabs on one case ── */
      const bar = made('div', 'ig-tabs-bar');
      bar.hidden = true;
      bar.setAttribute('role', 'alert');
      const barShows = (sentence, choices) => {
        bar.replaceChildren(made('span', '', sentence.replace('{who}', model.get('who'))), ...choices.map(([label, act]) => {
          const one = made('button', 'jupyter-button ig-btn', label);
          one.addEventListener('click', () => { bar.hidden = true; act(); });
          return one;
        }));
        bar.hidden = false;
      };
      const channel = model.get('key') && window.BroadcastChannel ? new BroadcastChannel(keys(model).browser) : null;
      let announced = '';
      const call = (message) => channel?.postMessage({ from: self, ...message });
      const mine = () => model.get('subject');
      const enter = () => {
        if (mine() && mine() !== announced) call({ opens: mine() });
        announced = mine();
      };
      const both = () => barShows(words.two_tabs, [
        [words.go_on_here, () => { held = false; call({ takes: mine() }); put(model); }],
        [words.leave_it, fresh],
      ]);
      const hear = ({ data }) => {
        if (data.from === self || !mine()) return;
        if (data.opens === mine() && !held) call({ has: mine(), to: data.from });
        if (data.has === mine() && data.to === self) { held = true; both(); }
        if (data.takes === mine()) {
          held = true;
          barShows(words.gone_on, [[words.take_back, () => { held = false; call({ takes: mine() }); put(model); }]]);
        }
      };
      channel?.addEventListener('message', hear);
      model.on('change:subject', enter);

      /* ── Strokes without an answer, and a kernel that died ── */
      const stroke = ({ target }) => {
        if (!target.matches?.(FIELD)) return;
        const label = labelOf(target);
        late = { label, index: named(label).indexOf(target), text: target.value };
        put(model);
      };
      document.addEventListener('input', stroke, true);

      const ended = () => { if (model.get('key')) told(words.back); };
      document.addEventListener('ig:ended', ended);

      /* ── Where the eye goes: to a new row, and on after a removal ── */
      const focus = async (message) => {
        if (!message?.focus) return;
        for (let turn = 0; turn < 50; turn += 1) {
          if (document.activeElement?.matches('input, select, textarea')) return; // who types on is not moved
          const found = document.querySelector(message.focus);
          if (found && found.offsetParent !== null) { found.focus(); return; }
          await new Promise((done) => { setTimeout(done, LOOKS_MS); });
        }
      };
      model.on('msg:custom', focus);

      /* ── A link to the other step changes it in place ── */
      const STEPS = { '40_dashboard': 'first', '21_individualised_dosing': 'course' };
      const stepOf = (link) => Object.entries(STEPS).find(([name]) => link.pathname.endsWith(`/${name}.ipynb`))?.[1];
      const links = model.get('key') ? [...document.querySelectorAll('.ig-onward a')].filter(stepOf) : [];
      const go = (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
        event.preventDefault();
        model.set('step', stepOf(event.currentTarget));
        model.save_changes();
        scrollTo({ top: 0 });
      };
      links.forEach((link) => link.addEventListener('click', go));
      const onward = () => links.forEach((link) => { link.closest('.ig-onward').hidden = stepOf(link) === model.get('step'); });
      model.on('change:step', onward);
      onward();

      /* ── The reader's clock ── */
      const tick = () => {
        const minutes = -new Date().getTimezoneOffset();
        const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? '';
        model.set('reader_now', JSON.stringify({ at: now(), zone, minutes }));
        model.save_changes();
      };
      const minute = setInterval(tick, 60_000);

      el.append(saver, opener, menu, chosen, note, dialog, say);
      el.closest('.ig-work')?.querySelector('.ig-strip')?.after(bar);
      if (!bar.isConnected) el.append(bar);
      if (!model.get('reader_now')) tick();
      look(model);
      enter();
      return () => {
        document.removeEventListener('pointerdown', outside);
        document.removeEventListener('input', stroke, true);
        document.removeEventListener('ig:ended', ended);
        channel?.close();
        clearInterval(minute);
        links.forEach((link) => link.removeEventListener('click', go));
        model.off('change:said', announce);
        model.off('change:subject', enter);
        model.off('msg:custom', focus);
        model.off('msg:custom', answered);
        model.off('change:needs', lacks);
        model.off('change:step', onward);
      };
    },
  };
};
