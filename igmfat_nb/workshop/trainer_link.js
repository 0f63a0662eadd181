/* Tells the workshop server, and nobody else, what was answered; only while the box is ticked. */
const BASE = () => JSON.parse(document.querySelector('#jupyter-config-data').textContent).baseUrl;
const EVERY_MS = 5000;
const AGREED = 'igmfat-workshop-agreed'; // for this tab only
const agreed = (change) => { try { return change === undefined ? sessionStorage.getItem(AGREED) === 'yes' : sessionStorage.setItem(AGREED, change ? 'yes' : 'no'); } catch { return false; } };
/* Begun once something is drawn: before, the buttons that a release opens may not listen yet. */
let begun = false;
const begin = (model) => {
  if (begun) return;
  begun = true;
  if (agreed()) { model.set('opted_in', true); model.save_changes(); }
  const ask = async () => {
    try {
      const answer = await fetch(`${BASE()}workshop/released`, { cache: 'no-store' });
      if (!answer.ok) return;
      const { lessons } = await answer.json();
      if (JSON.stringify(lessons) === JSON.stringify(model.get('released'))) return;
      model.set('released', lessons);
      model.save_changes();
    } catch { /* asked again soon */ }
  };
  ask();
  setInterval(ask, EVERY_MS);
};
export default () => ({
  initialize({ model }) {
    const tell = async () => {
      const attempt = model.get('attempt');
      if (!model.get('opted_in') || !attempt.question) return;
      try {
        await fetch(`${BASE()}workshop/attempt`, {
          method: 'POST', headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ question: attempt.question, text: attempt.text, number: attempt.number }),
        });
      } catch { /* the trainer's page is a courtesy; the lesson goes on */ }
    };
    model.on('change:attempt', tell);
  },
  render({ model, el }) {
    begin(model);
    const label = document.createElement('label');
    label.className = 'ig-storage-keep';
    const tick = document.createElement('input');
    tick.type = 'checkbox';
    tick.checked = model.get('opted_in');
    tick.addEventListener('change', () => { agreed(tick.checked); model.set('opted_in', tick.checked); model.save_changes(); });
    label.append(tick, document.createTextNode(` ${model.get('label')}`));
    el.append(label);
  },
});
