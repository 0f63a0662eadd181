/* The steps of a lesson. It also names the page's parts for who does not see them, takes the focus to
   a question's heading, and lets Enter check an answer: plain widgets can do none of the three. */
const SIGNS = { right: '✓', tried: '✕' };
const FRAMES = 600; // as long as a slow machine may take to draw what was asked for
const once = (find, act, frames = FRAMES) => {
  const found = find();
  if (found) act(found);
  else if (frames) requestAnimationFrame(() => once(find, act, frames - 1));
};
const within = (el, selector) => el.closest('.ig-lesson')?.querySelector(selector);
const named = (el, model) => {
  const ask = within(el, '.ig-quest');
  const title = ask?.querySelector('.ig-title');
  if (!title) return undefined;
  ask.setAttribute('role', 'group');
  ask.setAttribute('aria-label', title.textContent);
  for (const part of ask.querySelectorAll('.ig-told > .widget-html-content, .ig-err > .widget-html-content')) {
    if (part.getAttribute('role') !== 'status') part.setAttribute('role', 'status');
  }
  for (const group of ask.querySelectorAll('.ig-radio .widget-radio-box')) {
    group.setAttribute('role', 'radiogroup');
    group.setAttribute('aria-label', model.get('labels').answer);
  }
  for (const input of ask.querySelectorAll('.widget-text input')) {
    input.autocomplete = 'off';
    input.inputMode = 'decimal';
  }
  return title;
};
const checked = (event) => {
  const input = event.target;
  if (event.key !== 'Enter' || input.tagName !== 'INPUT' || !input.closest('.ig-quest')) return;
  event.preventDefault();
  input.dispatchEvent(new Event('change', { bubbles: true }));
  within(input, '.ig-quest .ig-btn-main')?.click();
};
export default () => ({
  render({ model, el }) {
    const nav = document.createElement('nav');
    const list = document.createElement('ol');
    nav.className = 'ig-way';
    nav.append(list);
    const draw = () => {
      nav.setAttribute('aria-label', model.get('labels').steps);
      const steps = model.get('steps');
      while (list.children.length > steps.length) list.lastChild.remove();
      steps.forEach((step, at) => {
        let button = list.children[at]?.firstChild;
        if (!button) { // kept afterwards: what is pressed keeps the focus
          button = document.createElement('button');
          button.type = 'button';
          button.addEventListener('click', () => { model.set('at', at); model.save_changes(); });
          list.append(document.createElement('li'));
          list.lastChild.append(button);
        }
        button.className = `ig-step ig-step-${step.state}`;
        button.textContent = `${SIGNS[step.state] ?? ''} ${step.sign}`.trim();
        button.setAttribute('aria-label', step.name);
        button.title = step.name;
        if (at === model.get('at')) button.setAttribute('aria-current', 'step');
        else button.removeAttribute('aria-current');
      });
      once(() => named(el, model), () => {});
    };
    const look = () => {
      const { question } = model.get('heading');
      if (!question) return;
      once(() => within(el, `.ig-title[data-ig-question="${question}"]`), (title) => {
        named(el, model);
        title.focus({ preventScroll: true });
        title.closest('.ig-lesson').scrollIntoView({ block: 'start' });
      });
    };
    draw();
    el.append(nav);
    const lesson = () => el.closest('.ig-lesson');
    once(lesson, (whole) => {
      whole.addEventListener('keydown', checked, true);
      const watch = new MutationObserver(() => named(el, model));
      once(() => within(el, '.ig-quest'), (ask) => watch.observe(ask, { childList: true, subtree: true }));
    });
    model.on('change:steps change:at', draw);
    model.on('change:heading', look);
    return () => { model.off('change:steps change:at', draw); model.off('change:heading', look); };
  },
});
