/* The page of a visitor without a seat: asks whether one is free, and goes on by itself. */
(() => {
  const EVERY_MS = 3000;
  const { seats } = document.currentScript.dataset;
  const ask = async () => {
    try {
      const answer = await fetch(seats, { cache: 'no-store', signal: AbortSignal.timeout(EVERY_MS) });
      if (answer.ok && (await answer.json()).free > 0) location.reload();
    } catch { /* asked again soon */ }
  };
  setInterval(ask, EVERY_MS);
})();
