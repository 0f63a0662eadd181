/* The page finds its kernel, learns which widgets that has, and draws those that the notebook shows;
   when the link was broken, page and kernel are made to agree again. */
import { ServerConnection } from '@jupyterlab/services/lib/serverconnection';
import { KernelConnection } from '@jupyterlab/services/lib/kernel/default';
import { Answers } from './answers.mjs';
import { lineThat } from './line.mjs';
import { PageWidgets } from './manager.mjs';
import { practise } from './practice.mjs';

const say = (what, detail) => document.dispatchEvent(new CustomEvent(`ig:${what}`, { detail }));

const connected = ({ kernelId, baseUrl }, hear) => {
  const url = new URL(baseUrl, location.href).href;
  const serverSettings = ServerConnection.makeSettings({
    baseUrl: url, wsUrl: url.replace('http', 'ws'), WebSocket: lineThat(hear),
  });
  const model = { id: kernelId, name: '' };
  const kernel = new KernelConnection({
    model,
    serverSettings,
    kernelAPIClient: { getModel: async () => model }, // page.js asks whether it is alive
    commsOverSubshells: 'disabled', // one input after the other, in the order of typing
    kernelInfoTimeout: 0, // the server has heard from the kernel before it opens the channel
  });
  kernel.iopubMessage.connect((_kernel, { header }) => { if (header.msg_type === 'error') say('failed'); });
  return kernel;
};

/* Says when the link is silent, tries another, and has everything agreed upon once there is one. */
const watched = (session, lost) => {
  let tried = Date.now();
  const kernel = connected(session, (heard) => {
    if (heard === 'lost') lost();
    else if (heard === 'dead') renew();
    else say('silent', heard === 'silent');
  });
  const renew = () => {
    if (kernel.isDisposed || Date.now() - tried < AGAIN_MS) return;
    tried = Date.now();
    kernel.reconnect().catch(() => {}); // tried again as long as the server can be reached
  };
  let isFirst = true;
  kernel.connectionStatusChanged.connect((_kernel, status) => {
    say('silent', status !== 'connected');
    if (status !== 'connected') return;
    if (!isFirst) lost();
    isFirst = false;
  });
  document.addEventListener('ig:reached', () => { if (kernel.connectionStatus !== 'connected') renew(); });
  document.addEventListener('ig:ended', () => kernel.dispose());
  return kernel;
};
const AGAIN_MS = 4_000;

const opened = (kernel) => new Promise((done) => {
  kernel.connectionStatusChanged.connect((_kernel, status) => { if (status === 'connected') done(); });
});

/* The drawing library comes while the kernel answers, when the page has nothing else to do. */
const drawing = (address) => new Promise((done, failed) => {
  const script = document.createElement('script');
  script.src = address;
  script.onload = () => done(window.Plotly);
  script.onerror = () => failed(new Error(`no ${address}`));
  document.head.append(script);
});

const run = async (session) => {
  let agree = () => {};
  const kernel = watched(session, () => agree());
  const answers = new Answers(kernel, (waits) => say('waits', waits));
  document.addEventListener('ig:silent', ({ detail }) => { answers.isSilent = detail; });
  document.addEventListener('ig:ended', () => { answers.isSilent = true; });
  const widgets = new PageWidgets(kernel, () => say('failed'));
  window.igPlot = opened(kernel).then(() => drawing(document.body.dataset.igPlot));
  await new Promise((known) => {
    agree = () => answers.again(widgets).then(known);
    widgets.learn().then(known);
  });
  await Promise.all(Array.from(document.querySelectorAll('[data-ig-widget]'), (place) =>
    widgets.show(place.dataset.igWidget, place)));
  setTimeout(() => window.igPlot.then(practise).catch(() => {}), LOOKS_AROUND_MS);
};
const LOOKS_AROUND_MS = 1_000;

const session = document.getElementById('jupyter-config-data');
if (session) {
  // Outside this script's own frame, of which a watching developer tool would want every position.
  queueMicrotask(() => run(JSON.parse(session.textContent)).catch((error) => {
    console.error(error);
    say('failed');
  }));
}
