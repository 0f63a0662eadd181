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
  });
  kernel.iopubMessage.connect((_kernel, { header }) => { if (header.msg_type === 'error') say('failed'); });
  kernel.connectionStatusChanged.connect((_kernel, status) => { if (status !== 'connected') say('unsure'); });
  return kernel;
};

const run = async (session) => {
  const widgets = new PageWidgets(connected(session), () => say('failed'));
  await widgets.load();
  await Promise.all(Array.from(document.querySelectorAll('[data-ig-widget]'), (place) =>
    widgets.show(place.dataset.igWidget, place)));
};

const session = document.getElementById('jupyter-config-data');
if (session) {
  run(JSON.parse(session.textContent)).catch((error) => {
    console.error(error);
    say('failed');
  });
}
