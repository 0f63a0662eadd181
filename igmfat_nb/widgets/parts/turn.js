/* A text that comes along when the page turns to another language (fields.js brings the fields). */
export default () => ({
  render({ model, el }) {
    const key = `igmfat-along:${location.pathname}:${model.get('name')}`;
    el.style.display = 'none';
    el.dataset.igName = model.get('name');
    const show = () => { el.dataset.igAlong = model.get('value') ? 'full' : 'empty'; };
    const done = () => {
      const along = model.get('is_taken');
      if (along) document.dispatchEvent(new CustomEvent('ig:along', { detail: model.get('name') }));
    };
    const keep = () => { try { sessionStorage.setItem(key, model.get('value')); } catch { /* nothing can be kept here */ } };
    model.on('change:value', show);
    model.on('change:is_taken', done);
    document.addEventListener('ig:turn', keep);
    show();
    let text = '';
    try {
      text = sessionStorage.getItem(key) ?? '';
      sessionStorage.removeItem(key);
    } catch { /* nothing was kept */ }
    if (text && document.body.dataset.igTurned) {
      model.set('found', text);
      model.save_changes();
    }
    return () => document.removeEventListener('ig:turn', keep);
  },
});
