/* The widgets of one page: their classes, their models, and the messages to and from the kernel. */
import * as base from '@jupyter-widgets/base';
import { ManagerBase } from '@jupyter-widgets/base-manager';
import * as controls from '@jupyter-widgets/controls';
import anywidget from './anywidget.mjs';

/* Enter sends what was typed, and once: the second message that the library adds is deprecated. */
class TextView extends controls.TextView {
  handleKeypress(event) {
    event.stopPropagation();
  }
}

const CLASSES = {
  '@jupyter-widgets/base': base,
  '@jupyter-widgets/controls': { ...controls, TextView },
  anywidget,
};
const { Comm } = base.shims.services;
const LONGEST_WAIT_MS = 60_000;
const TOGETHER = 'igmfat-updates'; // on this line the kernel tells what changed at one moment

export class PageWidgets extends ManagerBase {
  /** `failed` is called when a widget cannot be made or drawn. */
  constructor(kernel, failed) {
    super();
    this.kernel = kernel;
    this.failed = failed;
    kernel.registerCommTarget(this.comm_target_name, (comm, message) =>
      this.handle_comm_open(new Comm(comm), message));
    kernel.createComm(TOGETHER, TOGETHER).onMsg = (message) => this.changeTogether(message);
  }

  /** Give each widget its part, in one go, so that all of it is in one frame. */
  changeTogether(message) {
    const part = (state) => ({ ...message, content: { ...message.content, data: { method: 'update', state } } });
    return Promise.all(Object.entries(message.content.data.states).map(async ([id, state]) =>
      (await this.get_model(id))._handle_comm_msg(part(state))));
  }

  /** Ask for the state of every widget that the kernel has, and take it: new ones are made.

      `isNewer(id, name, since)` says which values of the page the kernel cannot know yet. */
  async learn(isNewer = () => false) {
    const since = Date.now();
    const { content: { data }, buffers = [] } = await this.#states();
    const parts = new Map();
    data.buffer_paths.forEach(([id, ...path], at) => {
      const { paths, found } = parts.get(id) ?? parts.set(id, { paths: [], found: [] }).get(id);
      paths.push(path);
      found.push(buffers[at]);
    });
    await Promise.all(Object.entries(data.states).map(async ([id, { state, ...kind }]) => {
      const { paths, found } = parts.get(id) ?? {};
      if (paths) base.put_buffers(state, paths, found);
      if (!this.has_model(id)) {
        const made = this.new_model({ ...kind, model_id: id, comm: await this._create_comm('jupyter.widget', id) }, state);
        await made.catch(console.error); // what can be shown without it is shown
        return;
      }
      const model = await this.get_model(id);
      const typed = model._msg_buffer ?? {}; // and not even sent
      for (const name of Object.keys(state)) if (name in typed || isNewer(id, name, since)) delete state[name];
      model.set_state(await model.constructor._deserialize_state(state, this));
    }));
  }

  async #states() {
    const comm = this.kernel.createComm('jupyter.widget.control');
    const answer = new Promise((heard) => { comm.onMsg = heard; });
    comm.open({}, { version: '1.0.0' });
    comm.send({ method: 'request_states' }, {});
    const states = await answer;
    comm.close();
    return states;
  }

  /** Draw a widget into an element of the page. */
  async show(modelId, element) {
    const model = await this.get_model(modelId);
    const view = await this.create_view(model);
    base.JupyterLuminoWidget.attach(view.luminoWidget, element);
  }

  async new_model(...options) {
    try {
      return await super.new_model(...options);
    } catch (error) {
      this.failed();
      throw error;
    }
  }

  async create_view(...options) {
    const view = await super.create_view(...options);
    if (view instanceof base.ErrorWidgetView) this.failed();
    return view;
  }

  /* The library gives a model up after two seconds; a busy machine can take longer than that. */
  async get_model(modelId) {
    const until = Date.now() + LONGEST_WAIT_MS;
    for (;;) {
      try {
        return await super.get_model(modelId);
      } catch (error) {
        if (this.has_model(modelId) || Date.now() > until) throw error;
      }
    }
  }

  async loadClass(className, moduleName) {
    const found = CLASSES[moduleName]?.[className];
    if (!found) throw new Error(`A page has no widgets of ${moduleName} (${className}).`);
    return found;
  }

  async _create_comm(target, id, data, metadata, buffers) {
    const comm = this.kernel.createComm(target, id);
    if (data || metadata) comm.open(data, metadata, buffers);
    return new Comm(comm);
  }

  async _get_comm_info() {
    const { content } = await this.kernel.requestCommInfo({ target_name: this.comm_target_name });
    return content.status === 'ok' ? content.comms : {};
  }
}
