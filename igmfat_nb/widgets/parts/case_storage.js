/* Keeps one text in this browser and moves files in and out: nothing here talks to anything but
   the notebook's own kernel, and the kernel writes no file. */
/* Below a hub many people's servers share one origin, and so one storage: each has its own keys. */
const place = () => {
  try {
    const { baseUrl } = JSON.parse(document.querySelector('#jupyter-config-data').textContent);
    return !baseUrl || baseUrl === '/' ? '' : `@${baseUrl}`;
  } catch { return ''; }
};
const LARGEST_BYTES = 1_000_000;
const two = (number) => String(number).padStart(2, '0');
const now = () => {
  const t = new Date();
  return `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())} ${two(t.getHours())}:${two(t.getMinutes())}`;
};
const keyOf = (model) => (model.get('key') ? model.get('key') + place() : ''); // without a key nothing is kept
const read = (key) => {
  if (!key) return null;
  try {
    const { value, at } = JSON.parse(localStorage.getItem(key));
    return typeof value === 'string' && typeof at === 'string' ? { value, at } : null;
  } catch { return null; }
};
const write = (key, kept) => {
  if (!key) return true;
  try {
    if (kept) localStorage.setItem(key, JSON.stringify(kept)); else localStorage.removeItem(key);
    return true;
  } catch { return false; } // storage forbidden or full
};

export default () => {
  let kept = { value: '', at: '' };
  let told = () => {};
  let looked = false;
  /* Once, and only when something is drawn: until then other widgets do not hear what the kernel
     answers. */
  const look = (model) => {
    if (looked) return;
    looked = true;
    const given = model.get('value');
    const found = read(keyOf(model));
    if (given) kept = { value: given, at: model.get('changed_at') || now() }; // opened with a file: what was kept stays where it is
    else if (found) {
      kept = found;
      model.set({ found: found.value, changed_at: found.at, keep: true });
    }
    model.set('ready', true);
    model.save_changes();
  };
  return {
    initialize({ model }) {
      const key = keyOf(model);
      const put = () => {
        if (!model.get('keep')) return;
        if (!write(key, kept.value ? kept : null)) told(model.get('words').full);
      };
      model.on('change:value', () => {
        const value = model.get('value');
        if (value === kept.value) return; // what was found comes back unchanged: it keeps its time
        kept = { value, at: value ? now() : '' };
        model.set('changed_at', kept.at);
        model.save_changes();
        put();
      });
      model.on('change:keep', () => { if (model.get('keep')) put(); else write(key, null); });
    },

    render({ model, el }) {
      const words = model.get('words');
      const parts = model.get('parts');
      el.classList.add('ig-storage');
      const note = document.createElement('span');
      note.className = 'ig-storage-note';
      note.setAttribute('role', 'status');
      told = (sentence) => { note.textContent = sentence; };

      const button = (name, css, act) => {
        const made = document.createElement('button');
        made.type = 'button';
        made.className = `jupyter-button ${css}`;
        made.textContent = words[name];
        made.addEventListener('click', act);
        if (parts.includes(name)) el.append(made);
        return made;
      };

      const chosen = document.createElement('input');
      chosen.type = 'file';
      chosen.accept = model.get('accept');
      chosen.hidden = true;
      chosen.addEventListener('change', async () => {
        const file = chosen.files[0];
        chosen.value = '';
        if (!file) return;
        if (file.size > LARGEST_BYTES) { told(words.large); return; }
        told('');
        model.send({ opened: file.name }, undefined, [await file.arrayBuffer()]);
      });
      if (parts.includes('open')) el.append(chosen);
      button('open', 'ig-btn', () => chosen.click());

      const save = button('save', 'ig-btn', () => {
        const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob([model.get('file_text')], { type: model.get('mime') }));
        link.download = model.get('file_name');
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      });
      const savable = () => { save.disabled = !model.get('file_text'); };
      model.on('change:file_text', savable);
      savable();

      if (parts.includes('keep')) {
        const label = document.createElement('label');
        label.className = 'ig-storage-keep';
        const tick = document.createElement('input');
        tick.type = 'checkbox';
        const show = () => { tick.checked = model.get('keep'); };
        tick.addEventListener('change', () => {
          model.set('keep', tick.checked);
          model.save_changes();
        });
        model.on('change:keep', show);
        show();
        label.append(tick, document.createTextNode(words.keep));
        el.append(label);
      }
      button('forget', 'ig-btn', () => {
        kept = { value: '', at: '' };
        write(keyOf(model), null);
        model.set('keep', false);
        model.save_changes();
        model.send({ forget: true });
      });
      el.append(note);
      look(model);
    },
  };
};
