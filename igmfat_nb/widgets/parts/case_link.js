/* From a document to the patient's page with this document's case. The case goes by what the tab
   remembers (workspace/kept.js reads it there), never by an address, which a server logs. */
const place = () => {
  try {
    const { baseUrl } = JSON.parse(document.querySelector('#jupyter-config-data').textContent);
    return !baseUrl || baseUrl === '/' ? '' : `@${baseUrl}`;
  } catch { return ''; }
};
const two = (number) => String(number).padStart(2, '0');
const now = () => {
  const t = new Date();
  return `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())} ${two(t.getHours())}:${two(t.getMinutes())}`;
};
export default {
  render({ model, el }) {
    const link = document.createElement('a');
    link.href = model.get('page');
    link.textContent = model.get('label');
    const bring = (event) => {
      const key = `${model.get('key')}:tab${place()}`;
      const other = sessionStorage.getItem(key);
      const same = other && JSON.parse(other).value === model.get('value'); // as this tab knows it, with its clock
      const beside = event.ctrlKey || event.metaKey || event.shiftKey || event.button;
      if (!same) sessionStorage.setItem(key, JSON.stringify({ value: model.get('value'), at: now(), from: 'report' }));
      if (!beside && (same || !other)) return;
      event.preventDefault(); // another patient of this tab stays: a new tab takes a copy of what is kept
      open(event.currentTarget.href);
      if (other) sessionStorage.setItem(key, other); else sessionStorage.removeItem(key);
    };
    const carry = (event) => {
      if (event.button > 1) return; // a menu
      try { bring(event); } catch { // nothing may be kept here
        event.preventDefault();
        said.textContent = model.get('refused');
      }
    };
    const said = document.createElement('span');
    said.className = 'ig-storage-note';
    said.setAttribute('role', 'status');
    const onward = [...document.querySelectorAll('.ig-onward a')].filter((one) => one.pathname.endsWith(`/${model.get('page')}`));
    [link, ...onward].forEach((one) => ['click', 'auxclick'].forEach((kind) => one.addEventListener(kind, carry)));
    el.classList.add('ig-case-link');
    el.append(link, said);
    return () => onward.forEach((one) => ['click', 'auxclick'].forEach((kind) => one.removeEventListener(kind, carry)));
  },
};
