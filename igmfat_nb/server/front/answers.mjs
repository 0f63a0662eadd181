/* What the page said and has no answer to yet. When the link was broken it is said again: a field
   with what stands in it now, a button with the same message, which the server passes on once. */
const OVERDUE_MS = 5_000;
const LOOK_MS = 500;
const ABOUT_WIDGETS = new Set(['comm_open', 'comm_msg', 'comm_close']);

const isUpdate = ({ content }) => content.data?.method === 'update';
const done = ({ header }) => ({
  channel: 'iopub',
  header: { ...header, msg_type: 'status' },
  parent_header: header,
  metadata: {},
  content: { execution_state: 'idle' },
});

export class Answers {
  #open = new Map(); // by the message's id, in the order of saying
  #isStale = false; // the link was broken, and what the page shows is not yet the kernel's
  #isSilent = false;
  #turn = 0;

  /** `tell` is called with whether the results wait for an answer. */
  constructor(kernel, tell) {
    this.kernel = kernel;
    this.tell = tell;
    const send = kernel.sendShellMessage.bind(kernel);
    kernel.sendShellMessage = (message, ...options) => {
      const { msg_id: id, msg_type: type } = message.header;
      if (!ABOUT_WIDGETS.has(type)) return send(message, ...options);
      const said = { message, at: Date.now() };
      this.#open.set(id, said);
      said.future = send(message, ...options);
      return said.future;
    };
    kernel.iopubMessage.connect((_kernel, message) => this.#hear(message));
    setInterval(() => this.#show(), LOOK_MS);
  }

  /** Whether the link answers; without it, what was said waits at once. */
  set isSilent(silent) {
    this.#isSilent = silent;
    this.#show();
  }

  /** Whether a widget's own value is newer than what the kernel can know. */
  isNewer(id, name, since) {
    return [...this.#open.values()].some(({ message, at }) =>
      at >= since && isUpdate(message) && message.content.comm_id === id && name in message.content.data.state);
  }

  /** The link was broken: say again what has no answer, then take the state of every widget. */
  async again(widgets) {
    const turn = ++this.#turn;
    this.#isStale = true;
    this.#show();
    this.kernel._pendingMessages = this.kernel._pendingMessages.filter(({ header }) => !this.#open.has(header.msg_id));
    await this.kernel.requestKernelInfo(); // its answer says that the server listens to the kernel
    if (turn !== this.#turn) return new Promise(() => {});
    const said = [...this.#open.values()];
    for (const one of said) {
      if (isUpdate(one.message)) await this.#sayAgain(one, widgets);
      else this.kernel._sendMessage(one.message);
    }
    await widgets.learn((...value) => this.isNewer(...value));
    if (turn !== this.#turn) return new Promise(() => {}); // the later turn goes on from here
    for (const { message } of said) this.#open.delete(message.header.msg_id);
    this.#isStale = false;
    this.#show();
    return undefined;
  }

  /* The model counts the first message as answered, or it would hold back whatever comes next. */
  async #sayAgain({ message, future }, widgets) {
    this.#open.delete(message.header.msg_id);
    const { comm_id: id, data } = message.content;
    if (!widgets.has_model(id)) return;
    const model = await widgets.get_model(id);
    await future.handleMsg(done(message));
    const names = Object.keys(data.state).filter((name) => model.has(name));
    const state = model.serialize(Object.fromEntries(names.map((name) => [name, model.get(name)])));
    model._expectedEchoMsgIds.clear();
    model.send_sync_message(state, model.callbacks());
  }

  #hear(message) {
    const said = this.#open.get(message.parent_header.msg_id);
    if (!said) return;
    said.at = Date.now(); // at work on it
    if (message.header.msg_type !== 'status' || message.content.execution_state !== 'idle') return;
    this.#open.delete(message.parent_header.msg_id);
    this.#show();
  }

  #show() {
    const now = Date.now();
    const isOverdue = [...this.#open.values()].some(({ at }) => now - at >= OVERDUE_MS);
    this.tell(this.#isStale || isOverdue || (this.#isSilent && this.#open.size > 0));
  }
}
