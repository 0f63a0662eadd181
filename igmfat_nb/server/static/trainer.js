/* The trainer's page: asks for the state of the class, shows it, releases solutions. */
(() => {
  const EVERY_MS = 2000;
  const $$ = (selector) => [...document.querySelectorAll(selector)];
  const words = JSON.parse(document.querySelector('#ig-class-words').textContent);
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (field, name) => values[name] ?? field);
  const live = document.querySelector('#live');
  const show = (state) => {
    live.textContent = filled(words.live, state);
    for (const box of $$('.ig-release')) box.checked = state.released.includes(box.dataset.lesson);
    for (const one of state.questions) {
      const row = document.querySelector(`tr[data-question="${one.question}"]`);
      if (!row) continue;
      const share = one.share_correct === null ? words.none : filled(words.percent, { share: Math.round(100 * one.share_correct) });
      [one.participants, one.attempts, share, one.errors.join(', ') || words.none].forEach((text, at) => { row.cells[at + 1].textContent = text; });
    }
  };
  const ask = async () => {
    try {
      const answer = await fetch('state', { cache: 'no-store' });
      if (answer.ok) show(await answer.json());
    } catch { live.textContent = words.lost; }
  };
  for (const box of $$('.ig-release')) {
    box.addEventListener('change', async () => {
      const body = JSON.stringify({ lesson: box.dataset.lesson, released: box.checked });
      const answer = await fetch('release', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
      if (answer.ok) show(await answer.json());
    });
  }
  ask();
  setInterval(ask, EVERY_MS);
})();
