/* A text in the address behind the #, which a browser keeps to itself. */
const parts = () => new URLSearchParams(location.hash.slice(1));
export default () => {
  let looked = false;
  const look = (model) => {
    const text = parts().get(model.get('name'));
    if (looked || !text || document.body.dataset.igTurned) return; // what is open comes along by itself
    looked = true;
    model.set('found', text);
    model.save_changes();
  };
  return {
    render({ model, el }) {
      const words = model.get('words');
      const note = document.createElement('span');
      note.className = 'ig-storage-said';
      note.setAttribute('role', 'status');
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'jupyter-button ig-btn';
      button.textContent = model.get('label');
      const show = () => { button.disabled = !model.get('value'); note.textContent = ''; };
      button.addEventListener('click', async () => {
        const all = parts();
        all.set(model.get('name'), model.get('value'));
        history.replaceState(null, '', `#${all}`);
        note.textContent = words.there;
        try {
          await navigator.clipboard.writeText(location.href);
          note.textContent = words.copied;
        } catch { /* no permission: it stands in the address bar */ }
      });
      model.on('change:value', show);
      show();
      el.classList.add('ig-storage');
      el.append(button, note);
      look(model);
    },
  };
};
