/* What a test asks of a page about those whom it may shut out (everyone.py). */
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isSeen = (one) => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const named = (one) => `${one.tagName}.${one.className} ${one.getAttribute('aria-label') ?? one.innerText ?? ''}`.trim().slice(0, 90);
  const controls = 'a[href], svg a, button, input, select, textarea, summary, [tabindex]';

  /* A figure's strokes are one picture with a name: its thousand parts are not asked one by one. */
  const barriers = async () => {
    const { violations } = await axe.run(
      { exclude: ['.js-plotly-plot .main-svg > g'] }, { resultTypes: ['violations'] });
    return violations.filter(({ impact }) => impact !== 'minor').flatMap(({ id, impact, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${impact} ${id}: ${target.join(' ')}: ${failureSummary}`));
  };

  const tooWide = () => (document.documentElement.scrollWidth <= innerWidth ? [] : [
    'the page scrolls sideways',
    ...all('body *').filter((one) => one.getBoundingClientRect().right > innerWidth + 1
      && !one.closest('.ig-scroll, .ig-tabs nav')).slice(0, 8).map(named),
  ]);

  /* What Tab reaches, in the order of the document; of a group of choices the one that is chosen. */
  const tabbable = () => {
    const there = all(controls).filter((one) => one.tabIndex >= 0 && !one.disabled && isSeen(one)
      && one.type !== 'hidden' && !one.closest('[inert], svg')); // a figure's links are passed over
    const isReached = (one) => {
      if (one.type !== 'radio' || !one.name) return true;
      const same = there.filter((other) => other.type === 'radio' && other.name === one.name);
      return one === (same.find((other) => other.checked) ?? same[0]);
    };
    all('[data-tab-at]').forEach((one) => { delete one.dataset.tabAt; });
    const reached = there.filter(isReached);
    reached.forEach((one, at) => { one.dataset.tabAt = at; });
    return reached.map(named);
  };
  const toTheTop = () => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
    scrollTo(0, 0);
  };
  const here = () => document.activeElement?.dataset.tabAt ?? null;
  /* A link among a figure's words, which is drawn anew whenever the figure is. */
  const inFigure = () => Boolean(document.activeElement?.closest('svg'));

  /* Fields, links and buttons whose focus does not show. */
  const unseenFocus = () => all('[data-tab-at]').filter((one) => {
    if (!isSeen(one)) return false;
    one.focus({ focusVisible: true, preventScroll: true });
    const isRinged = (at) => at && getComputedStyle(at).outlineStyle !== 'none' && parseFloat(getComputedStyle(at).outlineWidth) >= 1;
    const around = [one, one.parentElement, one.nextElementSibling, one.closest('label')];
    return document.activeElement === one && !around.some(isRinged);
  }).map(named);

  /* What is chosen and looks like its neighbour. */
  const CHOSEN = '.mod-active, [aria-pressed=true], [aria-selected=true], [aria-current]';
  const unseenChoice = () => all(CHOSEN).filter((one) => {
    if (!isSeen(one) || one.matches('.ig-fold-button')) return false;
    const other = [...one.parentElement.children].find((near) => near !== one && near.tagName === one.tagName && isSeen(near));
    return other && getComputedStyle(one).backgroundColor === getComputedStyle(other).backgroundColor;
  }).map(named);

  window.everyone = { barriers, tooWide, tabbable, toTheTop, here, inFigure, unseenFocus, unseenChoice };
})();
