/* The trainer's page: asks for the state of the class, shows it, releases solutions. */
(() => {
  const EVERY_MS = 2000;
  const $$ = (selector) => [...document.querySelectorAll(selector)];
  const words = JSON.parse(document.querySelector('#ig-class-words').textContent);
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (field, name) => values[name] ?? field);
  const live = document.querySelector('#live');
  const post = async (part, sent) => {
    const body = JSON.stringify(sent);
    const answer = await fetch(part, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    if (answer.ok) show(await answer.json());
  };
  const rows = new Map(); // by the seat's number: a button that is being pressed stays where it is
  const rowOf = (seat) => {
    const row = document.querySelector('#seats tbody').insertRow();
    for (let cell = 0; cell < 5; cell += 1) row.insertCell();
    const button = document.createElement('button');
    button.textContent = words.free_seat;
    button.setAttribute('aria-label', `${words.free_seat}: ${seat}`);
    button.onclick = () => { button.disabled = true; post('free', { seat }); };
    row.cells[4].append(button);
    rows.set(seat, row);
    return row;
  };
  const showSeats = ({ all, free, taken }) => {
    document.querySelector('#seats-free').textContent = filled(words.seats_free, { all, free });
    for (const { seat, page, open_s: open, silent_s: silent } of taken) {
      const row = rows.get(seat) ?? rowOf(seat);
      const texts = [seat, page.replace('.ipynb', ''), filled(words.minutes, { n: Math.floor(open / 60) }), filled(words.seconds_ago, { n: Math.round(silent) })];
      texts.forEach((text, at) => { row.cells[at].textContent = text; });
    }
    for (const [seat, row] of rows) {
      if (taken.some((one) => one.seat === seat)) continue;
      row.remove();
      rows.delete(seat);
    }
  };
  const show = (state) => {
    live.textContent = filled(words.live, state);
    showSeats(state.seats);
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
    box.addEventListener('change', () => post('release', { lesson: box.dataset.lesson, released: box.checked }));
  }
  ask();
  setInterval(ask, EVERY_MS);
})();
