/* What the browser does for a case: kept.js, case_menu.js and two_tabs.js stand before this, in one
   script. Nothing here talks to anything but the notebook's own kernel, and the kernel writes no
   file. */
const QUIET_MS = 900;
const STEPS = { '40_dashboard': 'first', '21_individualised_dosing': 'course' };

/* The result, read out once it rests. */
const readOut = (model) => {
  const say = made('span', 'ig-visually-hidden');
  say.setAttribute('role', 'status');
  let saying = 0;
  const announce = () => {
    clearTimeout(saying);
    saying = setTimeout(() => { if (say.textContent !== model.get('said')) say.textContent = model.get('said'); }, QUIET_MS);
  };
  model.on('change:said', announce);
  return { say, end: () => model.off('change:said', announce) };
};

/* Where the eye goes: to a new row, and on after a removal. */
const focusing = (model) => {
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
  return { end: () => model.off('msg:custom', focus) };
};

/* A link to the other step changes it in place. */
const stepLinks = (model) => {
  const stepOf = (link) => Object.entries(STEPS).find(([name]) => link.pathname.endsWith(`/${name}.ipynb`))?.[1];
  const links = model.get('key') ? [...document.querySelectorAll('.ig-onward a')].filter(stepOf) : [];
  const go = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    model.set('step', stepOf(event.currentTarget));
    model.save_changes();
    scrollTo({ top: 0 });
  };
  const onward = () => links.forEach((link) => { link.closest('.ig-onward').hidden = ['course', model.get('step')].includes(stepOf(link)); }); // a button leads to the course
  links.forEach((link) => link.addEventListener('click', go));
  model.on('change:step', onward);
  onward();
  return { end: () => { links.forEach((link) => link.removeEventListener('click', go)); model.off('change:step', onward); } };
};

/* The reader's clock. */
const readerClock = (model) => {
  const tick = () => {
    const minutes = -new Date().getTimezoneOffset();
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? '';
    model.set('reader_now', JSON.stringify({ at: now(), zone, minutes }));
    model.save_changes();
  };
  const minute = setInterval(tick, 60_000);
  return { tick, end: () => clearInterval(minute) };
};

export default () => {
  const id = Math.random().toString(36).slice(2);
  let memory = null;

  return {
    initialize({ model }) {
      memory = memoryOf(model);
      model.on('change:value', memory.answered);
      model.on('change:tab_state', memory.put);
      model.on('change:keep', memory.ticked);
    },

    render({ model, el }) {
      el.classList.add('ig-desk');
      if (model.get('key')) {
        el.dataset.igKey = model.get('key');
        window.igLeft = memory.left; // page.js asks when the session has ended
      }
      const out = readOut(model);
      const note = noteOf(model);
      memory.told = note.told;
      const file = caseFile(model, note);
      const dialog = unsavedDialog(model, file.save, id);
      const saver = made('button', 'jupyter-button ig-btn', model.get('words').save);
      saver.addEventListener('click', () => file.save());
      const menu = caseMenu({ model, el, memory, note, file, dialog, id });
      const tabs = twoTabs({ model, memory, fresh: menu.fresh, id });
      const clock = readerClock(model);
      const parts = [out, note, file, menu, tabs, clock, focusing(model), stepLinks(model)];

      document.addEventListener('input', memory.stroke, true); // strokes without an answer

      el.append(saver, menu.opener, menu.menu, menu.chosen, note.note, dialog.dialog, out.say);
      el.closest('.ig-work')?.querySelector('.ig-strip')?.after(tabs.bar);
      if (!tabs.bar.isConnected) el.append(tabs.bar);
      if (!model.get('reader_now')) clock.tick();
      memory.look();
      tabs.enter();
      return () => {
        document.removeEventListener('input', memory.stroke, true);
        if (window.igLeft === memory.left) delete window.igLeft;
        parts.forEach((part) => part.end());
      };
    },
  };
};
