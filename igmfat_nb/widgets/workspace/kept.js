/* What this tab and this browser remember of one case.

   This tab (sessionStorage): what was typed, always, for a page that is loaded again or whose kernel
   died; gone with New patient and with the tab. This browser (localStorage): only when ticked. */
/* Below a hub many people's servers share one origin, and so one storage: each has its own keys. */
const place = () => {
  try {
    const { baseUrl } = JSON.parse(document.querySelector('#jupyter-config-data').textContent);
    return !baseUrl || baseUrl === '/' ? '' : `@${baseUrl}`;
  } catch { return ''; }
};
const LOOKS_MS = 60;
const NOTHING = { value: '', at: '' };
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
const keysOf = (model) => {
  const key = model.get('key');
  return key ? { browser: key + place(), tab: `${key}:tab${place()}` } : null;
};

/* What stands in the fields of the page, by label and place among equal labels: a stroke that the
   kernel never answered is only here. */
const FIELD = '.ig-work input[type=text]';
const labelOf = (input) => input.closest('.jupyter-widgets')?.querySelector('.widget-label')?.textContent.trim() ?? '';
const named = (label) => [...document.querySelectorAll(FIELD)].filter((input) => labelOf(input) === label);
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

/* ``held``: another tab goes on with this case. ``told`` shows a sentence beside Save. */
const memoryOf = (model) => {
  let kept = NOTHING;
  let late = null; // the last stroke, until the kernel has answered
  let looked = false;
  const memory = { held: false, told: () => {} };

  memory.put = () => {
    const key = keysOf(model);
    if (!key) return;
    writeText(sessionStorage, key.tab, kept.value || late ? { ...kept, late, place: model.get('tab_state') } : null);
    if (model.get('keep') && !memory.held && !writeText(localStorage, key.browser, kept.value ? kept : null)) memory.told(model.get('words').full);
  };
  memory.answered = () => {
    const value = model.get('value');
    late = null;
    if (value === kept.value) { memory.put(); return; } // what was found comes back unchanged: it keeps its time
    kept = { value, at: value ? now() : '' };
    model.set('changed_at', kept.at);
    model.save_changes();
    memory.put();
  };
  memory.ticked = () => {
    const key = keysOf(model);
    if (model.get('keep')) memory.put(); else if (key && !memory.held) writeText(localStorage, key.browser, null);
  };
  memory.stroke = ({ target }) => {
    if (!target.matches?.(FIELD)) return;
    const label = labelOf(target);
    late = { label, index: named(label).indexOf(target), text: target.value };
    memory.put();
  };
  /* Nothing is remembered any more: of this tab, or of this browser too. */
  memory.empty = ({ browser = false } = {}) => {
    const key = keysOf(model);
    kept = NOTHING;
    late = null;
    if (!key) return;
    if (browser) writeText(localStorage, key.browser, null);
    writeText(sessionStorage, key.tab, null);
  };
  /* For a page whose kernel cannot be asked any more: the file as it was answered last, and what
     stands about it. What was found here and never answered has none. */
  memory.left = () => {
    const isAnswered = kept.value === model.get('value');
    const file = kept.value && isAnswered ? model.get('file') : '';
    const key = keysOf(model);
    return {
      isEmpty: !kept.value && !late && !model.get('in_form'),
      isStored: Boolean(readText(sessionStorage, key.tab)),
      full: model.get('words').full,
      needs: isAnswered ? model.get('needs') : '',
      inForm: model.get('in_form'),
      save: file && (() => download(model.get('file_name'), file, 'application/json')),
    };
  };
  /* Once, and only when something is drawn: until then other widgets do not hear what the kernel
     answers. */
  memory.look = () => {
    if (looked) return;
    looked = true;
    const key = keysOf(model);
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
  return memory;
};
