/* The trainer's page: asks for the state of the class, shows it, releases solutions, frees seats. */
(() => {
  const EVERY_MS = 2000;
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector) => [...document.querySelectorAll(selector)];
  const words = JSON.parse($('#ig-class-words').textContent);
  const lessons = JSON.parse($('#ig-class-lessons').textContent);
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (field, name) => values[name] ?? field);
  const say = (where, text) => { if (where.textContent !== text) where.textContent = text; }; // news is told once
  let state;
  let lesson; // the one that is shown; the class's own until the trainer chooses
  let picked = ''; // the question whose first answers are shown
  const chosen = { lesson: false, question: false };
  const post = async (part, sent) => {
    const body = JSON.stringify(sent);
    const answer = await fetch(part, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    if (answer.ok) show(await answer.json());
  };
  const dom = (name, attributes = {}, text = '') => {
    const found = ['svg', 'circle', 'rect', 'line', 'text'].includes(name)
      ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
    found.textContent = text;
    return found;
  };

  /* ── Seats: where a page is open, and how to free it ── */
  const rows = new Map(); // by the seat's number: a button that is being pressed stays where it is
  const rowOf = (seat) => {
    const row = $('#seats tbody').insertRow();
    for (let cell = 0; cell < 5; cell += 1) row.insertCell();
    const button = dom('button', { type: 'button', class: 'ig-act', 'aria-label': `${words.free_seat}: ${seat}` }, words.free_seat);
    button.onclick = () => { button.disabled = true; post('free', { seat }); };
    row.cells[4].append(button);
    rows.set(seat, row);
    return row;
  };
  const showSeats = ({ all, free, taken }) => {
    say($('#seats-free'), filled(words.seats_free, { all, free }));
    say($('#seats-taken'), filled(words.seats_taken, { taken: all - free, all }));
    for (const { seat, page, open_s: open, silent_s: silent } of taken) {
      const row = rows.get(seat) ?? rowOf(seat);
      const texts = [seat, page.replace('.ipynb', ''), filled(words.minutes, { n: Math.floor(open / 60) }), filled(words.seconds_ago, { n: Math.round(silent) })];
      texts.forEach((text, at) => say(row.cells[at], String(text)));
    }
    for (const [seat, row] of rows) {
      if (taken.some((one) => one.seat === seat)) continue;
      row.remove();
      rows.delete(seat);
    }
  };

  /* ── Answers: a square a seat, the same place in every row ── */
  const showSquares = (where, seats) => {
    while (where.children.length > seats.length) where.lastChild.remove();
    seats.forEach((sign, at) => {
      const square = where.children[at] ?? where.appendChild(dom('i', { class: 'ig-seat', 'aria-hidden': 'true' }));
      square.dataset.sign = sign;
      say(square, words.signs[sign]);
    });
    const count = (sign) => seats.filter((one) => one === sign).length;
    where.setAttribute('aria-label', filled(words.seats_said, { once: count('once'), later: count('later'), not_yet: count('wrong'), none: count('') }));
  };
  const percent = (share) => Math.round(100 * share);
  const showRow = (one) => {
    const row = $(`tr[data-question="${one.question}"]`);
    if (!row) return;
    row.classList.toggle('ig-picked', one.question === picked);
    showSquares($('.ig-seats', row), one.seats);
    const shares = { once: percent(one.share_correct_at_once), now: percent(one.share_correct) };
    say($('.ig-share', row), one.participants ? filled(words.shares, shares) : '');
    say($('.ig-slips', row), one.errors.join(', '));
    const { number } = about(one.question);
    const button = $('.ig-solved button', row);
    $('.ig-solved span', row).hidden = !one.released;
    say(button, one.released ? words.hold : words.release);
    button.classList.toggle('ig-act-quiet', one.released);
    button.setAttribute('aria-label', filled(one.released ? words.hold_one : words.release_one, { n: number }));
    button.hidden = one.released && state.released.includes(one.lesson); // held back with its lesson only
  };
  const about = (key) => lessons.flatMap((one) => one.questions).find((one) => one.key === key);

  /* ── First answers, and where the class is ── */
  const dots = ({ numbers, low, high, right }, unit) => {
    const [width, base] = [440, 130];
    const x = (value) => 14 + ((width - 28) * (value - low)) / (high - low);
    const svg = dom('svg', { viewBox: `0 0 ${width} ${base + 26}`, role: 'img', 'aria-label': words.firsts_said, class: 'ig-dots' });
    const [from, to] = right.map((value) => x(Math.min(Math.max(value, low), high)));
    svg.append(dom('rect', { x: Math.min(from, (from + to) / 2 - 3), y: 4, width: Math.max(to - from, 6), height: base - 4, class: 'ig-right' }));
    svg.append(dom('text', { x: (from + to) / 2, y: 18, 'text-anchor': 'middle', class: 'ig-right-word' }, words.right_here));
    svg.append(dom('line', { x1: 8, x2: width - 8, y1: base, y2: base }));
    const stacked = new Map();
    for (const value of numbers) {
      const place = Math.round(x(value) / 6);
      const level = (stacked.get(place) ?? 0) + 1;
      stacked.set(place, level);
      const good = value >= right[0] - 1e-9 && value <= right[1] + 1e-9;
      const y = base - 8 - 13 * (Math.min(level, 9) - 1);
      svg.append(good ? dom('circle', { cx: x(value), cy: y, r: 6, class: 'ig-dot-right' }) : dom('rect', { x: x(value) - 5, y: y - 5, width: 10, height: 10, class: 'ig-wrong' }));
    }
    const short = (value) => String(Number(value.toPrecision(3)));
    svg.append(dom('text', { x: 8, y: base + 20 }, `≤ ${short(low)}`), dom('text', { x: width - 8, y: base + 20, 'text-anchor': 'end' }, `≥ ${short(high)} ${unit}`));
    return [svg];
  };
  const bars = (chosenCounts, options) => {
    const most = Math.max(1, ...chosenCounts);
    return options.map((text, at) => {
      const line = dom('div', { class: 'ig-tally' });
      line.append(dom('span', {}, text), dom('b', {}, String(chosenCounts[at])), dom('i', { style: `inline-size: ${(100 * chosenCounts[at]) / most}%`, 'aria-hidden': 'true' }));
      return line;
    });
  };
  let drawn = '';
  const showFirsts = (one) => {
    const { number, unit, options, slips } = about(one.question);
    say($('#firsts-title'), filled(words.firsts, { n: number }));
    say($('#firsts-count'), filled(words.count, { n: one.participants }));
    const slip = (one.errors[0] ?? '').replace(/ \(\d+\)$/, '');
    const told = slip ? filled(words.worth_a_word, { slip: one.errors[0], sentence: slips[slip] ?? '' }).trim() : '';
    say($('#firsts-slip'), one.participants ? told : words.firsts_none);
    const now = JSON.stringify([one.question, one.firsts]);
    if (now === drawn) return;
    drawn = now;
    $('#firsts').replaceChildren(...(!one.participants ? [] : one.firsts.numbers ? dots(one.firsts, unit) : bars(one.firsts.chosen, options)));
  };
  const showPlaces = (places) => {
    const where = $('#where');
    const most = Math.max(1, ...places);
    const names = places.map((_count, at) => (at + 1 < places.length ? String(at + 1) : words.end));
    where.setAttribute('aria-label', filled(words.where_said, { counts: names.map((name, at) => `${name}: ${places[at]}`).join(', ') }));
    say($('#where-count'), filled(words.count, { n: places.reduce((sum, one) => sum + one, 0) }));
    const now = JSON.stringify(places);
    if (where.dataset.now === now) return;
    where.dataset.now = now;
    where.replaceChildren(...names.map((name, at) => {
      const column = dom('div', { 'aria-hidden': 'true' });
      const bar = dom('i', { style: `block-size: ${(110 * places[at]) / most}px`, class: places[at] === most ? 'ig-most' : '' });
      column.append(dom('b', {}, places[at] ? String(places[at]) : ''), bar, dom('span', {}, name));
      return column;
    }), dom('p', { class: 'ig-soft', 'aria-hidden': 'true' }, words.where_axis));
  };

  /* ── The whole page ── */
  const next = (questions) => questions.find((one) => one.participants && !one.released) ?? questions.find((one) => !one.released);
  const show = (found) => {
    state = found;
    if (!chosen.lesson) lesson = state.lesson;
    const here = lessons.find((one) => one.key === lesson);
    const questions = state.questions.filter((one) => one.lesson === lesson);
    const busiest = state.places[lesson].slice(0, -1);
    if (!chosen.question || !questions.some((one) => one.question === picked)) {
      picked = questions[Math.max(0, busiest.indexOf(Math.max(...busiest)))].question;
    }
    say($('#about'), filled(words.about, here));
    say($('#live'), filled(words.live, state));
    say($('#open'), filled(words.time_open, { n: Math.floor(state.open_s / 60) }));
    say($('#about-minutes'), filled(words.time_about, here));
    for (const tab of $$('[data-show]')) tab.setAttribute('aria-current', String(tab.dataset.show === lesson));
    for (const part of $$('section[data-lesson]')) part.hidden = part.dataset.lesson !== lesson;
    for (const head of $$('.ig-sharing')) say(head, filled(words.sharing, { n: state.opted_in }));
    for (const box of $$('.ig-release')) box.checked = state.released.includes(box.dataset.lesson);
    for (const one of state.questions) showRow(one);
    showFirsts(questions.find((one) => one.question === picked));
    showPlaces(state.places[lesson]);
    showSeats(state.seats);
    const due = next(questions);
    const act = $('#release');
    act.disabled = !due;
    act.dataset.question = due?.question ?? '';
    say(act, due ? filled(words.release_one, { n: about(due.question).number }) : words.all_released);
  };
  const ask = async () => {
    try {
      const answer = await fetch('state', { cache: 'no-store' });
      if (answer.ok) show(await answer.json());
    } catch { say($('#live'), words.lost); }
  };
  $('#release').onclick = ({ target }) => post('release', { question: target.dataset.question, released: true });
  for (const tab of $$('[data-show]')) {
    tab.onclick = () => { lesson = tab.dataset.show; chosen.lesson = true; chosen.question = false; show(state); };
  }
  for (const row of $$('tr[data-question]')) {
    const { question } = row.dataset;
    $('.ig-pick', row).onclick = () => { picked = question; chosen.question = true; show(state); };
    $('.ig-solved button', row).onclick = () => {
      const { released } = state.questions.find((one) => one.question === question);
      post('release', { question, released: !released });
    };
  }
  for (const box of $$('.ig-release')) {
    box.addEventListener('change', () => post('release', { lesson: box.dataset.lesson, released: box.checked }));
  }
  ask();
  setInterval(ask, EVERY_MS);
})();
