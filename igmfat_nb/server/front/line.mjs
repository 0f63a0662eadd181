/* The websocket of a page. Every two seconds it asks the server how many frames came through each
   way: a link that neither answers nor closes is noticed, and so is a frame that was lost. */
const EVERY_MS = 2_000;
const SILENT_MS = 5_000; // then it is said
const DEAD_MS = 10_000; // then another link is tried
const OPENING_MS = 30_000; // the server lets a page in once its kernel answers
const ANSWER = /^alive (\d+) (\d+) (\d+)$/;

/** The class of websocket that calls `tell('silent' | 'answers' | 'dead' | 'lost')`. */
export const lineThat = (tell) => class Line extends WebSocket {
  #sent = 0;
  #received = 0;
  #asked = null; // the question that waits for its answer
  #number = 0;
  #looked = Date.now();
  #began = Date.now();
  #timer = setInterval(() => this.#look(), EVERY_MS);

  constructor(...options) {
    super(...options);
    this.addEventListener('message', (event) => this.#take(event));
    this.addEventListener('close', () => clearInterval(this.#timer));
  }

  send(frame) {
    this.#sent += 1;
    super.send(frame);
  }

  close(...options) {
    clearInterval(this.#timer); // a link that stalls would not say that it has closed
    super.close(...options);
  }

  #take(event) {
    const answer = typeof event.data === 'string' && ANSWER.exec(event.data);
    if (!answer) {
      this.#received += 1;
      return;
    }
    event.stopImmediatePropagation();
    const [number, heard, told] = answer.slice(1).map(Number);
    if (this.#asked?.number !== number) return;
    const lost = heard < this.#asked.sent || told > this.#received;
    this.#sent -= this.#asked.sent - heard; // from here on both count alike
    this.#received = Math.max(this.#received, told);
    this.#asked = null;
    tell('answers');
    if (lost) tell('lost');
  }

  #look() {
    const now = Date.now();
    const slept = now - this.#looked > 3 * EVERY_MS; // the machine, or a page in the background
    this.#looked = now;
    if (this.readyState === WebSocket.CONNECTING) {
      if (now - this.#began > OPENING_MS && !slept) tell('dead');
    } else if (this.readyState === WebSocket.OPEN && (!this.#asked || slept)) {
      this.#asked = { number: ++this.#number, sent: this.#sent, at: now };
      super.send(`alive ${this.#asked.number}`);
    } else if (this.#asked && now - this.#asked.at >= DEAD_MS) {
      tell('dead');
    } else if (this.#asked && now - this.#asked.at >= SILENT_MS) {
      tell('silent');
    }
  }
};
