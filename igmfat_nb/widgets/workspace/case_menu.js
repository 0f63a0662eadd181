/* Save, the menu of cases, and the question before something unsaved goes. */
const LARGEST_BYTES = 1_000_000;
const made = (tag, css, text = '') => {
  const element = document.createElement(tag);
  element.className = css;
  if (text) element.textContent = text;
  if (tag === 'button') element.type = 'button';
  return element;
};
const download = (name, text, type) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

/* A sentence beside Save: what it needs, which goes with what it says, or what went wrong. */
const noteOf = (model) => {
  const note = made('span', 'ig-storage-note');
  note.setAttribute('role', 'status');
  let lacking = false;
  const told = (sentence) => { note.textContent = sentence; lacking = false; };
  const lacks = (sentence) => { told(sentence); lacking = Boolean(sentence); };
  const follow = () => { if (lacking) lacks(model.get('needs')); };
  model.on('change:needs', follow);
  return { note, told, lacks, end: () => model.off('change:needs', follow) };
};

/* The kernel is asked whether something unsaved would go; and for the file, once it has answered
   that: a field holds its last strokes back until those before them are answered. */
const caseFile = (model, { told, lacks }) => {
  let afterwards = () => {};
  let wish = () => {};
  const replaces = (then) => {
    wish = then;
    model.send({ replacing: true });
  };
  const save = (then = () => {}) => {
    afterwards = then;
    told('');
    replaces(() => model.send({ save: true }));
  };
  const hear = (message) => {
    if (typeof message?.unsaved === 'boolean') wish(message.unsaved);
    if (typeof message?.save !== 'string') return;
    lacks(message.needs);
    if (!message.save) return;
    download(message.name, message.save, 'application/json');
    afterwards();
  };
  model.on('msg:custom', hear);
  return { save, replaces, end: () => model.off('msg:custom', hear) };
};

/* Asked before something unsaved goes. */
const unsavedDialog = (model, save, id) => {
  const words = model.get('words');
  const dialog = made('dialog', 'ig-dialog');
  const heading = made('h2', '');
  const body = made('p', '');
  const row = made('div', 'ig-dialog-row');
  dialog.append(heading, body, row);
  heading.id = `ig-ask-${id}`;
  dialog.setAttribute('aria-labelledby', heading.id);
  const choice = (label, css, then) => {
    const one = made('button', `jupyter-button ${css}`, label);
    one.addEventListener('click', () => { dialog.close(); then(); });
    return one;
  };
  const ask = (act, sentence, button) => {
    const savable = Boolean(model.get('value') && !model.get('needs'));
    heading.textContent = words.unsaved.replace('{who}', model.get('who'));
    body.textContent = savable ? sentence : `${sentence} ${model.get('needs')}`;
    const stay = choice(words.stay, 'ig-btn', () => {});
    row.replaceChildren(
      ...(savable ? [choice(words.save_then.replace('{then}', button), 'ig-btn-main', () => save(act))] : []),
      choice(words.discard, 'ig-btn', act),
      stay,
    );
    dialog.showModal();
    if (!savable) stay.focus();
  };
  return { dialog, ask };
};

/* A button, and below it what may be chosen; Escape and a press elsewhere shut it. */
const foldedMenu = (el, label, id) => {
  const opener = made('button', 'jupyter-button ig-btn', label);
  opener.setAttribute('aria-haspopup', 'true');
  const menu = made('div', 'ig-case-menu');
  menu.hidden = true;
  menu.id = `ig-case-menu-${id}`;
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
  const item = (text, act, within = menu) => {
    const one = made('button', 'jupyter-button ig-menu-item', text);
    one.addEventListener('click', act);
    within.append(one);
    return one;
  };
  return { opener, menu, shut, item, end: () => document.removeEventListener('pointerdown', outside) };
};

/* New, open, examples, keep, forget. */
const caseMenu = ({ model, el, memory, note, file, dialog, id }) => {
  const words = model.get('words');
  const { opener, menu, shut, item, end } = foldedMenu(el, words.menu, id);
  const replacing = (act, sentence, button) => () => {
    shut();
    file.replaces((unsaved) => { if (unsaved) dialog.ask(act, sentence, button); else act(); });
  };

  const fresh = () => {
    memory.empty();
    model.send({ new: true });
  };
  item(words.new, replacing(fresh, words.new_says, words.new));

  const chosen = made('input', '');
  chosen.type = 'file';
  chosen.accept = '.json,application/json';
  chosen.hidden = true;
  const open = async (opened) => {
    if (opened.size > LARGEST_BYTES) { note.told(words.large); return; }
    note.told('');
    model.send({ opened: opened.name }, undefined, [await opened.arrayBuffer()]);
  };
  chosen.addEventListener('change', () => {
    const opened = chosen.files[0];
    chosen.value = ''; // the same file can be chosen again
    if (opened) replacing(() => open(opened), words.open_says, words.open)();
  });
  item(words.open, () => { shut(); chosen.click(); });
  const another = ({ target }) => { if (target.closest?.('.ig-open-another')) chosen.click(); };
  document.addEventListener('click', another); // below a refused file

  const examples = made('div', 'ig-menu-group');
  examples.append(made('span', 'ig-menu-head', words.examples));
  menu.append(examples);
  for (const [name, title] of model.get('examples')) {
    item(title, replacing(() => model.send({ example: name }), words.example_says, words.example), examples);
  }

  const tick = made('input', '');
  const show = () => { tick.checked = model.get('keep'); };
  if (model.get('key')) {
    const label = made('label', 'ig-storage-keep');
    tick.type = 'checkbox';
    tick.addEventListener('change', () => { model.set('keep', tick.checked); model.save_changes(); });
    model.on('change:keep', show);
    show();
    label.append(tick, document.createTextNode(words.keep));
    menu.append(label, made('p', 'ig-note', words.where));
    const forget = () => {
      memory.empty({ browser: true });
      model.set('keep', false);
      model.save_changes();
      model.send({ forget: true });
    };
    item(words.forget, () => {
      shut();
      if (model.get('value')) dialog.ask(forget, words.forget_says, words.forget); else forget();
    });
  }
  const off = () => { end(); document.removeEventListener('click', another); model.off('change:keep', show); };
  return { opener, menu, chosen, fresh, end: off };
};
