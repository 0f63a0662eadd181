/* The page finds its kernel, learns which widgets that has, and draws those that the notebook shows. */
import { ServerConnection } from '@jupyterlab/services/lib/serverconnection';
import { KernelConnection } from '@jupyterlab/services/lib/kernel/default';
import { PageWidgets } from './manager.mjs';

const say = (what) => document.dispatchEvent(new Event(`ig:${what}`));

const connected = ({ kernelId, baseUrl }) => {
  const url = new URL(baseUrl, location.href).href;
  const serverSettings = ServerConnection.makeSettings({ baseUrl: url, wsUrl: url.replace('http', 'ws') });
  const kernel = new KernelConnection({
    model: { id: kernelId, name: '' },
    serverSettings,
    commsOverSubshells: 'disabled', // one input after the other, in the order of typing
    kernelInfoTimeout: 0, // the server has heard from the kernel before it opens the channel
  });
  kernel.iopubMessage.connect((_kernel, { header }) => { if (header.msg_type === 'error') say('failed'); });
  kernel.connectionStatusChanged.connect((_kernel, status) => { if (status !== 'connected') say('unsure'); });
  return kernel;
};

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
  const kernel = connected(session);
  const widgets = new PageWidgets(kernel, () => say('failed'));
  window.igPlot = opened(kernel).then(() => drawing(document.body.dataset.igPlot));
  await widgets.load();
  await Promise.all(Array.from(document.querySelectorAll('[data-ig-widget]'), (place) =>
    widgets.show(place.dataset.igWidget, place)));
};

const session = document.getElementById('jupyter-config-data');
if (session) {
  // Outside this script's own frame, of which a watching developer tool would want every position.
  queueMicrotask(() => run(JSON.parse(session.textContent)).catch((error) => {
    console.error(error);
    say('failed');
  }));
}
