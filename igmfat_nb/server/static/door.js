/* The page before a page: asks for a session with the pass that it holds, and then for the page
   itself. Where another site has led here, a person has to ask for that. */
(() => {
  'use strict';
  const { visit, pass, asks, refused } = document.currentScript.dataset;
  const said = document.getElementById('door');
  const enter = async () => {
    const sent = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ pass }) };
    const given = await fetch(visit, sent);
    const kept = given.ok && await fetch(visit, { cache: 'no-store' });
    if (!kept || !kept.ok) throw new Error('no session');
    if (location.hash) location.reload(); // what stands behind the # is the page's own
    else location.replace(location.pathname + location.search);
  };
  const go = () => enter().catch(() => { said.textContent = refused; });
  if (!asks) { go(); return; }
  for (const button of document.querySelectorAll('.ig-enter')) button.addEventListener('click', go);
})();
