/* From a document to the patient's page with this document's case. The case goes by what the tab
   remembers (desk.js reads it there), never by an address, which a server logs. */
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
    const carry = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      const key = `${model.get('key')}:tab${place()}`;
      const other = sessionStorage.getItem(key);
      sessionStorage.setItem(key, JSON.stringify({ value: model.get('value'), at: now(), from: 'report' }));
      if (!other || JSON.parse(other).value === model.get('value')) return;
      event.preventDefault(); // this tab has another patient, who stays: a new one takes a copy
      open(event.currentTarget.href);
      sessionStorage.setItem(key, other);
    };
    const onward = [...document.querySelectorAll('.ig-onward a')].filter((one) => one.pathname.endsWith(`/${model.get('page')}`));
    [link, ...onward].forEach((one) => one.addEventListener('click', carry));
    el.classList.add('ig-case-link');
    el.append(link);
    return () => onward.forEach((one) => one.removeEventListener('click', carry));
  },
};
