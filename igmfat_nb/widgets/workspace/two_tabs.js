/* Two tabs on one case: they tell each other, and the reader says which goes on. */
const twoTabs = ({ model, memory, fresh, id }) => {
  const words = model.get('words');
  const bar = made('div', 'ig-tabs-bar');
  bar.hidden = true;
  bar.setAttribute('role', 'alert');
  const shows = (sentence, choices) => {
    bar.replaceChildren(made('span', '', sentence.replace('{who}', model.get('who'))), ...choices.map(([label, act]) => {
      const one = made('button', 'jupyter-button ig-btn', label);
      one.addEventListener('click', () => { bar.hidden = true; act(); });
      return one;
    }));
    bar.hidden = false;
  };
  const channel = model.get('key') && window.BroadcastChannel ? new BroadcastChannel(keysOf(model).browser) : null;
  let announced = '';
  const call = (message) => channel?.postMessage({ from: id, ...message });
  const mine = () => model.get('subject');
  const enter = () => {
    if (mine() && mine() !== announced) call({ opens: mine() });
    announced = mine();
  };
  const take = () => { memory.held = false; call({ takes: mine() }); memory.put(); };
  const hear = ({ data }) => {
    if (data.from === id || !mine()) return;
    if (data.opens === mine() && !memory.held) call({ has: mine(), to: data.from });
    if (data.has === mine() && data.to === id) {
      memory.held = true;
      shows(words.two_tabs, [[words.go_on_here, take], [words.leave_it, fresh]]);
    }
    if (data.takes === mine()) {
      memory.held = true;
      shows(words.gone_on, [[words.take_back, take]]);
    }
  };
  channel?.addEventListener('message', hear);
  model.on('change:subject', enter);
  return { bar, enter, end: () => { channel?.close(); model.off('change:subject', enter); } };
};
