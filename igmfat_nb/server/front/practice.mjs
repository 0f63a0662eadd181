/* What a browser draws for the first time takes it twice as long as later: a figure that nobody sees
   is drawn while the reader looks around, so that the first input is answered sooner. */
const TURNS = 3;
const DAYS = Array.from({ length: 57 }, (_one, at) => at / 4);

const line = (more, height) => ({
  type: 'scatter', mode: 'lines', x: DAYS, y: DAYS.map((day) => height + Math.sin(day)), line: { width: 2, dash: '9px,3px' }, ...more,
});
const words = (mode, axis) => ({
  type: 'scatter', mode, x: [14, 14], y: [2, 4], text: ['<b>a</b>', 'b'], textposition: ['middle right', 'middle right'],
  textfont: { size: 12, color: ['#000', '#111'] }, cliponaxis: false, hoverinfo: 'skip', yaxis: axis,
});
const figure = (turn) => ({
  data: [
    ...[5, 6, 7].map((height) => line({ fill: 'toself', fillcolor: 'rgba(0, 0, 0, 0.1)', line: { width: 0 }, hoverinfo: 'skip' }, height + turn)),
    ...[5, 6, 7].map((height) => line({ hovertemplate: '%{y:.0f}' }, height + turn)),
    { type: 'bar', x: [1, 2, 3], y: [1, turn, 1], width: [1, 0.5, 1], base: [0, 0, 0], customdata: [1, 2, 3], yaxis: 'y2', marker: { color: '#000', line: { width: 0 } } },
    words('text', 'y'), words('markers+text', 'y2'),
  ],
  layout: {
    width: 600, height: 400, margin: { l: 38, r: 99, t: 26, b: 42 }, hovermode: 'x unified', bargap: 0, barmode: 'overlay', dragmode: false, showlegend: false,
    title: { text: 'a', x: 0, xref: 'container', xanchor: 'left', y: 1, yref: 'container', yanchor: 'top' },
    xaxis: { title: { text: 'b', standoff: 6 }, range: [0, 14], anchor: 'y2', tickvals: [0, 7, 14], ticktext: ['0', '7', '14'], fixedrange: true, tickangle: 0 },
    yaxis: { domain: [0.24, 1], range: [0, 9 + turn], nticks: 6, fixedrange: true, tickangle: 0 },
    yaxis2: { domain: [0, 0.15], range: [0, 9], visible: false, fixedrange: true },
    shapes: [1, 2, 3].map((level) => ({ type: 'line', x0: 0, x1: 14, y0: level, y1: level, line: { width: 1, dash: '6px,4px' } })),
  },
});

const idle = () => new Promise((done) => { (window.requestIdleCallback ?? setTimeout)(done); });

/** Draw where nobody looks, a turn at a time, whenever the browser has nothing else to do. */
export const practise = async (plotly) => {
  const stage = document.createElement('div');
  stage.inert = true;
  Object.assign(stage.style, { position: 'fixed', visibility: 'hidden', contain: 'strict', width: '600px', height: '400px' });
  const place = stage.attachShadow({ mode: 'open' }).appendChild(document.createElement('div'));
  document.body.append(stage);
  try {
    for (let turn = 1; turn <= TURNS; turn += 1) {
      await idle();
      const { data, layout } = figure(turn);
      await plotly.react(place, data, layout);
    }
  } finally {
    plotly.purge(place);
    stage.remove();
  }
};
