/* Texts under one prefix in this browser; nothing here talks to anything but the page's kernel. */
/* Below a hub many people's servers share one origin, and so one storage: each has its own keys. */
const place = () => {
  try {
    const { baseUrl } = JSON.parse(document.querySelector('#jupyter-config-data').textContent);
    return !baseUrl || baseUrl === '/' ? '' : `@${baseUrl}`;
  } catch { return ''; }
};
const attempt = (act) => { try { return act(); } catch { return undefined; } };
export default () => {
  let begin = () => {};
  return {
    initialize({ model }) {
      const prefix = `${model.get('prefix')}${place()}/`;
      const all = () => Object.fromEntries(
        (attempt(() => Object.keys(localStorage)) ?? []).filter((key) => key.startsWith(prefix))
          .map((key) => [key.slice(prefix.length), localStorage.getItem(key)]));
      const put = (name, text) => attempt(() => { localStorage.setItem(prefix + name, text); return true; }) ?? false;
      const show = () => { model.set('shelf', all()); model.save_changes(); };
      model.on('change:value', () => {
        model.set('keeps', model.get('value') === '' || put(model.get('name'), model.get('value')));
        model.save_changes();
      });
      model.on('msg:custom', (message) => {
        if (message?.forget !== true) return;
        for (const name of Object.keys(all())) attempt(() => localStorage.removeItem(prefix + name));
        for (const [name, text] of Object.entries(model.get('once'))) put(name, text);
        show();
      });
      begin = () => {
        begin = () => {};
        for (const [name, text] of Object.entries(model.get('once'))) if (all()[name] === undefined) put(name, text);
        addEventListener('storage', (event) => { if (!event.key || event.key.startsWith(prefix)) show(); });
        model.set('keeps', put('test', '1'));
        attempt(() => localStorage.removeItem(`${prefix}test`));
        model.set('ready', true);
        show();
      };
    },
    /* Told only once something is drawn: before, on a slow machine, the page's other widgets are not
       there yet, and what the kernel answers to what was kept would never be shown. */
    render({ el }) { el.style.display = 'none'; begin(); },
  };
};
