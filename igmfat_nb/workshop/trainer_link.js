/* Tells the workshop server, and nobody else, what was answered; only while the box is ticked. The
   server knows who has ticked it: every page of this browser follows. */
const BASE = () => JSON.parse(document.querySelector('#jupyter-config-data').textContent).baseUrl;
const EVERY_MS = 5000;
const post = async (what, body) => {
  const answer = await fetch(`${BASE()}workshop/${what}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  if (!answer.ok && answer.status !== 400) throw new Error(`status ${answer.status}`);
};
const KEPT = 'igmfat-workshop-given'; // what was answered in this tab, for this class
const attempt = (act) => { try { return act(); } catch { return undefined; } };
const key = ({ question, number, text }) => JSON.stringify([question, number, text]);

export default () => {
  const told = new Set();
  let given = [];
  let place = '';
  const keep = () => { if (place) attempt(() => sessionStorage.setItem(`${KEPT}/${place}`, JSON.stringify(given))); };
  const remember = (found) => {
    if (place === found) return;
    place = found;
    given = [...(attempt(() => JSON.parse(sessionStorage.getItem(`${KEPT}/${place}`))) ?? []), ...given];
    keep();
  };
  let begun = false;
  let chain = Promise.resolve();
  /* One after the other, in the order of answering; what does not come through is told again. */
  const inTurn = (act) => { chain = chain.then(act).catch(() => { /* the lesson goes on */ }); return chain; };
  const tell = (model) => inTurn(async () => {
    for (const one of given) {
      if (!model.get('opted_in')) return;
      if (told.has(key(one))) continue;
      await post('attempt', one);
      told.add(key(one));
    }
  });
  const tick = (model, agreed) => {
    model.set('opted_in', agreed);
    model.save_changes();
    if (!agreed) told.clear();
  };
  const answerOf = async (what) => {
    const answer = await fetch(`${BASE()}workshop/${what}`, { cache: 'no-store' });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return answer.json();
  };
  const ask = async (model) => {
    const [{ lessons, questions = [] }, { opted_in: agreed, place: found }] = await Promise.all(['released', 'agreed'].map(answerOf));
    remember(found);
    if (agreed !== model.get('opted_in')) tick(model, agreed); // ticked or unticked on another page
    const news = JSON.stringify([lessons, questions]);
    if (news === JSON.stringify([model.get('released'), model.get('released_questions')])) return;
    model.set({ released: lessons, released_questions: questions });
    model.save_changes();
  };
  const look = (model) => inTurn(() => ask(model)).then(() => tell(model));
  /* Begun once something is drawn: before, the buttons that a release opens may not listen yet. */
  const begin = (model) => {
    if (begun) return;
    begun = true;
    look(model);
    setInterval(() => look(model), EVERY_MS);
  };
  return {
    initialize({ model }) {
      model.on('change:attempt', () => {
        given.push(model.get('attempt'));
        keep();
        tell(model);
      });
      model.on('change:forgotten', () => inTurn(async () => {
        given = [];
        keep();
        told.clear();
        if (!model.get('opted_in')) return;
        await post('agreed', { agreed: false }); // what was forgotten is nowhere any more
        await post('agreed', { agreed: true });
      }));
    },
    render({ model, el }) {
      begin(model);
      const label = document.createElement('label');
      label.className = 'ig-storage-keep';
      const box = document.createElement('input');
      box.type = 'checkbox';
      const show = () => { box.checked = model.get('opted_in'); };
      show();
      model.on('change:opted_in', show);
      box.addEventListener('change', () => {
        const agreed = box.checked;
        inTurn(async () => {
          try {
            await post('agreed', { agreed });
            tick(model, agreed);
          } finally { show(); }
        }).then(() => tell(model));
      });
      label.append(box, document.createTextNode(` ${model.get('label')}`));
      const note = document.createElement('p');
      note.className = 'ig-note';
      note.textContent = model.get('note');
      el.append(label, note);
    },
  };
};
